"""Since when the public site is as it is: one cheap question, before anything is read that may not be needed."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Subquery
from django.utils import timezone

from .history import HistoryEntry
from .post import STANDING, SiteStamp
from .revision import Revision, Status


@dataclass(frozen=True)
class Freshness:
    """`stamp` counts the acts; `since` is when an interval last began or ended, or an article was erased.

    Schedules come true without an act, so it takes both to say that nothing has changed. `upcoming` is when the next
    interval begins or ends, as far as it is known now.
    """

    stamp: int
    since: datetime | None
    upcoming: datetime | None = field(default=None, compare=False)

    def holds(self, at: datetime) -> bool:
        """Whether no schedule has come true meanwhile."""
        return self.upcoming is None or at < self.upcoming


def current() -> Freshness:
    """What stands now, asked at most every 0.4 s by a process, and at the second at which a schedule comes true.

    Raises what the database raises.
    """
    known = STANDING.known(freshness)
    return known if known.holds(timezone.now()) else STANDING.asked(freshness)


def checked() -> Freshness:
    """What stands now, asked anew."""
    return STANDING.asked(freshness)


def last_known() -> Freshness | None:
    """What stood when the database last answered, while no schedule has come true since."""
    known = STANDING.last()
    return known if known and known.holds(timezone.now()) else None


def freshness(at: datetime | None = None) -> Freshness:
    """What stood at a moment, now when none is given, in one query."""
    at = at or timezone.now()
    ended = Revision.objects.filter(status=Status.PUBLISHED, live_until__lte=at)
    erased = HistoryEntry.objects.filter(revision=None, step="purge")
    row = (
        SiteStamp.objects.filter(pk=1)
        .annotate(
            begun=_newest(Revision.objects.begun(at), "live_from"),
            ended=_newest(ended, "live_until"),
            erased=_newest(erased, "at"),
            beginning=_next(Revision.objects.scheduled(at), "live_from"),
            ending=_next(Revision.objects.to_end(at), "live_until"),
        )
        .first()
    )
    if row is None:
        return Freshness(0, None)
    since = max(filter(None, [row.begun, row.ended, row.erased]), default=None)
    return Freshness(row.value, since, min(filter(None, [row.beginning, row.ending]), default=None))


def _next(rows, field: str) -> Subquery:
    return Subquery(rows.order_by(field).values(field)[:1])


def _newest(rows, field: str) -> Subquery:
    return Subquery(rows.order_by(f"-{field}").values(field)[:1])
