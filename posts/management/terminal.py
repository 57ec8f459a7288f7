"""What commands say at a terminal, into a pipe or to nobody."""

import os
import sys
from collections.abc import Iterable


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
