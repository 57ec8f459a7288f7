"""Articles that need work: which, why and how many. The needs-work page, its files and repairs ask here."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

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


NO_WISH = Wanted()


@dataclass(frozen=True)
class Cluster:
    """How many articles have a finding of a check, by its severity there."""

    check: str
    severity: str
    posts: int


class Stock:
    """The stock as one person sees it at one moment: all of it, or the articles that are their own."""

    def __init__(self, user) -> None:
        self.user = user

    @cached_property
    def gone(self) -> list[int]:
        """Texts with a verdict that have left the stock since it was last checked: few, so that they are left out by
        their numbers and every other question is answered by an index."""
        stock = quality.in_stock().values("pk")
        return list(Verdict.objects.exclude(revision__in=stock).values_list("pk", flat=True))

    def needing_work(self, wanted: Wanted = NO_WISH) -> QuerySet[Verdict]:
        """The verdicts of the texts that need work, the worst first."""
        rows = self._among(wanted).filter(_has_any(wanted))
        if wanted.severity:
            rows = rows.filter(**{f"{wanted.severity}s__gt": 0})
        if wanted.checks:
            kept = KeptFinding.objects.filter(check_id__in=list(wanted.checks), is_settled=False)
            kept = kept.filter(severity=wanted.severity) if wanted.severity else kept
            rows = rows.filter(revision__in=kept.values("revision"))
        return rows.order_by(F("errors").desc(), F("warnings").desc(), "revision_id")

    def clusters(self, wanted: Wanted = NO_WISH) -> list[Cluster]:
        """How many articles have a finding of each check, the gravest and most frequent first, for any `checks`."""
        kept = KeptFinding.objects.filter(is_settled=False)
        if self._is_whole(wanted):
            kept = kept.exclude(revision__in=self.gone)
        else:
            kept = kept.filter(revision__in=self._among(wanted).values("revision"))
        if not wanted.infos:
            kept = kept.exclude(severity=Severity.INFO)
        counted = kept.order_by().values_list("check_id", "severity").annotate(posts=Count("pk"))
        order = list(Severity.values)
        return sorted(
            (Cluster(*row) for row in counted),
            key=lambda one: (order.index(one.severity), -one.posts, one.check),
        )

    def _is_whole(self, wanted: Wanted) -> bool:
        return roles.may(self.user, "see_every") and not any(getattr(wanted, name) for name in _TESTS)

    def _among(self, wanted: Wanted) -> QuerySet[Verdict]:
        """The verdicts of what the person sees, cut down by all but check and severity."""
        rows = Verdict.objects.exclude(revision__in=self.gone)
        if not roles.may(self.user, "see_every"):
            post = Q(revision__post__assignee=self.user) | Q(revision__post__created_by=self.user)
            rows = rows.filter(post | Q(revision__created_by=self.user))
        for test in (test for name, test in _TESTS.items() if getattr(wanted, name)):
            rows = rows.filter(test(wanted))
        return rows


def trend() -> list[dict]:
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


def _of_author(wanted: Wanted) -> Q:
    return Q(revision__in=Revision.objects.by(wanted.author).values("pk"))


def _held_by(wanted: Wanted) -> Q:
    return Q(revision__post__assignee=None if wanted.assignee == "nobody" else wanted.assignee)


def _in_state(wanted: Wanted) -> Q:
    if wanted.state == "open":
        return Q(revision__status__in=OPEN)
    return Q(revision__post__in=Revision.objects.live().values("post"))


_TESTS = {
    "section": lambda wanted: Q(revision__category=wanted.section),
    "author": _of_author,
    "assignee": _held_by,
    "site": lambda wanted: Q(revision__post__site=wanted.site),
    "state": _in_state,
    "tag": lambda wanted: Q(revision__in=Revision.objects.tagged(wanted.tag).values("pk")),
}
