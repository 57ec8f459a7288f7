"""How the rule book says no."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from django.utils.translation import gettext as _

from posts.models import HistoryEntry


class Refused(Exception):
    """An act that is not taken; its text is the reason, in the reader's language. Nothing has changed."""


class Stale(Refused):
    """A save that came too late. The text that was refused is kept: `entry` is its history entry."""

    def __init__(self, reason: str, entry: HistoryEntry | None = None):
        super().__init__(reason)
        self.entry = entry


@contextmanager
def races_refused() -> Iterator[None]:
    """A race that the database's constraints decide becomes a refusal."""
    try:
        yield
    except IntegrityError:
        raise Refused(
            _("Somebody else changed this article at the same moment. Reload the page and look.")
        ) from None
