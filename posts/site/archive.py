"""The archive: what is public by the day in its address, from all years down to one day."""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from posts.models import languages

from .listing import listing
from .public import articles


@dataclass(frozen=True)
class Period:
    """A year, a month or a day: 1, 2 or 3 numbers as an address writes them. Raises Http404 for no such day."""

    numbers: tuple[int, ...]

    def __post_init__(self):
        try:
            date(*self.numbers, *[1] * (3 - len(self.numbers)))
        except ValueError:
            raise Http404 from None

    def __str__(self) -> str:
        return date_format(
            self.first, (pgettext("the year of an archive", "Y"), _("F Y"), _("F j, Y"))[self._depth]
        )

    @property
    def address(self) -> str:
        words = (f"{self.first:%Y}".zfill(4), f"{self.first:%m}", f"{self.first:%d}")[: len(self.numbers)]
        return languages.local(reverse(("year", "month", "day")[self._depth], args=words))

    @property
    def first(self) -> date:
        return date(*self.numbers, *[1] * (3 - len(self.numbers)))

    @property
    def last(self) -> date:
        if self._depth == 2:
            return self.first
        month = 12 if self._depth == 0 else self.first.month
        return date(self.first.year, month, monthrange(self.first.year, month)[1])

    @property
    def _depth(self) -> int:
        return len(self.numbers) - 1


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """All years with their months, newest first, and how many articles each has."""
    days = articles(request).by_day()
    if not days:
        raise Http404
    months = _counted(days, 2)
    years = [
        (year, count, [m for m in months if m[0].numbers[:1] == year.numbers])
        for year, count in _counted(days, 1)
    ]
    return render(request, "posts/archive.html", {"years": years, "count": sum(days.values())})


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    return _shown(request, Period((year,)))


@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    return _shown(request, Period((year, month)))


@require_safe
def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    return _shown(request, Period((year, month, day)))


def _shown(request: HttpRequest, period: Period) -> HttpResponse:
    found = articles(request).on_days(period.first, period.last)
    depth = len(period.numbers) + 1
    parts = _counted(found.by_day(), depth) if depth <= 3 else []
    around = [Period(period.numbers[:length]) for length in range(1, depth - 1)]
    return listing(
        request,
        found,
        subject=period,
        kind=_("Archive"),
        more=lambda page: {"parts": parts, "around": around},
    )


def _counted(days: dict[date, int], depth: int) -> list[tuple[Period, int]]:
    """(year, month or day, how many articles) for those that have any, newest first."""
    counts: Counter[tuple[int, ...]] = Counter()
    for day, count in days.items():
        counts[(day.year, day.month, day.day)[:depth]] += count
    return [(Period(numbers), count) for numbers, count in sorted(counts.items(), reverse=True)]
