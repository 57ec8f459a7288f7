"""Where an address leads that nothing answers: old addresses, and other spellings of those that are."""

import re
import unicodedata
from datetime import date
from urllib.parse import quote, unquote

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve

from posts import text
from posts.models import Author, Category, Post, Redirect, Revision, Tag, languages

from . import moment
from .languages import is_spoken

NAMES = {"tags": (Tag, "tagged"), "categories": (Category, "in_category"), "authors": (Author, "by")}
_SUBJECTS = {"tag": "tags", "category": "categories", "author": "authors"}
_YEAR, _TWO = re.compile("[0-9]{4}"), re.compile("[0-9]{2}")
_LONGEST = 500
_FEED = re.compile(r"(/(?:tags|categories|authors)/[^/]+/)(feed\.(?:xml|rss|json))")


def answer(request: HttpRequest) -> HttpResponse | None:
    """One 301, 410 for a retracted article, or None where nothing leads on. Asked for GET and HEAD only."""
    path = unicodedata.normalize("NFC", request.path_info)
    key = text.path_key(path)
    if len(path) > _LONGEST or "\0" in path + key or path.startswith(moment.OTHERWISE):
        return None
    code, rest = languages.split(f"{key}/")
    if not code:
        return _answer(request, path, key)
    with languages.speaking(code):
        return _answer(request, rest, text.path_key(rest))


def _answer(request: HttpRequest, path: str, key: str) -> HttpResponse | None:
    old = Redirect.objects.spelt(path)
    exact = [row for row in old if row.path.rstrip("/") == path.rstrip("/")]
    return (
        _first(_old(request, row) for row in exact)
        or _spelt_otherwise(request, path, key)
        or _first(_old(request, row) for row in old)
        or _feed(request, path)
    )


def gone(request: HttpRequest, post: Post) -> HttpResponse:
    """The 410 page with the retraction's public notice."""
    return render(request, "410.html", {"post": post}, status=410)


def place(parts: list[str]) -> tuple[date, str] | None:
    """(day, slug) of the parts of an article's address, folded."""
    shaped = len(parts) == 4 and _YEAR.fullmatch(parts[0]) and all(map(_TWO.fullmatch, parts[1:3]))
    try:
        return (date(*map(int, parts[:3])), parts[3]) if shaped else None
    except ValueError:
        return None


def is_open(kind: str, row, at) -> bool:
    """Whether the page of a section, person or tag shows an article now: no draft betrays its names."""
    return getattr(Revision.objects.published(at).spoken(), NAMES[kind][1])(row).exists()


def _first(answers):
    return next(filter(None, answers), None)


def _old(request: HttpRequest, row: Redirect) -> HttpResponse | None:
    if row.post:
        return _article(request, row.post)
    return _moved(request, _spoken(row.url)) if _leads_on(row.url, moment.of(request)) else None


def _feed(request: HttpRequest, path: str) -> HttpResponse | None:
    """The feed of a section, person or tag moves with its page: who has subscribed stays."""
    found = _FEED.fullmatch(path)
    pages = [row.url for row in Redirect.objects.spelt(found[1])] if found else []
    moved = (url for url in pages if url.startswith("/") and _leads_on(url, moment.of(request)))
    return _first(_moved(request, f"{url.rstrip('/')}/{found[2]}") for url in moved)


def _article(request: HttpRequest, post: Post) -> HttpResponse | None:
    at = moment.of(request)
    if Revision.objects.live(at).filter(post=post).exists():
        return _moved(request, post.get_absolute_url())
    return gone(request, post) if post.is_retracted(at) else None


def _spelt_otherwise(request: HttpRequest, path: str, key: str) -> HttpResponse | None:
    parts = key.strip("/").split("/")
    if found := place(parts):
        return _first(_article(request, post) for post in Post.objects.spelt(*found))
    if len(parts) == 2 and parts[0] in NAMES:
        at = moment.of(request)
        rows = _named(*parts)
        return _first(_moved(request, row.get_absolute_url()) for row in rows if is_open(parts[0], row, at))
    return _page(request, path, parts)


def _named(kind: str, slug: str) -> list:
    """Sections, people or tags that the last part may mean: by their address, else by their name."""
    if slug != text.line(slug):
        return []  # white space at an end is no other spelling
    keys = {text.key(slug), text.key(slug.replace("-", " "))}
    rows = NAMES[kind][0].objects.filter(Q(slug=slug) | Q(slug__iexact=slug) | Q(key__in=keys)).order_by("pk")
    return sorted(rows[:10], key=lambda row: text.path_key(row.slug) != f"/{slug}")


def _page(request: HttpRequest, path: str, parts: list[str]) -> HttpResponse | None:
    """Any other page of the site: led to if it answers, so that no address leads to nothing."""
    plain = f"/{'/'.join(parts)}".rstrip("/")
    for candidate in (f"{plain}/", plain):
        if candidate and _spoken(candidate) != request.path and not candidate.startswith(moment.OTHERWISE):
            found = _asked(request, candidate)
            if found is not None:
                return _moved(request, _spoken(quote(candidate))) if found.status_code == 200 else found
    return None


def _asked(request: HttpRequest, path: str) -> HttpResponse | None:
    """What a page of the site answers at the path; None where it is not found."""
    try:
        match = resolve(path)
        if not match.func.__module__.startswith("posts.site."):
            return None
        return match.func(request, *match.args, **match.kwargs)
    except Http404:
        return None


def _spoken(address: str) -> str:
    """The address in the language of this page, where each language has the page of its own."""
    path = unquote(address.partition("?")[0])
    return languages.local(address) if address.startswith("/") and is_spoken(path) else address


def _moved(request: HttpRequest, address: str) -> HttpResponse | None:
    """One permanent redirect; what was asked beside the path goes along."""
    if not address.startswith("/"):
        return HttpResponsePermanentRedirect(address)
    if unquote(address) == request.path:
        return None  # the page is there and answers 404 itself, as for `?page=99`: a redirect would never end
    asked = request.META.get("QUERY_STRING", "").split("&")
    kept = "&".join(one for one in asked if one and not one.startswith(f"{moment.NAME}="))  # it adds itself
    joint = "&" if "?" in address else "?"
    return HttpResponsePermanentRedirect(f"{address}{joint}{kept}" if kept else address)


def _leads_on(url: str, at) -> bool:
    """Whether the target of a redirect may be named: another site's, a page's, an open section's."""
    try:
        found = resolve(unquote(url)) if url.startswith("/") else None
    except Resolver404:
        return True
    if found is None or found.url_name not in _SUBJECTS:
        return True
    kind = _SUBJECTS[found.url_name]
    row = NAMES[kind][0].objects.filter(slug=found.kwargs["slug"]).first()
    return row is not None and is_open(kind, row, at)
