"""The board: articles by status in columns; a card moves where a step of the rule book leads."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from posts import roles, workflow
from posts.models import Revision, Status
from posts.workflow import queues

from . import planning
from .stepping import RESCHEDULE

CAP = 20  # cards of a column; the rest is in the list of articles
RECENT = timedelta(days=7)
COLUMNS = {
    "draft": Status.DRAFT.label,
    "returned": Status.RETURNED.label,
    "in_review": Status.IN_REVIEW.label,
    "approved": Status.APPROVED.label,
    "scheduled": _("Scheduled"),
    "public": _("Recently public"),
}
# step: (column it leads to, whether it asks for something first)
MOVES = {
    "submit": ("in_review", False),
    "approve": ("approved", False),
    "request_changes": ("returned", True),
    "withdraw": ("draft", False),
    "publish": ("scheduled", True),
    RESCHEDULE: ("", True),
    "cancel": ("approved", False),
}
_NOT_FOR = {"scheduled": {"withdraw"}, "public": {"cancel", RESCHEDULE}}


@dataclass(frozen=True)
class Move:
    """A step offered on a card: `to` is its column; `asks` leads to a page of its own first."""

    name: str
    label: str | Promise
    to: str
    asks: bool
    address: str


@dataclass
class Column:
    name: str
    label: str | Promise
    cards: list[Revision] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


def show(request: HttpRequest, site) -> HttpResponse:
    if not roles.may(request.user, "view"):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        raise Http404
    chosen = planning.filters(request)
    context = {
        "title": _("Board"),
        "columns": columns(request.user, chosen),
        "filters": chosen,
        "here": request.get_full_path(),
        "list_url": reverse("admin:posts_post_changelist"),
        "sees_every": roles.may(request.user, "see_every"),
        **planning.choices(request.user),
    }
    response = TemplateResponse(
        request, "admin/posts/post/board.html", {**site.each_context(request), **context}
    )
    response["Cache-Control"] = "private, no-store"
    return response


def columns(user, chosen: planning.Filters) -> list[Column]:
    """The columns with their first cards: what stands where in two queries of keys, then the rows."""
    made = {name: Column(name, label) for name, label in COLUMNS.items()}
    rows = chosen.on(Revision.objects.filter(planning.seen(user)))
    keys = [*_open_keys(rows), *_published_keys(rows)]
    found = _rows([pk for _name, pk, _total in keys], user)
    for name, pk, total in keys:
        row, column = found[pk], made[name]
        row.moves = _moves(row, name, user)
        row.address = reverse("admin:posts_post_change", args=[row.post_id])
        column.cards.append(row)
        column.total = total
    return list(made.values())


def _open_keys(rows):
    order = [
        queues.pressing().desc(),
        F("post__priority").desc(),
        F("submitted_at").asc(nulls_last=True),
        F("post__planned_for").asc(nulls_last=True),
        F("saved_at").desc(),
        F("pk").desc(),
    ]
    return _first(rows.open(), F("status"), order)


def _published_keys(rows):
    """What is scheduled, the next on top, and what was published lately, the latest on top."""
    now = timezone.now()
    name = Case(When(live_from__gt=now, then=Value("scheduled")), default=Value("public"))
    later = rows.scheduled(now).values("pk")
    recent = rows.live(now).filter(live_from__gte=now - RECENT).values("pk")
    both = rows.filter(Q(pk__in=later) | Q(pk__in=recent)).annotate(column=name)
    away = Case(When(live_from__gt=now, then=F("live_from") - now), default=now - F("live_from"))
    return _first(both, F("column"), [away.asc(), F("pk").asc()])


def _first(rows, column, order):
    """(column, key, size of the column) of the first cards of each column."""
    placed = rows.annotate(
        place=Window(RowNumber(), partition_by=column, order_by=order),
        total=Window(Count("pk"), partition_by=column),
    )
    return placed.filter(place__lte=CAP).order_by("place").values_list(column.name, "pk", "total")


def _rows(keys: list[int], user) -> dict[int, Revision]:
    heavy = ("body", "html", "text", "toc", "extra", "summary", "update_note")
    people = ("post", "post__assignee", "category", "created_by", "reviewer")
    mine = Exists(queues.for_review(user).filter(pk=OuterRef("pk")))
    return Revision.objects.select_related(*people).defer(*heavy).annotate(may_review=mine).in_bulk(keys)


def _moves(row: Revision, column: str, user) -> list[Move]:
    """The steps from this card's status that the person's role allows; what else speaks against one is said then."""
    return [
        Move(name, label, to, asks, reverse("admin:posts_post_step", args=[row.post_id, name]))
        for name, (to, asks) in MOVES.items()
        for label in [_label(name)]
        if name not in _NOT_FOR.get(column, ()) and _offered(name, row, user)
    ]


def _offered(name: str, row: Revision, user) -> bool:
    rule = workflow.STEPS["cancel" if name == RESCHEDULE else name]
    allowed = row.status in rule.sources and any(roles.may(user, verb) for verb in rule.permissions)
    if name == "approve":
        return allowed and row.may_review
    if name in ("submit", "withdraw") and not roles.may(user, "review"):
        return allowed and roles.may_edit(user, row.post)
    return allowed


def _label(name: str) -> str | Promise:
    return _("Change the scheduled moment") if name == RESCHEDULE else workflow.STEPS[name].label
