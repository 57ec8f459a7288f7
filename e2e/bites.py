"""What a page in the browser runs, asks for or holds that is not the house's own. An attack that fails leaves []."""

from pathlib import Path

from playwright.sync_api import Error, Page, TimeoutError

from posts.rendering import policy

INSPECT = (Path(__file__).parent / "bites.js").read_text("utf-8")
ARTICLE = ".prose, .reading-body"
# Beside the sanitiser's lists stands what the site adds to pictures, tables and code afterwards.
ADDED = ["loading", "decoding", "rel", "tabindex", "srcset", "sizes", "role", "aria-label", "aria-labelledby"]
LISTS = {
    "elements": sorted(policy.ELEMENTS),
    "attributes": sorted({name for _element, name in policy.ATTRIBUTES} | set(ADDED)),
    "article": ARTICLE,
}
XML = (".xml", ".rss")  # Chromium shows these in a view of its own, whose style the policy stops
SETTLE = 20  # milliseconds after the page has loaded: what runs by itself has run


class Bites:
    """A tab and what happens in it. `of(address)` opens a page and says what was found, each finding once."""

    def __init__(self, tab: Page, origin: str):
        self.tab, self.origin, self.found, self.opened = tab, origin, [], 0
        tab.on("dialog", self._dialog)
        tab.on("popup", lambda page: self._say(f"window: {page.url}"))
        tab.on("download", lambda one: self._say(f"download: {one.url[:90]}"))
        tab.on("websocket", lambda one: self._say(f"socket: {one.url[:90]}"))
        tab.on("request", self._asked)
        tab.on("console", self._said)

    def of(self, address: str, status: int | None = 200) -> list[str]:
        """Findings of one page. `status` is what it must answer with, None for anything but a fault of the server."""
        self.found = []
        answer = self.tab.goto(address)
        if not (answer.status == status or status is None and answer.status < 500):
            self._say(f"answered {answer.status}")
        return self.here(answer.url)

    def here(self, url: str = "") -> list[str]:
        """Findings of the page that is open, and of its frames."""
        self.opened += 1
        try:
            self.tab.wait_for_timeout(SETTLE)
            for frame in [one for one in self.tab.frames if one.url]:  # the others wait to be scrolled to
                self.found += frame.evaluate(INSPECT, LISTS)
        except (Error, TimeoutError) as error:
            self._say(f"went away: {error.message.splitlines()[0]}")
        if url and self.tab.url.split("#")[0] != url.split("#", maxsplit=1)[0]:
            self._say(f"went to {self.tab.url[:90]}")
        return list(dict.fromkeys(self.found))

    def _say(self, words: str) -> None:
        self.found.append(words)

    def _dialog(self, dialog) -> None:
        if dialog.type == "beforeunload":  # the editor asks that of its own accord
            return dialog.accept()
        self._say(f"dialog: {dialog.message[:40]}")
        return dialog.dismiss()

    def _asked(self, request) -> None:
        """Pictures of other sites are allowed to imported articles (docs/decisions)."""
        own = request.url.startswith((self.origin, "data:", "blob:", "about:"))
        if not own and request.resource_type != "image":
            self._say(f"asked for {request.url[:90]}")

    def _said(self, message) -> None:
        is_viewer = "inline style" in message.text and self.tab.url.endswith(XML)
        if "Content Security Policy" in message.text and "img-src" not in message.text and not is_viewer:
            self._say(f"policy: {message.text[:160]}")
