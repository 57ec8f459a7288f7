"""Articles that need work: which, why and how many. The needs-work page, its files and repairs ask here."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from posts import quality, roles
from posts.models import (
    OPEN,
    Author,
    CommonParagraph,
    KeptFinding,
    Revision,
    Severity,
    StockDay,
    Tag,
    Verdict,
)

DAYS = 60  # of the trend that is shown
STATES = ("public", "open")


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is empty leaves it open. `assignee` "nobody" is an article that nobody holds.

    `checks`: articles with a finding of any of these. `infos`: also those with nothing graver.
    """

    checks: Collection[str] = ()
    severity: str = ""
    section: int = 0
    author: Author | None = None
    assignee: int | str = ""
    site: str = ""
    state: str = ""
    tag: Tag | None = None
    infos: bool = False


@dataclass(frozen=True)
class Cluster:
    """How many articles have a finding of a check, by its severity there."""

    check: str
    severity: str
    posts: int


def needing_work(user, wanted: Wanted = Wanted()) -> QuerySet[Verdict]:
    """The verdicts of the texts that need work and that the person answers for, the worst first."""
    rows = _among(user, wanted).filter(_has_any(wanted))
    if wanted.severity:
        rows = rows.filter(**{f"{wanted.severity}s__gt": 0})
    if wanted.checks:
        kept = KeptFinding.objects.filter(check_id__in=list(wanted.checks), is_settled=False)
        kept = kept.filter(severity=wanted.severity) if wanted.severity else kept
        rows = rows.filter(revision__in=kept.values("revision"))
    return rows.order_by(F("errors").desc(), F("warnings").desc(), "revision")


def clusters(user, wanted: Wanted) -> list[Cluster]:
    """How many articles have a finding of each check, the gravest and most frequent first; `checks` is not asked."""
    among = _among(user, wanted).filter(_has_any(wanted))
    kept = KeptFinding.objects.filter(is_settled=False, revision__in=among.values("revision"))
    if not wanted.infos:
        kept = kept.exclude(severity=Severity.INFO)
    counted = kept.order_by().values_list("check_id", "severity").annotate(posts=Count("pk"))
    order = list(Severity.values)
    return sorted(
        (Cluster(*row) for row in counted), key=lambda one: (order.index(one.severity), -one.posts, one.check)
    )


def trend() -> list[dict[str, int]]:
    """[{"day", "error", "warning", "info"}] of the last days on which the stock was checked, the oldest first."""
    rows = StockDay.objects.filter(check_id="").order_by("-day").values_list("day", "severity", "posts")
    days: dict = {}
    for day, severity, posts in rows[: DAYS * len(Severity.values)]:
        days.setdefault(day, {"day": day})[severity] = posts
    return list(days.values())[::-1]


def common_paragraphs(user) -> QuerySet[CommonParagraph]:
    """Paragraphs for the template, for those who see every article."""
    rows = CommonParagraph.objects.select_related("post")
    return rows if roles.may(user, "see_every") else rows.none()


def _has_any(wanted: Wanted) -> Q:
    found = Q(errors__gt=0) | Q(warnings__gt=0)
    return found | Q(infos__gt=0) if wanted.infos else found


def _among(user, wanted: Wanted) -> QuerySet[Verdict]:
    """The verdicts of the stock that the person answers for, cut down by all but check and severity."""
    rows = Verdict.objects.filter(
        revision__in=quality.in_stock().values("pk"), revision__post__erased_at=None
    )
    if not roles.may(user, "see_every"):
        rows = rows.filter(
            Q(revision__post__assignee=user)
            | Q(revision__created_by=user)
            | Q(revision__post__created_by=user)
        )
    tests = [test for name, test in _TESTS.items() if getattr(wanted, name)]
    for test in tests:
        rows = rows.filter(test(wanted))
    return rows


def _of_author(wanted: Wanted) -> Q:
    return Q(revision__in=Revision.objects.by(wanted.author).values("pk"))


def _held_by(wanted: Wanted) -> Q:
    return Q(revision__post__assignee=None if wanted.assignee == "nobody" else wanted.assignee)


def _in_state(wanted: Wanted) -> Q:
    if wanted.state == "open":
        return Q(revision__status__in=OPEN)
    return Q(revision__post__in=Revision.objects.published().values("post"))


_TESTS = {
    "section": lambda wanted: Q(revision__category=wanted.section),
    "author": _of_author,
    "assignee": _held_by,
    "site": lambda wanted: Q(revision__post__site=wanted.site),
    "state": _in_state,
    "tag": lambda wanted: Q(revision__in=Revision.objects.tagged(wanted.tag).values("pk")),
}
