"""The page of articles that need work: clusters, filters, the worst first, the trend; and the same as files."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from posts import roles
from posts.models import HouseRule, Revision, Severity, Status, Verdict
from posts.quality.wording import named, said
from posts.workflow import stock

from ..draw import answer
from ..numbers import number
from ..paging import page_of
from . import files
from .asked import Asked, asked, choices
from .chart import chart

PAGE = 50
FIRST = 8  # checks of a severity that are shown at once
SAID = 4  # findings of a row that are said in words


@dataclass(frozen=True)
class Said:
    """One finding in words."""

    level: str
    words: str
    line: int


@dataclass(frozen=True)
class Row:
    """One article of the list: its text, where it is worked on, and its gravest findings."""

    revision: Revision
    verdict: Verdict
    address: str
    act: str
    said: list[Said]
    more: int


def show(request: HttpRequest, site) -> HttpResponse:
    """The page; `?format=csv` or `json`: the whole list as a file."""
    if not roles.may(request.user, "view"):
        raise PermissionDenied
    filters = asked(request.GET)
    if form := request.GET.get("format"):
        return files.answer(request.user, filters, form)
    seen = stock.Stock(request.user)
    rows = seen.needing_work(filters.wanted)
    rows = rows.select_related("revision__post", "revision__category", "revision__post__assignee")
    page = page_of(rows, PAGE, request.GET.get("page"))
    page.object_list = [_row(verdict, filters) for verdict in _light(page.object_list)]
    days = stock.trend() if roles.may(request.user, "see_every") else []
    context = {
        "title": _("Needs work"),
        "page": page,
        "groups": _groups(seen.clusters(filters.wanted), filters),
        "filters": filters,
        "with_infos": filters.query_for(infos="1"),
        "without_infos": filters.query_for(infos=""),
        "as_csv": filters.query_for(format="csv"),
        "as_json": filters.query_for(format="json"),
        "severities": Severity.choices,
        "days": days,
        "newest_days": days[::-1],
        "chart": chart(days),
        "may_repair": roles.may(request.user, "review"),
        "sees_every": roles.may(request.user, "see_every"),
        **choices(request),
    }
    return answer(request, site, "admin/stock/needs_work.html", context)


def common(request: HttpRequest, site) -> HttpResponse:
    """Paragraphs that stand in many articles: they belong into the template."""
    if not roles.may(request.user, "see_every"):
        raise PermissionDenied
    page = page_of(stock.common_paragraphs(request.user), PAGE, request.GET.get("page"))
    context = {"title": _("Paragraphs for the template"), "page": page}
    return answer(request, site, "admin/stock/common.html", context)


def names_of(checks) -> dict[str, str]:
    """{id of a check or house rule: what it is called}: one query."""
    wanted = set(checks)
    own = [key for name in wanted if name.startswith("house.") and (key := number(name[6:])) is not None]
    rules = HouseRule.objects.filter(pk__in=own) if own else ()
    return {name: named(name) for name in wanted} | {rule.check_id: rule.name for rule in rules}


def _groups(clusters: list[stock.Cluster], filters: Asked) -> list[dict]:
    """The clusters by severity, each with the address that shows its articles."""
    names = names_of(one.check for one in clusters)
    labels = dict(Severity.choices)
    groups: dict[str, list] = {}
    for one in clusters:
        here = filters.checks == (one.check,) and filters.words["severity"] in ("", one.severity)
        query = filters.query_for(check="" if here else one.check, severity="" if here else one.severity)
        groups.setdefault(one.severity, []).append(
            {"name": names[one.check], "posts": one.posts, "url": f"?{query}", "here": here, "id": one.check}
        )
    return [
        {
            "level": level,
            "label": labels[level],
            "first": rows[:FIRST],
            "rest": rows[FIRST:],
            "is_open": any(row["here"] for row in rows[FIRST:]),
        }
        for level, rows in groups.items()
    ]


def _light(verdicts):
    heavy = ("body", "html", "text", "toc", "extra", "summary", "update_note")
    return verdicts.defer(*(f"revision__{name}" for name in heavy))


def _row(verdict: Verdict, filters: Asked) -> Row:
    revision = verdict.revision
    is_read = revision.status in (Status.IN_REVIEW, Status.APPROVED)
    page = "admin:posts_post_review" if is_read else "admin:posts_post_change"
    levels = [level for level in Severity.values if level != Severity.INFO or filters.wanted.infos]
    found = [one for one in verdict.said if not one["is_settled"] and one["severity"] in levels]
    found.sort(key=lambda one: (one["check_id"] not in filters.checks, levels.index(one["severity"])))
    words = [
        Said(one["severity"], said(one["check_id"], one["params"], one["count"], one["snippet"]), one["line"])
        for one in found[:SAID]
    ]
    address = reverse(page, args=[revision.post_id])
    act = _("Review") if is_read else _("Edit")
    return Row(revision, verdict, address, act, words, max(0, len(found) - SAID))
