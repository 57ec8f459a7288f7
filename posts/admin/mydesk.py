"""My desk: what waits for a person, what they write, what comes next. It asks the queues and draws them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from posts import roles
from posts.models import Buffer, HistoryEntry, Post, Presence, Revision, Status
from posts.models.presence import HERE_FOR
from posts.workflow import all_waiting, queues

from . import paging

LISTED = 8  # rows of a section on the first page; the whole section has its own
PAGE = 50
RECENT = timedelta(days=7)


@dataclass(frozen=True)
class Kind:
    """A section of the desk. `act` names the button of its rows: review, edit, publish or show."""

    name: str
    label: str | Promise
    empty: str | Promise
    act: str
    needs: str = ""  # the permission without which the section is not shown
    side: bool = False


KINDS = {
    kind.name: kind
    for kind in [
        Kind(
            "review",
            _("Waiting for my review"),
            _("Nothing waits for your review. New requests appear here, the oldest first."),
            "review",
            "review",
        ),
        Kind(
            "ready",
            _("Approved and ready to publish"),
            _("No approved text waits. What a reviewer approves appears here."),
            "publish",
            "publish",
        ),
        Kind(
            "returned",
            _("Returned to me"),
            _("Nothing was returned to you. A returned text appears here with its reason."),
            "edit",
        ),
        Kind(
            "drafts",
            _("My drafts"),
            _("You have no draft. Begin one with “New article”."),
            "edit",
        ),
        Kind(
            "under_way",
            _("My texts under way"),
            _("No text of yours is in review. Submit a draft, and you see here who has it."),
            "show",
        ),
        Kind("scheduled", _("Scheduled next"), _("Nothing is scheduled."), "show", side=True),
        Kind("trouble", _("Needs work"), _("Nothing needs work."), "edit", side=True),
        Kind(
            "recent",
            _("Recently published"),
            _("Nothing was published in the last 7 days."),
            "show",
            side=True,
        ),
    ]
}


@dataclass
class Section:
    kind: Kind
    rows: list = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


OWN = {"returned": ["returned"], "drafts": ["draft"], "under_way": ["in_review", "approved"]}


def sections(user) -> list[Section]:
    """The sections of a person's desk in their order, each with its first rows and its total; `dress` the rows.

    First keys and sizes, which the indexes answer, then all rows at once.
    """
    made = {
        name: Section(kind) for name, kind in KINDS.items() if not kind.needs or roles.may(user, kind.needs)
    }
    keys = [*_own_keys(user), *_published_keys(user)]
    for name in made:
        if name not in OWN and name not in ("scheduled", "recent"):
            size = Window(Count("pk"))
            found = whole(name, user).annotate(size=size, name=Value(name))
            keys += found.values_list("name", "pk", "size")[:LISTED]
    rows = {row.pk: row for row in light(Revision.objects.filter(pk__in={pk for _name, pk, _size in keys}))}
    for name, pk, size in keys:
        made[name].rows.append(rows[pk])
        made[name].total = size
    return list(made.values())


def waiting(made: list[Section]) -> int:
    """The number of the badge, from sections that are there already."""
    return sum(section.total for section in made if section.kind.name in ("review", "ready", "returned"))


def page_of(name: str, user, number: str):
    """(kind, page) of one section alone. Raises 404 for what is not there or not for this person."""
    kind = KINDS.get(name)
    if kind is None or (kind.needs and not roles.may(user, kind.needs)):
        raise Http404
    page = paging.page_of(light(whole(name, user)), PAGE, number)
    page.object_list = list(page.object_list)
    dress(user, page.object_list)
    return kind, page


def whole(name: str, user):
    """All revisions of a section in their order."""
    now = timezone.now()
    asked: dict[str, Callable] = {
        "review": lambda: queues.for_review(user).order_by(*queues.review_order(user)),
        "ready": lambda: queues.ready_for(user).order_by(*_by_plan()),
        "returned": lambda: queues.returned_to(user).order_by(*_by_due()),
        "drafts": lambda: queues.drafts_of(user).order_by(*_by_due()),
        "under_way": lambda: queues.under_way(user).order_by(*_by_due()),
        "scheduled": lambda: queues.covered(user).scheduled(now).order_by("live_from", "pk"),
        "trouble": lambda: queues.needing_work(user, now).order_by(*_by_due()),
        "recent": lambda: (
            queues.covered(user).begun(now).filter(live_from__gte=now - RECENT).order_by("-live_from", "-pk")
        ),
    }
    return asked[name]()


def _by_due() -> list:
    return [
        queues.pressing().desc(),
        F("post__priority").desc(),
        F("post__due").asc(nulls_last=True),
        F("saved_at").desc(),
        F("pk").desc(),
    ]


def _by_plan() -> list:
    return [
        queues.pressing().desc(),
        F("post__planned_for").asc(nulls_last=True),
        F("post__priority").desc(),
        F("submitted_at").asc(nulls_last=True),
        F("pk").asc(),
    ]


def _own_keys(user):
    """(section, key, size) of the first of a person's returned texts, drafts and texts under way."""
    names = [When(status__in=states, then=Value(name)) for name, states in OWN.items()]
    rows = Revision.objects.open().filter(queues.own(user)).annotate(queue=Case(*names))
    placed = rows.annotate(
        place=Window(RowNumber(), partition_by=F("queue"), order_by=_by_due()),
        size=Window(Count("pk"), partition_by=F("queue")),
    )
    return placed.filter(place__lte=LISTED).order_by("place").values_list("queue", "pk", "size")


