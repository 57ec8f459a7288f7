"""The list of articles that need work as a file: for a spreadsheet, or in the form of `check_posts --format json`."""

import csv
import json
from collections.abc import Iterator

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from posts.models import Severity
from posts.quality import listing
from posts.quality.wording import said
from posts.workflow import stock

from ..spreadsheet import guarded
from .asked import Asked

MOST = 50_000  # articles


class _Line:
    """What csv writes into; hands the line on."""

    def write(self, line: str) -> str:
        return line


def answer(user, filters: Asked, form: str) -> HttpResponse:
    """The list as it is filtered and ordered now, without its pages. Raises 404 for another form."""
    if form not in ("csv", "json"):
        raise Http404
    rows = stock.Stock(user).needing_work(filters.wanted)
    numbers = list(rows.values_list("revision__post", flat=True)[:MOST])
    lines = _csv(numbers, translation.get_language()) if form == "csv" else _json(numbers)
    kind = "text/csv" if form == "csv" else "application/json"
    response = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
    name = f"needs-work-{timezone.localtime():%Y%m%d-%H%M}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _json(numbers: list[int]) -> Iterator[str]:
    yield "["
    for place, entry in enumerate(listing.entries(numbers)):
        yield (",\n" if place else "\n") + json.dumps(entry.as_json(), ensure_ascii=False)
    yield "\n]\n"


def _csv(numbers: list[int], language: str | None) -> Iterator[str]:
    """A line for each finding."""
    write = csv.writer(_Line()).writerow
    with translation.override(language):
        labels = dict(Severity.choices)
        yield "\ufeff" + write(_head())
        for entry in listing.entries(numbers):
            for one in entry.findings:
                words = said(one["id"], entry.params[one["id"]], one["count"], one["snippet"])
                cells = [entry.number, entry.title, entry.url, entry.path, labels[one["severity"]]]
                cells += [one["id"], one["line"] or "", one["count"], words, one["snippet"]]
                yield write([guarded(cell) for cell in cells])


def _head() -> list[str]:
    return [
        _("number"),
        _("title"),
        _("address"),
        _("imported from"),
        _("severity"),
        _("check"),
        _("line"),
        _("count"),
        _("finding"),
        _("passage"),
    ]
