"""People at their browsers: one context each, and an ear on everything the console says."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from .cast import PASSWORD
from .desk import Desk
from .server import Site
from .words import words

LOCALES = {"ja": "ja-JP", "en": "en-GB"}
WIDE = {"width": 1280, "height": 900}
_STATUS = re.compile(r"status of (\d{3})")


@dataclass
class Watch:
    """Every error of the pages. `expected` are the statuses that a test provokes, such as 409 for a refusal."""

    errors: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", lambda error: self.errors.append(f"exception: {error.error}"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        status = _STATUS.search(message.text)
        if not (status and int(status[1]) in self.expected):
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")


class Crowd:
    """Opens browsers for people on one site; signs each in once a session and remembers the cookie."""

    is_traced = True

    def __init__(self, browser: Browser, site: Site, language: str, watch: Watch, sessions: dict):
        self.browser, self.site, self.language, self.watch = browser, site, language, watch
        self.sessions = sessions
        self.say = words(language)
        self.contexts: list[BrowserContext] = []

    def desk(self, role: str, **options) -> Desk:
        """The same, as a desk at which one can write and decide."""
        return Desk(self.person(role, **options), self.say)

    def person(self, role: str, **options) -> Page:
        """A page of a fresh browser in which the person is signed in; nothing is open yet."""
        key = (self.site.address, self.language, role)
        if key not in self.sessions:
            page = self.anybody()
            self.sign_in(page, role)
            self.sessions[key] = page.context.storage_state()
        return self.anybody(storage_state=self.sessions[key], **options)

    def anybody(self, **options) -> Page:
        """A page of a fresh browser without an account."""
        options = {"locale": LOCALES[self.language], "timezone_id": "Asia/Tokyo", "viewport": WIDE} | options
        context = self.browser.new_context(base_url=self.site.address, **options)
        context.set_default_timeout(15_000)
        if (
            self.is_traced
        ):  # without snapshots: these put a script into sandboxed frames, which the console tells of
            context.tracing.start(screenshots=True)
        self.watch.listen(context)
        self.contexts.append(context)
        return context.new_page()

    def sign_in(self, page: Page, role: str) -> None:
        """By the form, in the person's language: the desk's own language form is used where it differs."""
        page.goto("/admin/")
        if page.locator("html").get_attribute("lang") != self.language:
            page.locator(f"form.language button[value={self.language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", self.language)
        page.locator("#id_username").fill(role)
        page.locator("#id_password").fill(PASSWORD.format(role=role))
        page.locator("#login-form [type=submit]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(self.say("My desk"))

    def close(self, keep=None) -> None:
        """End all browsers; with `keep` (a folder) each leaves a screenshot and a trace there."""
        for number, context in enumerate(self.contexts):
            if keep:
                for page in context.pages:
                    page.screenshot(path=keep / f"{number}.png", full_page=True)
            if self.is_traced:
                context.tracing.stop(path=keep / f"{number}.zip" if keep else None)
            context.close()
        self.contexts.clear()
