"""Long lists of the desk, page by page."""

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404

from .numbers import number


def page_of(rows, size: int, asked: str | None) -> Page:
    """The page that an address asks for, the first where it says nothing; 404 for one that is not there."""
    try:
        return Paginator(rows, size).page(number("1" if asked is None else asked) or 0)
    except EmptyPage:
        raise Http404 from None
