"""The search page: what was asked, what it finds among public articles, and what to try where it finds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from posts import search
from posts.models import Author, Category, Coauthorship, Revision, Tag

from . import moment, suggesting
from .listing import elsewhere, page_of
from .navigation import navigation
from .public import articles

_YEARS = range(1, 9999)


@dataclass(frozen=True)
class Asked:
    """What the form says: the query as typed, and how it is narrowed down."""

    wish: search.Wish
    section: str = ""  # slugs
    author: str = ""
    tag: str = ""  # a name, however it is spelt
    year: int | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        said = {
            name: request.GET.get(name, "").replace("\0", "").strip() for name in ("section", "author", "tag")
        }
        year = request.GET.get("year", "")
        known = year.isascii() and year.isdigit() and len(year) < 5 and int(year) in _YEARS
        return cls(search.read(request.GET.get("q", "")), **said, year=int(year) if known else None)

    @cached_property
    def is_narrowed(self) -> bool:
        return bool(self.section or self.author or self.tag or self.year)

    @cached_property
    def is_empty(self) -> bool:
        return not (self.wish.words or self.wish.unwanted or self.is_narrowed)


@dataclass(frozen=True)
class Choices:
    """What the form offers: sections and people with public articles, years; no years on a site without sections."""

    sections: Sequence[Category]
    authors: Sequence[Author]
    years: Sequence[int]


class Found:
    """What a paginator cuts pages from: articles whose keys are known, fetched as marked cards."""

    def __init__(self, public: QuerySet[Revision], keys: list[int], words: list[str]):
        self.public, self.keys, self.words = public, keys, words

    def count(self) -> int:
        return len(self.keys)

    def __getitem__(self, part: slice) -> list[Revision]:
        cards = self.public.select_related("post", "category").defer("body", "html", "toc", "extra")
        rows = cards.in_bulk(self.keys[part])
        for row in rows.values():
            _mark(row, self.words)
        return [rows[key] for key in self.keys[part] if key in rows]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`/search/?q=…&section=…&tag=…&author=…&year=…&page=…`: public articles only, as of now or the asked moment."""
    asked, at = Asked.of(request), moment.of(request)
    public = articles(request)
    oldest = public.order_by("published_at").values(year=ExtractYear("published_at"))[:1]
    around = navigation(at, oldest=Subquery(oldest, BigIntegerField()))  # the same for all: one question less
    first = around.sections[0].oldest if around.sections else None
    choices = Choices(around.sections, list(_authors(public)), _years(first, at))
    narrowed = public.none() if asked.is_empty else _narrowed(public, asked, choices)
    keys = search.find(narrowed, asked.wish)
    shown = {"asked": asked, "choices": choices, **around.shown()}
    shown["page"] = page_of(request, Found(public, keys, asked.wish.folded))
    if away := elsewhere(request, shown["page"]):
        return away
    if not keys:
        shown |= suggesting.instead(public, asked)
    return render(request, "posts/search.html", shown)


def _authors(public: QuerySet[Revision]) -> QuerySet[Author]:
    first = Exists(public.filter(author=OuterRef("pk")))
    further = Exists(Coauthorship.objects.filter(author=OuterRef("pk"), revision__in=public))
    return Author.objects.filter(first | further).only("name", "slug")


def _narrowed(public: QuerySet[Revision], asked: Asked, choices: Choices) -> QuerySet[Revision]:
    """What the form leaves. A name that stands on nothing public leaves nothing."""
    if asked.section:
        section = next((one for one in choices.sections if one.slug == asked.section), None)
        public = public.in_category(section) if section else public.none()
    if asked.author:
        author = next((one for one in choices.authors if one.slug == asked.author), None)
        public = public.by(author) if author else public.none()
    if asked.tag:
        tag = next(iter(Tag.objects.by_names([asked.tag[:300]]).values()), None)
        public = public.tagged(tag) if tag else public.none()
    return public.filter(_span(asked.year))


def _years(first: int | None, at: datetime | None) -> list[int]:
    """The years that articles can be from, the newest first."""
    if first is None:
        return []
    last = timezone.localtime(at or timezone.now()).year
    return list(range(last, max(first, last - 100) - 1, -1))


def _span(year: int | None) -> Q:
    if year is None:
        return Q()
    zone = ZoneInfo(settings.TIME_ZONE)
    return Q(
        published_at__gte=datetime(year, 1, 1, tzinfo=zone),
        published_at__lt=datetime(year + 1, 1, 1, tzinfo=zone),
    )


def _mark(row: Revision, words: list[str]) -> None:
    row.opening = row.text[:300]
    row.marked_title = search.marked(row.title, words)
    row.marked_excerpt = search.excerpt(row.text, words) or search.excerpt(row.summary, words)
