"""The processes that read, convert and render files for a run, each file in one of them."""

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from posts.processes import Child, Died, Pool

from .discover import Found
from .plan import Header, Place
from .problems import Failure, Problem
from .read import Reader
from .work import Work

SECONDS = 300  # for one file with all its pictures; its page alone has 2 s of CPU

_pool = Pool("posts.transfer.worker", lifetime=20_000)


class Crew:
    """`jobs` processes, each asked by a thread of ours. `reader` may be replaced between two questions."""

    def __init__(self, jobs: int, reader: Reader):
        self.threads = ThreadPoolExecutor(jobs)
        self.own = threading.local()
        self.children: set[Child] = set()
        self.tell(reader)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *exc: object) -> None:
        self.threads.shutdown(cancel_futures=True)
        for child in self.children:
            child.state = None
            _pool.give_back(child)

    def tell(self, reader: Reader) -> None:
        """What all later questions are answered with."""
        self.reader = pickle.dumps(("reader", reader))

    def header(self, item: Found) -> "Future[Header | Failure]":
        return self.threads.submit(self._asked, lambda: self._ask("header", item))

    def work(self, item: Found, head: Header, place: Place, publish: bool) -> "Future[Work | Failure]":
        def ask() -> Work | Failure:
            try:
                return self._ask("work", item, head, place, publish)
            except Died as died:  # by its text, as far as we know: the text is taken all the same
                return self._ask("work", item, head, place, publish, "too_slow" if died.slow else "failed")

        return self.threads.submit(self._asked, ask)

    def _asked(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Died:
            return Failure("failed", Problem("error", "unexpected", 0, {"kind": "Died"}))

    def _ask(self, *question: object) -> Any:
        child = self._child()
        if child.state is not self.reader:
            child.ask(self.reader, SECONDS)
            child.state = self.reader
        return pickle.loads(child.ask(pickle.dumps(question), SECONDS))  # noqa: S301 - from our own child

    def _child(self) -> Child:
        """This thread's child; a new one in the place of one that is used up or dead."""
        child = getattr(self.own, "child", None)
        if child is None or not child.is_usable():
            if child:
                self.children.discard(child)
                _pool.give_back(child)
            self.own.child = child = _pool.take()
            self.children.add(child)
        return child
