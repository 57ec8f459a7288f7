"""Old addresses: asked only where nothing else answers, and open only while their article is."""

import unicodedata
from datetime import datetime
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve

from posts.models import Author, Category, Post, Redirect, Revision, Tag

from . import moment

_SUBJECTS = {"tag": (Tag, "tagged"), "category": (Category, "in_category"), "author": (Author, "by")}


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
    found = Redirect.objects.at([path]).select_related("post").first()
    if found is None:
        return None
    at = moment.of(request)
    if found.post is None:
        return HttpResponsePermanentRedirect(found.url) if _is_open(found.url, at) else None
    if Revision.objects.published(at).filter(post=found.post).exists():
        return HttpResponsePermanentRedirect(found.post.get_absolute_url())
    return gone(request, found.post) if found.post.is_retracted(at) else None


def _is_open(url: str, at: datetime | None) -> bool:
    """Whether the address of a section, person or tag shows an article now: no draft betrays its names."""
    try:
        place = resolve(unquote(url)) if url.startswith("/") else None
    except Resolver404:
        return True
    if place is None or place.url_name not in _SUBJECTS:
        return True
    model, under = _SUBJECTS[place.url_name]
    subject = model.objects.filter(slug=place.kwargs["slug"]).first()
    return subject is not None and getattr(Revision.objects.published(at), under)(subject).exists()
