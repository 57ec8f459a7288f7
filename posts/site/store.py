"""Pages that are kept for a while, in the cache of the settings."""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.http import HttpRequest

from posts.models.freshness import Freshness

LONGEST = 200_000  # bytes; a page beyond it is made each time
_ROOMS = ("posts", "templates", "editorial/locale")
_SETTINGS = (
    "SITE_NAME",
    "SITE_DESCRIPTION",
    "SITE_URL",
    "LANGUAGE_CODE",
    "SITE_LANGUAGES",
    "TIME_ZONE",
    "MEDIA_URL",
)
_SETTINGS += ("FEED_FULL_TEXT", "CONTENT_SECURITY_POLICY")


@dataclass(frozen=True)
class Kept:
    """An answer of 200 as it went out, with the second at which it was made."""

    made: float
    headers: dict[str, str]
    body: bytes


def get(key: str) -> Kept | None:
    """A cache that is away answers as if it were empty (editorial/steady.py)."""
    found = caches["pages"].get(key)
    return Kept(*found) if found else None


def put(key: str, kept: Kept, seconds: int) -> None:
    if len(kept.body) <= LONGEST:
        caches["pages"].set(key, (kept.made, kept.headers, kept.body), seconds)


def key(request: HttpRequest, now: Freshness) -> str:
    """One key for all that decides what a reader gets: address, state of the site, and release."""
    where = (request.scheme, request.get_host(), request.path, request.META.get("QUERY_STRING", ""))
    text = repr((*where, now.stamp, now.since, release()))
    return blake2b(text.encode(errors="surrogatepass"), digest_size=20).hexdigest()


@cache
def release() -> str:
    """A hash of what makes pages: code, templates, words, style sheets, settings. Another release shares no page."""
    said = blake2b(repr([getattr(settings, name) for name in _SETTINGS]).encode(), digest_size=16)
    said.update(getattr(staticfiles_storage, "manifest_hash", "").encode())
    for path in _files():
        said.update(path.read_bytes())
    return said.hexdigest()


def _files() -> list[Path]:
    rooms = [settings.BASE_DIR / room for room in _ROOMS]
    files = (
        path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".html", ".txt", ".mo")
    )
    return sorted(path for path in files if "tests" not in path.parts)
