"""The board: articles by status in columns; a card moves where a step of the rule book leads."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Window
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
    """The columns with their first cards, in three queries."""
    made = {name: Column(name, label) for name, label in COLUMNS.items()}
    now = timezone.now()
    rows = chosen.on(Revision.objects.filter(planning.seen(user)))
    later = rows.scheduled(now).order_by("live_from", "pk")
    recent = rows.published(now).filter(live_from__gte=now - RECENT).order_by("-live_from", "-pk")
    for name, found in (("", _open(rows, user)), ("scheduled", _capped(later)), ("public", _capped(recent))):
        for row in found:
            column = made[name or row.status]
            row.moves = _moves(row, column.name, user)
            row.address = reverse("admin:posts_post_change", args=[row.post_id])
            column.cards.append(row)
            column.total = row.total
    return list(made.values())


def _open(rows, user):
    order = [
        queues.pressing().desc(),
        F("post__priority").desc(),
        F("submitted_at").asc(nulls_last=True),
        F("post__planned_for").asc(nulls_last=True),
        F("saved_at").desc(),
        F("pk").desc(),
    ]
    placed = rows.open().annotate(
        place=Window(RowNumber(), partition_by=F("status"), order_by=order),
        total=Window(Count("pk"), partition_by=F("status")),
        may_review=Exists(queues.for_review(user).filter(pk=OuterRef("pk"))),
    )
    return _light(placed.filter(place__lte=CAP).order_by("place"))


def _capped(rows):
    return _light(rows.annotate(total=Window(Count("pk"))))[:CAP]


def _light(rows):
    heavy = ("body", "html", "text", "toc", "extra", "summary", "update_note")
    return rows.select_related("post", "post__assignee", "category", "created_by", "reviewer").defer(*heavy)


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
