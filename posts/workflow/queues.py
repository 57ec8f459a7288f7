"""Queues: which open texts wait for whom, as querysets. The desk's lists, counts and the badge ask here."""

from datetime import datetime

from django.conf import settings
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from posts import roles
from posts.models import EDITABLE, OPEN, HistoryEntry, Note, Revision, Status, Verdict

from . import history

URGENT = 2
NOTHING = Q(pk__in=[])


def own(user) -> Q:
    """The texts that are a person's own: begun by them, or of an article assigned to them."""
    return Q(post__assignee=user) | Q(created_by=user)


def covered(user) -> QuerySet[Revision]:
    """What a person's desk speaks of: everything for who sees every draft, else their own texts."""
    rows = Revision.objects.all()
    return rows if roles.may(user, "see_every") else rows.filter(own(user))


def for_review(user) -> QuerySet[Revision]:
    """In review, asked of this person or of everybody, and not their own work (four eyes)."""
    return Revision.objects.filter(_for_review(user))


def _for_review(user) -> Q:
    if not roles.may(user, "review"):
        return NOTHING
    asked = Q(status=Status.IN_REVIEW) & (Q(reviewer=None) | Q(reviewer=user))
    if not settings.EDITORIAL_FOUR_EYES:
        return asked
    return asked & ~history.worked_on(user)


def reviewers_of(revision: Revision):
    """The people who may approve the text, in the order of their names: not those who have worked on it."""
    people = roles.reviewers()
    if not settings.EDITORIAL_FOUR_EYES:
        return people
    written = HistoryEntry.objects.filter(revision=revision, step__in=history.WRITES, actor__isnull=False)
    return people.exclude(pk__in=written.values("actor")).exclude(pk=revision.created_by_id or 0)


def people_at_work(revision: Revision | None):
    """The people who may write, each with `may_approve`: whether the text may be given to them for review."""
    fit = reviewers_of(revision) if revision else roles.reviewers()
    return roles.writers().annotate(may_approve=Exists(fit.order_by().filter(pk=OuterRef("pk"))))


def returned_to(user) -> QuerySet[Revision]:
    return Revision.objects.filter(_returned_to(user))


def _returned_to(user) -> Q:
    return Q(status=Status.RETURNED) & own(user)


def ready_for(user) -> QuerySet[Revision]:
    """Approved texts, for who may publish them."""
    return Revision.objects.filter(_ready_for(user))


def _ready_for(user) -> Q:
    return Q(status=Status.APPROVED) if roles.may(user, "publish") else NOTHING


def drafts_of(user) -> QuerySet[Revision]:
    return Revision.objects.filter(own(user), status=Status.DRAFT)


def under_way(user) -> QuerySet[Revision]:
    """A person's own texts that others have now: in review, or approved and not published."""
    return Revision.objects.filter(own(user), status__in=(Status.IN_REVIEW, Status.APPROVED))


def count_waiting(user) -> int:
    """How many texts wait for this person: to be reviewed, corrected after a return, or published. One query."""
    waits = _for_review(user) | _returned_to(user) | _ready_for(user)
    return Revision.objects.open().exclude(status=Status.DRAFT).filter(waits).count()


def pressing(now: datetime | None = None) -> Case:
    """An expression for ordering: urgent, or past its due moment."""
    hurry = Q(post__priority__gte=URGENT) | Q(post__due__lt=now or timezone.now())
    return Case(When(hurry, then=Value(True)), default=Value(False), output_field=BooleanField())


def review_order(user) -> list:
    """What is asked of the person by name, then what is urgent or overdue, then the oldest."""
    named = Case(When(reviewer=user, then=Value(0)), default=Value(1))
    return [named, pressing().desc(), F("post__priority").desc(), F("submitted_at").asc(), F("pk").asc()]


def troubles(now: datetime | None = None) -> dict[str, Q]:
    """Why an open text needs work: {name: condition}."""
    wrong = Verdict.objects.filter(revision=OuterRef("pk"), errors__gt=0)
    must = Note.objects.open().must().filter(revision=OuterRef("pk"))
    return {
        "unrendered": Q(rendered_with=""),
        "errors": Q(Exists(wrong)),
        "notes": Q(status__in=EDITABLE) & Q(Exists(must)),
        "overdue": Q(post__due__lt=now or timezone.now()),
    }


def trouble_marks(now: datetime | None = None) -> dict[str, Case]:
    """{in_<name>: expression} that says of an open text which troubles it has."""
    return {
        f"in_{name}": Case(
            When(test & Q(status__in=OPEN), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for name, test in troubles(now).items()
    }


def needing_work(user, now: datetime | None = None) -> QuerySet[Revision]:
    """Open texts of the person's desk with a trouble."""
    any_of = Q()
    for test in troubles(now).values():
        any_of |= test
    return covered(user).filter(any_of, status__in=OPEN)
