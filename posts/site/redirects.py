"""Old addresses: asked only where nothing else answers, and open only while their article is."""

import unicodedata

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from posts.models import Post, Redirect, Revision

from . import moment


class RedirectFallback:
    """Middleware: a 404 whose path is a known old address becomes one 301, or 410 for a retracted article."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        return _answer(request) or response


def gone(request: HttpRequest, post: Post) -> HttpResponse:
    """The 410 page with the retraction's public notice."""
    return render(request, "410.html", {"post": post}, status=410)


def _answer(request: HttpRequest) -> HttpResponse | None:
    path = unicodedata.normalize("NFC", request.path_info)
    if len(path) > 500 or "\0" in path:
        return None
    spellings = {path, path.rstrip("/") + "/", path.rstrip("/") or "/"}
    found = Redirect.objects.filter(path__in=spellings).select_related("post").first()
    if found is None:
        return None
    if found.post is None:
        return HttpResponsePermanentRedirect(found.url)
    at = moment.of(request)
    if Revision.objects.published(at).filter(post=found.post).exists():
        return HttpResponsePermanentRedirect(found.post.get_absolute_url())
    return gone(request, found.post) if found.post.is_retracted(at) else None
