"""What stops a backup or a restore, said with its cause and what to do."""

from collections.abc import Callable

Tick = Callable[
    [str, int, int], None
]  # what is done ("rows", "pictures", "checking", "search"), how far, of how many


class BackupError(Exception):
    """A sentence for the operator, in the language of the command. Nothing has been changed."""
