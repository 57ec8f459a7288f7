"""One way to show a list of articles: home, tag, category, author, archive."""

import unicodedata
from urllib.parse import quote

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from . import moment, structured

PAGE_SIZE = 20


def listing(
    request: HttpRequest, revisions, *, template="posts/listing.html", subject=None, kind="", more=None
) -> HttpResponse:
    """Page `?page=` of the revisions, newest first. A list of nothing is 404, so that no draft betrays its tag.

    `more(page)`: what else the template shows, when there is such a page.
    """
    page = page_of(request, revisions.latest_first().for_cards())
    if subject is not None and not page.object_list:
        raise Http404
    if away := elsewhere(request, page):
        return away
    shown = {"page": page, "subject": subject, "kind": kind, "structured": _trail(subject)}
    shown |= more(page) if more else {}
    return render(request, template, shown)


def _trail(subject) -> dict | None:
    address = getattr(subject, "address", None) or getattr(subject, "get_absolute_url", str)()
    return structured.of_list(str(subject), address) if address else None


def page_of(request: HttpRequest, rows) -> Page:
    """Page `?page=` of the rows; 404 for a number that is none, and for a page that is not there."""
    wanted = unicodedata.normalize("NFKC", request.GET.get("page", "1")[:9]).strip(" ")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 7):
        raise Http404
    try:
        return Paginator(rows, PAGE_SIZE).page(int(wanted))
    except EmptyPage:
        raise Http404 from None


def elsewhere(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The way to the one address of this page of a list, where another one was asked for."""
    if request.GET.get("page") in (None, _written(page.number)):
        return None
    return HttpResponsePermanentRedirect(_address(request, page.number))


def _written(number: int) -> str | None:
    """How an address names the page; the first one is not named."""
    return str(number) if number > 1 else None


def _address(request: HttpRequest, number: int) -> str:
    """The address asked for, with the page as it is written; other questions stand as they were."""
    asked = request.GET.copy()
    asked.pop("page")
    asked.pop(moment.NAME, None)  # it adds itself to every address
    if written := _written(number):
        asked["page"] = written
    query = asked.urlencode()
    return quote(request.path) + (f"?{query}" if query else "")
