"""An answer that a process remembers for a moment, and forgets when it knows better."""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """The last answer to one question, shared by threads; what was asked before a `forget` is not remembered after."""

    def __init__(self, seconds: float):
        self._seconds, self._lock, self._turn = seconds, Lock(), 0
        self.forget()

    def known(self, ask: Callable[[], T]) -> T:
        """The remembered answer while it is younger than `seconds`, else a new one."""
        answer, until = self._last
        return answer if answer is not None and monotonic() < until else self.asked(ask)

    def asked(self, ask: Callable[[], T]) -> T:
        """A new answer, remembered. Raises what `ask` raises; the old one stays for `last`."""
        turn, answer = self._turn, ask()
        with self._lock:
            if turn == self._turn:
                self._last = (answer, monotonic() + self._seconds)
        return answer

    def last(self) -> T | None:
        """The last answer, however old: for a caller whose source is gone."""
        return self._last[0]

    def forget(self) -> None:
        with self._lock:
            self._turn += 1
            self._last: tuple[T | None, float] = (None, 0.0)
