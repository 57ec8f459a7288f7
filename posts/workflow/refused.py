"""How the rule book says no."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

from posts.models import HistoryEntry

# PostgreSQL ends one of two transactions that wait for each other, or that saw different worlds (SQLSTATE class 40)
_RACES = ("40001", "40P01")


class Refused(Exception):
    """An act that is not taken; its text is the reason, in the reader's language. Nothing has changed."""


class Stale(Refused):
    """A save that came too late. The text that was refused is kept: `entry` is its history entry."""

    def __init__(self, reason: str, entry: HistoryEntry | None = None):
        super().__init__(reason)
        self.entry = entry


@contextmanager
def races_refused() -> Iterator[None]:
    """A race that the database decides, by its constraints or by ending a deadlock, becomes a refusal."""
    try:
        yield
    except (IntegrityError, OperationalError) as error:
        if isinstance(error, OperationalError) and not _is_race(error):
            raise
        raise Refused(
            _("Somebody else changed this article at the same moment. Reload the page and look.")
        ) from None


def _is_race(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _RACES
