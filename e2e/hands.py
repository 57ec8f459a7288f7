"""Input methods and clipboards, as Chromium's own protocol speaks of them."""

import base64
import io

import PIL.Image
from playwright.sync_api import Page

_COPY = """async data => {
    const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0))
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })])
}"""


class InputMethod:
    """Composition at the cursor of the page: what is being composed, Enter meanwhile, what comes of it."""

    def __init__(self, page: Page):
        self.session = page.context.new_cdp_session(page)

    def compose(self, *steps: str) -> None:
        """The reading grows, then is converted; nothing is decided yet."""
        for text in steps:
            caret = len(text)
            self.session.send(
                "Input.imeSetComposition", {"text": text, "selectionStart": caret, "selectionEnd": caret}
            )

    def enter(self) -> None:
        """The Enter that ends a conversion: a page sees key code 229 and no character."""
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "nativeVirtualKeyCode": 229}
        self.session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})

    def commit(self, text: str) -> None:
        self.session.send("Input.insertText", {"text": text})


def copy_picture(page: Page, colour: str = "teal") -> None:
    """A picture of 40 × 30 points lies on the clipboard afterwards."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    file = io.BytesIO()
    PIL.Image.new("RGB", (40, 30), colour).save(file, "PNG")
    page.evaluate(_COPY, base64.b64encode(file.getvalue()).decode())
