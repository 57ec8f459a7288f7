"""The invariants over all texts (docs/architecture.md), in portions: the memory does not grow with the stock.

What looks wrong is looked at once more with its article locked: while the site is at work, a save may fall between
two questions.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from posts.models import HistoryEntry, Post, Revision, Status
from posts.models.history import WRITES

from .finding import Finding, error
from .sameness import Names, says_the_same

PART = 100  # texts in memory at a time
LISTED = 50  # findings of one kind that are named; the others are counted
APPROVALS = ("approve", "accept_batch", "reseal")
ENTRANCES = ("publish", "adopt")
_SEALED = (Status.APPROVED, Status.PUBLISHED)

Tick = Callable[[int], None]  # how many texts there are, once for each
Row = tuple[int, datetime, datetime | None]


@dataclass
class Trail:
    """What history says of one text: its newest standing, its saves, its approvals."""

    standing: tuple[str, datetime | None, datetime | None] | None = None
    saves: int = 0
    last_save: int | None = None
    steps: set[str] = field(default_factory=set)
    seal: str = ""  # of the newest approval


def intervals(tick: Tick) -> Iterator[Finding]:
    """I2: of one article no two texts are public at the same time, and each ends after it begins."""
    rows = Revision.objects.filter(status=Status.PUBLISHED).order_by("post", "live_from", "pk")
    named = rows.values_list("post_id", "pk", "live_from", "live_until").iterator(PART)
    for post, group in groupby(named, key=lambda row: row[0]):
        yield from _overlaps(post, [row[1:] for row in group])


def _overlaps(post: int, rows: list[Row]) -> Iterator[Finding]:
    remedy = _("Compare with the article's history, and end one of them at the desk.")
    for number, (pk, start, end) in enumerate(rows):
        if end is not None and end <= start:
            words = _("A text ends before it begins.")
            yield error("interval.order", words, remedy, post=post, revision=pk)
        later = rows[number + 1] if number + 1 < len(rows) else None
        if later and (end is None or later[1] < end):
            words = _("Two texts of the article are public at the same time.")
            yield error("interval.overlap", words, remedy, post=post, revision=later[0])


def texts(tick: Tick) -> Iterator[Finding]:
    """I2 to I5 for every text; a text that is locked by its approval or by being public may not have changed."""
    names, total, last = Names(), Revision.objects.count(), 0
    rows = Revision.objects.for_documents().order_by("pk")
    while part := list(rows.filter(pk__gt=last)[:PART]):
        last = part[-1].pk
        trails, saved = _trails([row.pk for row in part])
        for row in part:
            if list(_faults(row, trails[row.pk], saved, names)):
                yield from _looked_at_again(row.pk, row.post_id, names)
            tick(total)


def _looked_at_again(pk: int, post: int, names: Names) -> Iterator[Finding]:
    """With the article locked: every act locks it first, so text and history belong together."""
    with transaction.atomic():
        Post.objects.select_for_update().filter(pk=post).first()
        row = Revision.objects.for_documents().filter(pk=pk).first()
        if row is not None:  # erased meanwhile
            trails, saved = _trails([pk])
            yield from list(_faults(row, trails[pk], saved, names))


def _trails(keys: list[int]) -> tuple[dict[int, Trail], dict[int, str]]:
    """({text: its trail}, {entry: the document that it saved last})."""
    trails: dict[int, Trail] = defaultdict(Trail)
    columns = ("pk", "revision_id", "step", "target", "live_from", "live_until", "seal")
    for entry in HistoryEntry.objects.filter(revision__in=keys).order_by("pk").values_list(*columns):
        pk, revision, step, target, start, end, seal = entry
        trail = trails[revision]
        trail.steps.add(step)
        if target:
            trail.standing = (target, start, end)
        if step in WRITES:
            trail.saves, trail.last_save = trail.saves + 1, pk
        if step in APPROVALS:
            trail.seal = seal
    newest = [trail.last_save for trail in trails.values() if trail.last_save]
    return trails, dict(HistoryEntry.objects.filter(pk__in=newest).values_list("pk", "text"))


def _faults(row: Revision, trail: Trail, saved: dict[int, str], names: Names) -> Iterator[Finding]:
    about = {"post": row.post_id, "revision": row.pk}
    yield from _standing(row, trail, about)
    yield from _saves(row, trail, saved, names, about)
    if row.status in _SEALED:
        yield from _approval(row, trail, about)


def _standing(row: Revision, trail: Trail, about: dict) -> Iterator[Finding]:
    """I2, I3: status and interval are those that the newest act has left."""
    if trail.standing is None:
        yield error(
            "history.none",
            _("A text has no history: nobody knows who wrote it."),
            _("Find out who has written to the database past the program."),
            **about,
        )
    elif trail.standing != (row.status, row.live_from, row.live_until):
        yield error(
            "interval.history",
            _("Status or times of a text are not those that its history ends with."),
            _(
                "Somebody has changed the database past the program. Compare with the article's history; undo it there."
            ),
            **about,
        )


def _saves(
    row: Revision, trail: Trail, saved: dict[int, str], names: Names, about: dict
) -> Iterator[Finding]:
    """I5: each save has its entry, and the last one holds the text."""
    if trail.saves != row.version:
        yield error(
            "history.saves",
            _("A text was saved %(version)d times, and history holds %(saves)d of them.")
            % {"version": row.version, "saves": trail.saves},
            _("Restore the table of history from a backup, or find out who has taken entries away."),
            **about,
        )
    elif trail.last_save and not says_the_same(row, saved[trail.last_save], names):
        yield error(
            "text.history",
            _("A text is not the one that was saved last."),
            _("Somebody has changed the database past the program. Restore the last entry of the history."),
            **about,
        )


def _approval(row: Revision, trail: Trail, about: dict) -> Iterator[Finding]:
    """I4, B37: what is approved or public is the text that was approved or taken over, and history says so."""
    remedy = _("Unpublish the article, compare with its history, and have the right text reviewed again.")
    if row.status == Status.PUBLISHED and not trail.steps & {*ENTRANCES}:
        words = _("A text is public, and nobody has published it or taken it over.")
        yield error("text.entrance", words, remedy, **about)
    if not row.seal:
        if row.status == Status.APPROVED or "adopt" not in trail.steps:
            words = _("A text counts as approved without an approval.")
            yield error("text.approval", words, remedy, **about)
        return
    if row.seal != trail.seal:
        words = _("The seal of a text is not the one that its approval has left in the history.")
        yield error("text.approval", words, remedy, **about)
    if row.seal != row.seal_now():
        words = _("A text is not the one that was approved.")
        yield error("text.seal", words, remedy, **about)


WALKS: dict[str, Callable[[Tick], Iterator[Finding]]] = {"intervals": intervals, "texts": texts}
