"""Addresses of the editor's endpoints: each checks on its own who asks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from . import articles, checking, names, preview, unsaved, uploads
from .answers import refused

ENDPOINTS: dict[str, tuple[str, tuple[str, ...], Callable[[HttpRequest], HttpResponse]]] = {
    "posts_preview_text": ("preview-text/", ("POST",), preview.answer),
    "posts_check_text": ("check-text/", ("POST",), checking.answer),
    "posts_upload": ("upload/", ("POST",), uploads.answer),
    "posts_find_posts": ("find/", ("GET",), articles.answer),
    "posts_names": ("names/", ("GET",), names.answer),
    "posts_buffer": ("unsaved/", ("GET", "POST", "DELETE"), unsaved.answer),
}


def urls(site) -> list[URLPattern]:
    """The endpoints, below the address of the article list."""
    return [
        path(route, _asked(site, methods, view), name=name)
        for name, (route, methods, view) in ENDPOINTS.items()
    ]


def _asked(site, methods: tuple[str, ...], view: Callable) -> Callable:
    """As `admin_view`, but a script is told in words that the session has ended; a login page would not help it."""

    def asked(request: HttpRequest) -> HttpResponse:
        if request.method not in methods:
            answer = refused(_("This address is not asked in this way."), 405)
            answer["Allow"] = ", ".join(methods)
            return answer
        if not site.has_permission(request):
            return refused(_("Your session has ended. Sign in again."), 401)
        return view(request)

    return asked
