"""What people do at the desk, in their words: write, save, take a step. Each waits for what it causes."""

import re
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect


class Desk:
    """One person's browser tab at the desk."""

    def __init__(self, tab: Page, say: Callable[..., str]):
        self.tab, self.say = tab, say

    # --- pages

    def open(self, name: str, *args, query: str = "") -> None:
        self.tab.goto(reverse(name, args=args) + query)

    def article(self, key: int) -> None:
        self.open("admin:posts_post_change", key)

    @property
    def key(self) -> int:
        """The article that is open."""
        return int(re.search(r"/post/(\d+)/", self.tab.url)[1])

    @property
    def body(self) -> Locator:
        return self.tab.locator(".cm-content")

    @property
    def badge(self) -> Locator:
        """The status of what is being prepared."""
        return self.tab.locator(".standing-next .badge")

    def told(self, words: str) -> None:
        """The page says so, whatever it says besides."""
        expect(self.tab.locator("#main")).to_contain_text(words)

    # --- writing

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.tab.locator(f"#id_{name}").fill(value)

    def write(self, text: str) -> None:
        """The whole body anew, by the keyboard."""
        self.body.click()
        self.tab.keyboard.press("Control+A")
        self.tab.keyboard.insert_text(text)

    def save(self) -> None:
        self._submit("_save")

    def submit(self, **asked: str) -> None:
        """Save and submit; `asked` are reviewer (a name), comment."""
        self.tab.locator(".desk-submission > summary").click()
        if "reviewer" in asked:
            self.tab.locator("[name=submit-reviewer]").select_option(label=asked["reviewer"])
        if "comment" in asked:
            self.tab.locator("[name=submit-comment]").fill(asked["comment"])
        self._submit("_submit")

    def _submit(self, name: str) -> None:
        with self.tab.expect_navigation():
            self.tab.locator(f".desk-text button[name={name}]").click()

    # --- steps of an article's page and of the review page

    def offers(self, step: str) -> Locator:
        return self.tab.locator(f"button[name=_step][value={step}]")

    def approve(self) -> None:
        """Approve, and say that the warnings were seen where the text has some: only then it is asked."""
        seen = self.tab.locator("details", has=self.offers("approve")).locator("[name$=acknowledged]")
        self.take("approve", has_warnings=seen.count() > 0)

    def take(self, step: str, has_warnings: bool = False, **asked: str) -> None:
        """Open the step, fill in what it asks for (comment, at, notice), press its button."""
        fold = self.tab.locator("details", has=self.offers(step))
        if fold.count() and fold.get_attribute("open") is None:
            fold.locator("summary").click()
        for name, value in asked.items():
            fold.locator(f"[name$=-{name}], [name={name}]").fill(value)
        if has_warnings:
            fold.locator("[name$=acknowledged]").check()
        with self.tab.expect_navigation():
            self.offers(step).click()
