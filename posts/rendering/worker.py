"""The child's side of `child`: renders the texts that come in, under limits, until the input ends."""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import asdict
from typing import Any

from .child import receive, send
from .pipeline import RenderError, render

CPU_SECONDS = 2
MEMORY_BYTES = 1 << 30


def main() -> None:
    """Serve until standard input closes."""
    # libraries that print must not garble the answers
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (message := receive(sys.stdin.buffer)) is not None:
        _allow_cpu()
        send(answers, _answer(message))


def _allow_cpu() -> None:
    """Whole seconds only: between CPU_SECONDS and one more, counted from what was used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _answer(message: dict[str, Any]) -> dict[str, Any]:
    try:
        return asdict(render(message["source"], message["format"], message["lang"]))
    except RenderError as error:
        return {"error": error.code}


if __name__ == "__main__":
    main()
