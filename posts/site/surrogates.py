"""What a CDN is told of each public page, when there is one that we can purge (workflow/cdn.py)."""

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from posts.models import freshness


class Surrogates:
    """Middleware, the outermost: `Surrogate-Control` and, by its standard name, `CDN-Cache-Control` (RFC 9213).

    A schedule comes true without an act, so that no page may be kept beyond the next one.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        seconds = _seconds() if _is_shared(response) else 0
        if seconds > 0:
            response["Surrogate-Control"] = response["CDN-Cache-Control"] = f"max-age={seconds}"
            response["Surrogate-Key"] = settings.CDN_KEY
        return response


def _is_shared(response: HttpResponse) -> bool:
    said = response.get("Cache-Control", "")
    return "public" in said and "s-maxage=1" in said and not response.cookies and response.status_code < 500


def _seconds() -> int:
    try:
        upcoming = freshness.current().upcoming
    except (OperationalError, InterfaceError):
        return 0
    left = (upcoming - timezone.now()).total_seconds() if upcoming else settings.CDN_MAX_AGE
    return min(settings.CDN_MAX_AGE, int(left))