def _published_keys(user):
    """The same of what is scheduled, the next on top, and of what was published lately, the latest on top."""
    now = timezone.now()
    later, recent = whole("scheduled", user).order_by(), whole("recent", user).order_by()
    both = Revision.objects.filter(Q(pk__in=later.values("pk")) | Q(pk__in=recent.values("pk")))
    queue = Case(When(live_from__gt=now, then=Value("scheduled")), default=Value("recent"))
    away = Case(When(live_from__gt=now, then=F("live_from") - now), default=now - F("live_from"))
    placed = both.annotate(queue=queue).annotate(
        place=Window(RowNumber(), partition_by=F("queue"), order_by=[away.asc(), F("pk").asc()]),
        size=Window(Count("pk"), partition_by=F("queue")),
    )
    return placed.filter(place__lte=LISTED).order_by("place").values_list("queue", "pk", "size")


def light(rows):
    """Rows with what a line of the desk shows, without their texts."""
    reason = HistoryEntry.objects.filter(revision=OuterRef("pk"), step="request_changes").order_by("-pk")
    people = ("post", "post__assignee", "category", "created_by", "saved_by", "reviewer")
    heavy = ("body", "html", "text", "toc", "extra", "summary", "update_note")
    reason_words = Case(When(status="returned", then=Subquery(reason.values("comment")[:1])))
    marks = queues.trouble_marks()
    return rows.select_related(*people).annotate(reason=reason_words, **marks).defer(*heavy)


def dress(user, rows: list[Revision]) -> datetime | None:
    """Give each row what other tables know: a text not saved, and who is at it.

    Returns when the person last typed at an article that is not there yet.
    """
    posts = {row.post_id for row in rows}
    mine = Buffer.objects.filter(Q(post=None) | Q(post__in=posts), user=user)
    unsaved = dict(mine.values_list("post", "saved_at"))
    here: dict[int, list] = {}
    seen = timezone.now() - HERE_FOR
    for one in Presence.objects.filter(post__in=posts, seen_at__gte=seen).select_related("user"):
        if one.user_id != user.pk:
            here.setdefault(one.post_id, []).append(roles.name_of(one.user))
    for row in rows:
        row.address = reverse("admin:posts_post_change", args=[row.post_id])
        row.review_at = _review_page(row.post_id) or row.address
        row.publish_at = reverse("admin:posts_post_step", args=[row.post_id, "publish"])
        row.unsaved_at = unsaved.get(row.post_id) if row.is_open else None
        row.here = here.get(row.post_id, [])
    return unsaved.get(None)


def _review_page(pk: int) -> str:
    try:
        return reverse("admin:posts_post_review", args=[pk])
    except NoReverseMatch:
        return ""


def conflicts(user):
    """Imported articles whose changed file waits for a decision, for who may decide."""
    entries = all_waiting().filter(post__in=roles.visible_posts(user, Post.objects.all()))
    return list(
        entries.select_related("post", "revision").only("at", "post__slug", "revision__title")[:LISTED]
    )


def who_has_what() -> list[dict]:
    """People and their open texts by status, who has most first; those they review beside it."""
    late = Count("pk", filter=Q(post__due__lt=timezone.now()))
    rows = Revision.objects.open().annotate(holder=Coalesce("post__assignee", "created_by"))
    people: dict[int, Counter] = {}
    for line in rows.values("holder", "reviewer", "status").annotate(n=Count("pk"), late=late).order_by():
        if line["holder"]:
            held = {line["status"]: line["n"], "late": line["late"], "total": line["n"]}
            people.setdefault(line["holder"], Counter()).update(held)
        if line["reviewer"] and line["status"] == Status.IN_REVIEW:
            people.setdefault(line["reviewer"], Counter()).update(reviewing=line["n"])
    users = get_user_model().objects.in_bulk(people)
    named = [{"name": roles.name_of(users[pk]), "pk": pk, **person} for pk, person in people.items()]
    return sorted(named, key=lambda person: (-person.get("total", 0), person["name"]))
