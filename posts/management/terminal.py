"""What commands say at a terminal, into a pipe or to nobody."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from tqdm import tqdm

from posts.transfer.wording import printable


def say(stdout, lines: Iterable[str]) -> None:
    """Lines for a command's `stdout`; a reader that closed the pipe or cannot show a character ends nothing."""
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(errors="backslashreplace")
    try:
        for line in lines:
            stdout.write(line)
        stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def counted(name: str, options: dict) -> Iterator[Callable[[int], None]]:
    """How far a command is: what is yielded is called with the total, once for each that is done.

    Shown at a terminal only, and never with `--verbosity 0`.
    """
    with _bar(name, options) as bar:
        yield partial(_count, bar)


@contextmanager
def staged(names: Mapping[str, object], options: dict) -> Iterator[Callable[[str, int], None]]:
    """As `counted`, a bar for each stage once it begins: what is yielded is called with the stage and its total."""
    bars: dict[str, tqdm] = {}

    def tick(stage: str, total: int) -> None:
        if stage not in bars:
            bars[stage] = _bar(str(names[stage]), options, total)
        _count(bars[stage], total)

    try:
        yield tick
    finally:
        for bar in bars.values():
            bar.close()


@contextmanager
def resumable() -> Iterator[None]:
    """A run that may end anywhere and goes on when it is run again. Raises CommandError with that word."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        told = _("The run stopped: %(reason)s. What was made is kept; run it again.")
        raise CommandError(told % {"reason": printable(error)}, returncode=1) from None
    except KeyboardInterrupt:
        told = _("The run was stopped. What was made is kept; run it again.")
        raise CommandError(told, returncode=1) from None


def _bar(name: str, options: dict, total: int | None = None) -> tqdm:
    return tqdm(desc=name, total=total, file=sys.stderr, disable=not options["verbosity"] or None)


def _count(bar: tqdm, total: int) -> None:
    bar.total = total
    bar.update()
