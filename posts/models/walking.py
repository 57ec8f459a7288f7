"""Many rows, a part at a time."""

from collections.abc import Iterator

from django.db.models import QuerySet


def in_parts(rows: QuerySet, size: int) -> Iterator[list]:
    """All rows in lists of `size` at the most, by key, so that rows may be written meanwhile."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield some
        last = some[-1].pk
