"""Verdicts that no longer stand although their text is the same: a neighbour's is another now, or a waiver ended."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from posts.models import KeptFinding, Verdict, Waiver

from .crowd import Crowd, crowd
from .neighbours import in_stock

ACROSS = ("title.duplicate", "cross.duplicate")  # findings that name another article


@dataclass(frozen=True)
class _Row:
    """A text of the stock: judged at `at`, compared by what it was at `indexed_at`."""

    pk: int
    post: int
    at: datetime
    indexed_at: datetime


def moved_by_others(revisions: set[int]) -> set[int]:
    """Those of these judged texts beside which another has come, changed or gone since, or whose waivers have.

    A text is a neighbour by a shared paragraph that is no boilerplate, by its title or one near it, by its summary, or
    when a finding names it.
    """
    rows = list(_rows())
    ours = {row.post: row for row in rows if row.pk in revisions}
    if not ours:
        return set()
    oldest = min(row.at for row in ours.values())
    changed = [row for row in rows if row.indexed_at > oldest]
    met = [*_beside(changed), *_named(ours, {row.post: row.indexed_at for row in rows}), *_settled(oldest)]
    return {ours[post].pk for post, since in met if post in ours and since > ours[post].at}


def _rows() -> Iterator[_Row]:
    known = Verdict.objects.filter(revision__in=in_stock(), indexed_at__isnull=False)
    for pk, post, at, indexed_at in known.values_list("pk", "revision__post", "at", "indexed_at"):
        yield _Row(pk, post, at, indexed_at or at)


def _beside(changed: list[_Row]) -> Iterator[tuple[int, datetime]]:
    """(article, when one beside it was indexed)."""
    stock = crowd() if changed else None
    by_summary = _by_summary(stock) if stock else {}
    for row in changed:
        assert stock
        title, summary = stock.titles.get(row.post, ""), stock.summaries.get(row.post)
        sharing = {
            other for number in stock.shared.own.get(row.post, ()) for other in stock.shared.places[number]
        }
        same = {*(stock.alike[title] if title else ()), *by_summary.get(summary, ())}
        for post in {*sharing, *same, *stock.near_title(row.post)} - {row.post}:
            yield post, row.indexed_at


def _by_summary(stock: Crowd) -> dict[int | None, set[int]]:
    found: dict[int | None, set[int]] = defaultdict(set)
    for post, summary in stock.summaries.items():
        found[summary].add(post)
    return found


def _named(ours: dict[int, _Row], there: dict[int, datetime]) -> Iterator[tuple[int, datetime]]:
    """The same where a finding names an article; one that is there no more has changed just now."""
    now = timezone.now()
    posts = {row.pk: post for post, row in ours.items()}
    kept = KeptFinding.objects.filter(check_id__in=ACROSS)
    for pk, params in kept.values_list("revision", "params"):
        if pk in posts and params.get("number"):
            yield posts[pk], there.get(params["number"], now)


def _settled(oldest: datetime) -> Iterator[tuple[int, datetime]]:
    """(article, when one of its waivers began or ended)."""
    now = timezone.now()
    ended = Q(ended_at__gt=oldest) | Q(until__gt=oldest, until__lte=now)
    for post, *moments in Waiver.objects.filter(Q(at__gt=oldest) | ended).values_list(
        "post", "at", "ended_at", "until"
    ):
        yield post, max(moment for moment in moments if moment and moment <= now)
