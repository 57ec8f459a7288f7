"""The search page: what was asked, what it finds among public articles, and what to try where it finds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, Max, Min, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from posts import folding, search
from posts.models import Author, Category, Coauthorship, Revision, Tag, TaggedRevision

from . import moment, suggesting
from .listing import page_of
from .navigation import navigation

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
    """The sections and people that the form offers: those with public articles."""

    sections: Sequence[Category]
    authors: Sequence[Author]


class Found:
    """What a paginator cuts pages from: articles whose number is known, fetched as marked cards."""

    def __init__(self, rows: QuerySet[Revision], total: int, words: list[str]):
        self.rows, self.total, self.words = rows, total, words

    def count(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> list[Revision]:
        """By number, in the order of `search.find`: sorting would carry every text along."""
        cards = Revision.objects.filter(pk__in=self.rows.values("pk")[part]).select_related(
            "post", "category"
        )
        tags = Prefetch("tagged", TaggedRevision.objects.select_related("tag").order_by("pk"))
        rows = list(cards.prefetch_related(tags).defer("body", "html", "toc", "extra"))
        for row in rows:
            _mark(row, self.words)
        return sorted(rows, key=lambda row: (row.is_in_title, row.published_at, row.pk), reverse=True)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`/search/?q=…&section=…&tag=…&author=…&year=…&page=…`: public articles only, as of now or the asked moment."""
    asked, at = Asked.of(request), moment.of(request)
    public = Revision.objects.published(at).spoken()
    around = navigation(at)
    choices = Choices(around.sections, list(_authors(public)))
    found = search.find(_narrowed(public, asked, choices), asked.wish)
    total, years = (0, []) if asked.is_empty else _counted(found, asked.year)
    shown = {"asked": asked, "choices": choices, "years": years, **around.shown()}
    if total:
        rows = Found(found.filter(_span(asked.year)), total, asked.wish.folded)
        shown["page"] = page_of(request, rows)
        shown["tag_names"] = _tag_names(shown["page"])
    else:
        page_of(request, [])
        shown |= suggesting.instead(public, asked)
    return render(request, "posts/search.html", shown)


def _authors(public: QuerySet[Revision]) -> QuerySet[Author]:
    first = Exists(public.filter(author=OuterRef("pk")))
    further = Exists(Coauthorship.objects.filter(author=OuterRef("pk"), revision__in=public))
    return Author.objects.filter(first | further).only("name", "slug")


def _narrowed(public: QuerySet[Revision], asked: Asked, choices: Choices) -> QuerySet[Revision]:
    """Without the year, which is counted for each. A name that stands on nothing public finds nothing."""
    if asked.section:
        section = next((one for one in choices.sections if one.slug == asked.section), None)
        public = public.in_category(section) if section else public.none()
    if asked.author:
        author = next((one for one in choices.authors if one.slug == asked.author), None)
        public = public.by(author) if author else public.none()
    if asked.tag:
        tag = next(iter(Tag.objects.by_names([asked.tag[:300]]).values()), None)
        public = public.tagged(tag) if tag else public.none()
    return public


def _counted(found: QuerySet[Revision], year: int | None) -> tuple[int, list[int]]:
    """How many articles there are in the year, and the years that the others are from, in one query."""
    ends = {"first": Min("published_at"), "last": Max("published_at")}
    counted = found.order_by().aggregate(total=Count("pk", _span(year)), **ends)
    if not counted["last"]:
        return 0, [year] if year else []
    first, last = (timezone.localtime(counted[name]).year for name in ("first", "last"))
    years = {*range(max(first, last - 100), last + 1), *filter(None, [year])}
    return counted["total"], sorted(years, reverse=True)


def _span(year: int | None) -> Q:
    if year is None:
        return Q()
    zone = ZoneInfo(settings.TIME_ZONE)
    return Q(
        published_at__gte=datetime(year, 1, 1, tzinfo=zone),
        published_at__lt=datetime(year + 1, 1, 1, tzinfo=zone),
    )


def _tag_names(page) -> list[str]:
    """What the field for a tag offers: the tags of the articles in sight."""
    return sorted({tag.name for row in page.object_list for tag in row.tag_list})


def _mark(row: Revision, words: list[str]) -> None:
    title = folding.fold(row.title)
    row.is_in_title = bool(words) and all(word in title for word in words)
    row.opening = row.text[:300]
    row.marked_title = search.marked(row.title, words)
    row.marked_excerpt = search.excerpt(row.text, words) or search.excerpt(row.summary, words)
