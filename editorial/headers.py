"""What every answer says of itself, whoever makes it: pages, redirects, refusals, faults, files.

Django's and django-csp's middleware say the rest (nosniff, opener, HSTS, policy, frames) and stand right below this
one, so that what WhiteNoise and the redirect to https answer passes them too.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Names that Chromium knows, since it complains of others in its console
NOT_USED = (
    "accelerometer camera display-capture encrypted-media geolocation gyroscope magnetometer microphone midi payment"
    " screen-wake-lock serial usb xr-spatial-tracking"
)
PERMISSIONS = ", ".join(f"{name}=()" for name in NOT_USED.split())

CLOSED = ("/admin/", "/preview/", "/shared/")  # for one person each, never for a cache or a search engine
# Who has such an address has what it opens. A form of ours needs its Origin, which `no-referrer` makes null.
SECRET = {"/preview/": "no-referrer", "/shared/": "no-referrer", "/admin/password_reset/": "same-origin"}
FRESH = "public, max-age=0, must-revalidate, s-maxage=1"  # DESIGN 9
PICTURES = "public, max-age=86400"  # a name has its bytes for ever, but the law may take one away: a day
CACHED = (200, 301, 302, 304, 404, 410)  # what caches may keep of public addresses; RFC 9111 lets them guess


class Headers:
    """Middleware, the outermost: what an answer has not said is said here."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info  # before the language takes its prefix off
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", _who_may_embed(path))
        response.headers.setdefault("Cache-Control", _who_may_keep(path, response.status_code))
        if path.startswith(CLOSED):
            response.headers.setdefault("X-Robots-Tag", "noindex")
        for secret, policy in SECRET.items():
            if path.startswith(secret):
                response.headers["Referrer-Policy"] = policy
        return response


def _who_may_embed(path: str) -> str:
    """Pictures and icons stand in readers of feeds and in other sites' cards; nothing else does."""
    return "cross-origin" if path.startswith((settings.MEDIA_URL, settings.STATIC_URL)) else "same-origin"


def _who_may_keep(path: str, status: int) -> str:
    if path.startswith(CLOSED):
        return "private, no-store"
    if status not in CACHED:
        return "no-store"
    return PICTURES if path.startswith(settings.MEDIA_URL) and status in (200, 304) else FRESH


class NoCookies:
    """Middleware, below the page cache: no cookie and no word of one with what everybody gets.

    Django sends a new token to whoever brings a broken one, and a cache would keep it with the page.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        response = self.get_response(request)
        if response.cookies and not path.startswith(CLOSED):
            response.cookies.clear()
            words = [
                word for word in re.split(r",\s*", response.get("Vary", "")) if word not in ("", "Cookie")
            ]
            response.headers["Vary"] = ", ".join(words)
            if not words:
                del response.headers["Vary"]
        return response
