"""The article list as a file for a spreadsheet: UTF-8 with a byte order mark, cells that begin no formula."""

import csv
from collections.abc import Iterator
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from posts import roles
from posts.models import Post

from .holding import RANKS
from .standing import Standing, standings

MOST = 50_000  # rows; a spreadsheet takes no more than a million
_PART = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # attacks.md A14


class _Line:
    """What csv writes into; hands the line on."""

    def write(self, line: str) -> str:
        return line


def answer(request: HttpRequest, model_admin) -> HttpResponse:
    """The rows of the list as it is filtered and ordered now, without its pages."""
    if not roles.may(request.user, "view"):
        raise PermissionDenied
    rows = model_admin.get_changelist_instance(request).get_queryset(request)
    language = translation.get_language()
    response = StreamingHttpResponse(_lines(rows, language), content_type="text/csv; charset=utf-8")
    name = f"articles-{timezone.localtime():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def guarded(value: object) -> str:
    """A cell that a spreadsheet takes for words, never for a formula."""
    words = str(value if value is not None else "").replace("\0", "")
    return f"'{words}" if words.startswith(_FORMULA) else words


def _lines(rows, language: str) -> Iterator[str]:
    write = csv.writer(_Line()).writerow
    with translation.override(language):
        yield "\ufeff" + write(_head())
        keys = list(rows.values_list("pk", flat=True)[:MOST])
        for start in range(0, len(keys), _PART):
            part = list(islice(keys, start, start + _PART))
            posts = Post.objects.select_related("assignee").in_bulk(part)
            found = standings(list(posts.values()))
            for key in part:
                if key in found:
                    yield write([guarded(cell) for cell in _cells(found[key])])


def _head() -> list[str]:
    return [
        _("number"),
        _("title"),
        _("work"),
        _("readers see"),
        _("category"),
        _("author"),
        _("assignee"),
        _("priority"),
        _("due"),
        _("planned for"),
        _("public from"),
        _("saved"),
        _("address"),
    ]


def _cells(standing: Standing) -> list[object]:
    post, shown = standing.post, standing.shown
    return [
        post.pk,
        shown.title if shown else post.slug,
        standing.open.get_status_display() if standing.open else "",
        standing.public_label,
        (shown and shown.category) or "",
        (shown and shown.author) or "",
        roles.name_of(post.assignee) if post.assignee else "",
        RANKS.get(post.priority, ""),
        _moment(post.due),
        post.planned_for,
        _moment(shown.live_from if shown else None),
        _moment(shown.saved_at if shown else None),
        post.get_absolute_url(),
    ]


def _moment(value) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""
