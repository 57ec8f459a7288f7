"""One way to show a list of articles: home, tag, category, author."""

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

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
    shown = {"page": page, "subject": subject, "kind": kind} | (more(page) if more else {})
    return render(request, template, shown)


def page_of(request: HttpRequest, rows):
    """Page `?page=` of the rows; 404 for a number that is none, and for a page that is not there."""
    wanted = request.GET.get("page", "1")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 7):
        raise Http404
    try:
        return Paginator(rows, PAGE_SIZE).page(int(wanted))
    except EmptyPage:
        raise Http404 from None
