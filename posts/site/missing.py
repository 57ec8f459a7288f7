"""What answers where nothing does: the way on from an old address, else the page that says so."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.common import CommonMiddleware
from django.shortcuts import render

from . import errors, moment, redirects
from .near import near

_SLASHED = ("/admin", "/preview", "/shared")


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    """The handler of 404: one 301 from an old address, 410 for a retracted article, else our page."""
    if request.method not in ("GET", "HEAD") or request.path_info.startswith(moment.OTHERWISE):
        return render(request, "404.html", status=404)
    return redirects.answer(request) or _page(request)


def _page(request: HttpRequest) -> HttpResponse:
    """The page of 404 with what is near the address."""
    return render(request, "404.html", {"near": near(request.path_info, moment.of(request))}, status=404)


class Slashes(CommonMiddleware):
    """Django's, which adds a slash only at the desk: public addresses lead on in one hop, and never to a 404."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.path_info.startswith(_SLASHED) and super().should_redirect_with_slash(request)


class OwnPages:
    """Middleware: with DEBUG, Django would show its list of addresses where ours leads on or says that it is not.

    A form whose line breaks half-way is no fault of ours, and nothing of it is taken.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.DEBUG and response.status_code == 404 and not request.path.startswith(moment.OTHERWISE):
            return not_found(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.bad_request(request) if isinstance(exception, UnreadablePostError) else None
