"""Finds the system's Chromium; `python -m e2e.chromium` says where it is, or what to do."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
REMEDY = (
    "Chromium was not found. Install it with its fonts: apt-get install chromium fonts-noto-cjk "
    f"(looked for in PATH: {', '.join(NAMES)})."
)


class NoChromium(RuntimeError):
    """No browser on this machine; the message is the remedy."""


def path() -> str:
    """Where the browser is. Raises NoChromium. Playwright's own browsers are never downloaded."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise NoChromium(REMEDY)
    return found


def arguments() -> list[str]:
    """Nothing but this machine can be reached; Chromium refuses its sandbox to root, as in a container."""
    quiet = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-background-networking"]
    return [*quiet, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{path()}\n")
    except NoChromium as missing:
        sys.exit(str(missing))
