"""Child processes that answer one message after the other, and can be killed without loss (C40, C41). No Django."""

from __future__ import annotations

import atexit
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

KEPT_CHILDREN = 4

_ROOT = Path(__file__).resolve().parents[1]
_LENGTH = struct.Struct(">I")


class Died(Exception):
    """The child ended instead of answering; `slow` says that a limit of time ended it."""

    def __init__(self, slow: bool):
        super().__init__("slow" if slow else "ended")
        self.slow = slow


def send(stream: BinaryIO, data: bytes) -> None:
    """One message: its length in four bytes, then itself."""
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """The next message, or None at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(head)[0]
    data = stream.read(size)
    return data if len(data) == size else None


def channel() -> tuple[BinaryIO, BinaryIO]:
    """A child's own ends: (questions, answers). What its libraries print must not garble the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return sys.stdin.buffer, answers


class Child:
    """One process that answers message after message; it ends when its standard input closes."""

    def __init__(self, module: str, lifetime: int) -> None:
        self.messages, self.lifetime = 0, lifetime
        self.state: object = None  # what the caller has told it, for the caller's own use
        # False while an answer is due: interrupted there, the next message would get this one's answer
        self.in_step = True
        self.process = subprocess.Popen(  # noqa: S603, the command is our own
            [sys.executable, "-m", module],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ask(self, data: bytes, seconds: float) -> bytes:
        """The child's answer. Raises Died when it ended or took more than `seconds`."""
        self.messages += 1
        self.in_step = False
        answer = self._exchange(data, seconds)
        if answer is None:
            # SIGXCPU from a limit of CPU, SIGKILL because it took too long
            raise Died(slow=self.process.wait() in (-24, -9))
        self.in_step = True
        return answer

    def retire(self) -> None:
        """It keeps the memory it took: a fresh process does better."""
        self.lifetime = 0

    def is_usable(self) -> bool:
        return self.in_step and self.messages < self.lifetime and self.process.poll() is None

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

    def _exchange(self, data: bytes, seconds: float) -> bytes | None:
        assert self.process.stdin and self.process.stdout
        waiting = select.poll()
        waiting.register(self.process.stdout, select.POLLIN)
        try:
            send(self.process.stdin, data)  # type: ignore[arg-type]
            if not waiting.poll(seconds * 1000):
                self.process.kill()
            return receive(self.process.stdout)  # type: ignore[arg-type]
        except OSError:
            return None


class Pool:
    """Idle children of one module. One is used by one thread at a time, and only by the process that started it.

    A child is replaced after `lifetime` messages, so that nothing grows for ever.
    """

    def __init__(self, module: str, lifetime: int = 1000) -> None:
        self.module, self.lifetime = module, lifetime
        self._begin()
        os.register_at_fork(after_in_child=self.forget)
        atexit.register(self.end)

    @contextmanager
    def child(self) -> Iterator[Child]:
        child = self.take()
        try:
            yield child
        finally:
            self.give_back(child)

    def take(self) -> Child:
        """A child for the caller alone, until it is given back."""
        with self.lock:
            found = self.idle.pop() if self.idle else None
        if found and not found.is_usable():
            found.end()
            found = None
        child = found or Child(self.module, self.lifetime)
        with self.lock:
            self.busy.add(child)
        return child

    def give_back(self, child: Child) -> None:
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
        self._begin()

    def _begin(self) -> None:
        self.lock = threading.Lock()
        self.pid = os.getpid()
        self.idle: list[Child] = []
        self.busy: set[Child] = set()


class Crew:
    """`jobs` children of a pool, each asked by a thread of ours; questions and answers are pickled.

    What was told last is said to a child before its next question.
    """

    def __init__(self, pool: Pool, jobs: int, seconds: float, *told: object) -> None:
        self.pool, self.seconds = pool, seconds
        self.threads = ThreadPoolExecutor(jobs)
        self.own = threading.local()
        self.children: set[Child] = set()
        self.brief(*told)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *exc: object) -> None:
        self.threads.shutdown(cancel_futures=True)
        for child in self.children:
            child.state = None
            self.pool.give_back(child)

    def brief(self, *told: object) -> None:
        """What all later questions are answered with."""
        self.told = pickle.dumps(told)

    def submit(self, do: Callable[..., Any], *about: object) -> Future[Any]:
        """Let one of the threads do it; there it may `ask`."""
        return self.threads.submit(do, *about)

    def ask(self, *question: object) -> Any:
        """The answer of this thread's child. Raises Died."""
        child = self._child()
        if child.state is not self.told:
            child.ask(self.told, self.seconds)
            child.state = self.told
        return pickle.loads(child.ask(pickle.dumps(question), self.seconds))  # noqa: S301 - from our own child

    def _child(self) -> Child:
        """This thread's child; a new one in the place of one that is used up or dead."""
        child = getattr(self.own, "child", None)
        if child is None or not child.is_usable():
            if child:
                self.children.discard(child)
                self.pool.give_back(child)
            self.own.child = child = self.pool.take()
            self.children.add(child)
        return child
