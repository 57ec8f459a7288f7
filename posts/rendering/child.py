"""Rendering in child processes under limits, so that hostile text never holds up a web thread (C40, C41)."""

from __future__ import annotations

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from .finish import Heading
from .pipeline import MAX_CHARACTERS, Rendered, RenderError

WALL_SECONDS = 10
KEPT_CHILDREN = 4
# A child is replaced after this many texts, so that nothing grows for ever.
TEXTS_PER_CHILD = 1000

_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = [sys.executable, "-m", "posts.rendering.worker"]
_LENGTH = struct.Struct(">I")


def render_safely(source: str, format: str = "markdown", lang: str = "ja") -> Rendered:
    """As `render`, in a child process: 2 to 3 s of CPU, 10 s in all, about 1 GiB. Raises RenderError."""
    if len(source) > MAX_CHARACTERS:
        raise RenderError("too_large")
    with _pool.child() as child:
        answer = child.ask({"source": source, "format": format, "lang": lang})
    if "error" in answer:
        raise RenderError(answer["error"])
    contents = tuple(Heading(**heading) for heading in answer["toc"])
    return Rendered(answer["html"], contents, answer["text"], answer["minutes"])


def send(stream: BinaryIO, message: dict[str, Any]) -> None:
    """One message: length in four bytes, then JSON."""
    data = json.dumps(message).encode()
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message, or None at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(head)[0]
    data = stream.read(size)
    answer: dict[str, Any] | None = json.loads(data) if len(data) == size else None
    return answer


class _Child:
    """One process that renders text after text; it ends when its standard input closes."""

    def __init__(self) -> None:
        self.texts = 0
        # False while an answer is due: interrupted there, the next text would get this one's answer
        self.in_step = True
        self.process = subprocess.Popen(  # noqa: S603, the command is our own
            _COMMAND,
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """The child's answer. Raises RenderError when it was stopped or died."""
        self.texts += 1
        self.in_step = False
        timer = threading.Timer(WALL_SECONDS, self.process.kill)
        timer.daemon = True
        timer.start()
        try:
            answer = self._exchange(message)
        finally:
            timer.cancel()
        if answer is None:
            raise RenderError(self._cause_of_death())
        self.in_step = True
        if answer.get("error") == "too_large":
            self.texts = TEXTS_PER_CHILD  # it keeps the memory it took: a fresh process does better
        return answer

    def is_usable(self) -> bool:
        return self.in_step and self.texts < TEXTS_PER_CHILD and self.process.poll() is None

    def end(self) -> None:
        """Stop the process and reap it."""
        self.process.kill()
        self.close_pipes()
        self.process.wait()

    def close_pipes(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                if pipe:
                    pipe.close()
            except OSError:
                pass  # what was not written any more is of no interest

    def _exchange(self, message: dict[str, Any]) -> dict[str, Any] | None:
        assert self.process.stdin and self.process.stdout
        try:
            send(self.process.stdin, message)  # type: ignore[arg-type]
            return receive(self.process.stdout)  # type: ignore[arg-type]
        except OSError:
            return None

    def _cause_of_death(self) -> str:
        # SIGXCPU from the CPU limit, SIGKILL from the timer above
        return "too_slow" if self.process.wait() in (-24, -9) else "failed"


class _Pool:
    """Idle children. One is used by one thread at a time, and only by the process that started it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pid = os.getpid()
        self.idle: list[_Child] = []
        self.busy: set[_Child] = set()

    @contextmanager
    def child(self) -> Iterator[_Child]:
        child = self._taken()
        try:
            yield child
        finally:
            self._give_back(child)

    def _taken(self) -> _Child:
        with self.lock:
            found = self.idle.pop() if self.idle else None
        if found and not found.is_usable():
            found.end()
            found = None
        child = found or _Child()
        with self.lock:
            self.busy.add(child)
        return child

    def _give_back(self, child: _Child) -> None:
        with self.lock:
            self.busy.discard(child)
            keep = child.is_usable() and len(self.idle) < KEPT_CHILDREN and self.pid == os.getpid()
            if keep:
                self.idle.append(child)
        if not keep:
            child.end()

    def end(self) -> None:
        """Stop all idle children."""
        with self.lock:
            children, self.idle = self.idle, []
        for child in children:
            child.end()

    def forget(self) -> None:
        """After a fork the children are the parent's; our copies of their pipes would let them outlive it."""
        for child in [*self.idle, *self.busy]:
            child.close_pipes()
            child.process.returncode = 0
        self.__init__()  # type: ignore[misc]


_pool = _Pool()
os.register_at_fork(after_in_child=_pool.forget)
atexit.register(_pool.end)
