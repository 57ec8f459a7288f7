"""Rows with a place of their own: sections and pages of the house."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from .refused import Refused, races_refused
from .stamp import raise_stamp

STEP = 10  # between two positions


def put_in_order(found: QuerySet, keys: Sequence[int], *, stale: str) -> None:
    """Give the rows their positions in the order of the keys, all of them in one act.

    `found` locks its rows. Raises Refused with `stale` when the keys are not those of all rows.
    """
    with races_refused(), transaction.atomic():
        rows = {row.pk: row for row in found}
        if sorted(keys) != sorted(rows):
            raise Refused(stale)
        for place, key in enumerate(keys, 1):
            rows[key].position = place * STEP
        found.model._default_manager.bulk_update(rows.values(), ["position"])
        raise_stamp()
