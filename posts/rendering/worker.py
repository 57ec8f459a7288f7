"""The child's side of `child`: renders the texts that come in, under limits, until the input ends."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from posts.processes import channel, receive, send

from .pipeline import RenderError, render

CPU_SECONDS = 2
MEMORY_BYTES = 1 << 30


def main() -> None:
    """Serve until standard input closes."""
    questions, answers = channel()
    limit_memory(MEMORY_BYTES)
    while (question := receive(questions)) is not None:
        with limited_cpu():
            answer = _answer(json.loads(question))
        send(answers, json.dumps(answer).encode())


def limit_memory(size: int) -> None:
    """No more than `size` bytes of addresses, and no core file of a text that is not ours."""
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def limited_cpu() -> Iterator[None]:
    """Ends this process with SIGXCPU after CPU_SECONDS. Whole seconds only: up to one more, from what was used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _answer(message: dict[str, Any]) -> dict[str, Any]:
    try:
        return asdict(render(message["source"], message["format"], message["lang"]))
    except RenderError as error:
        return {"error": error.code}


if __name__ == "__main__":
    main()
