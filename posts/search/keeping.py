"""Keeping the index: a row with each save, in the transaction of the save."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import Q

from posts import folding
from posts.models import OPEN, Revision, Status
from posts.models.search import SearchText

from .dialect import of_the_database

PART = 200  # texts that are indexed in one transaction
_KEPT = Q(status__in=OPEN) | Q(status=Status.PUBLISHED)


def index(revisions: Sequence[Revision]) -> None:
    """Index the texts as they stand in these rows, with title, summary and text at hand; unchanged ones stay."""
    rows = {revision.pk: _row(revision) for revision in revisions}
    with transaction.atomic():
        old = SearchText.objects.in_bulk(list(rows))
        same = {pk for pk, row in old.items() if (row.title, row.body) == (rows[pk].title, rows[pk].body)}
        if changed := [row for pk, row in rows.items() if pk not in same]:
            of_the_database().take_out([row for pk, row in old.items() if pk not in same])
            of_the_database().store(changed)


def remove(revisions: Iterable[int]) -> None:
    """Take the texts with these numbers out, without a trace."""
    rows = SearchText.objects.filter(pk__in=list(revisions))
    with transaction.atomic():
        of_the_database().take_out(list(rows))
        rows.delete()


def clear() -> None:
    """Empty the index, whatever state it is in. Searches find nothing until `refill`."""
    with transaction.atomic():
        of_the_database().clear()
        SearchText.objects.all().delete()


def refill() -> Iterator[int]:
    """Index what is not, some at a time, the newest first; yields how many were done since the last time."""
    rows = Revision.objects.filter(_KEPT).only("title", "summary", "text").order_by("-pk")
    last = None
    while True:
        part = list((rows.filter(pk__lt=last) if last else rows)[:PART])
        if not part:
            return
        index(part)
        last = part[-1].pk
        yield len(part)


def to_index() -> int:
    """How many texts a full index holds."""
    return Revision.objects.filter(_KEPT).count()


def _row(revision: Revision) -> SearchText:
    body = folding.fold(f"{revision.summary}\n{revision.text}")
    return SearchText(revision_id=revision.pk, title=folding.fold(revision.title), body=body)
