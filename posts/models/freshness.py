"""Since when the public site is as it is: one cheap question, before anything is read that may not be needed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Subquery
from django.utils import timezone

from .history import HistoryEntry
from .post import SiteStamp
from .revision import Revision, Status


@dataclass(frozen=True)
class Freshness:
    """`stamp` counts the acts; `since` is when an interval last began or ended, or an article was erased.

    Schedules come true without an act, so it takes both to say that nothing has changed.
    """

    stamp: int
    since: datetime | None


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
        )
        .first()
    )
    if row is None:
        return Freshness(0, None)
    return Freshness(row.value, max(filter(None, [row.begun, row.ended, row.erased]), default=None))


def _newest(rows, field: str) -> Subquery:
    return Subquery(rows.order_by(f"-{field}").values(field)[:1])
