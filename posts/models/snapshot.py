"""The whole database as it stands at one moment, for what reads it for long: export and backup."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """One read transaction, while others go on writing.

    SQLite's transactions are IMMEDIATE here (settings.py) and would hold up the desk for as long as this one lasts.
    """
    here = cast(Any, connection)
    here.ensure_connection()
    outermost, usual = not here.in_atomic_block, getattr(here, "transaction_mode", None)
    here.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic():
            if outermost and here.vendor == "postgresql":
                here.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        here.transaction_mode = usual
