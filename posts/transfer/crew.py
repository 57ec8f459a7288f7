"""The processes that read, convert and render files for a run, each file in one of them."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from posts import processes
from posts.processes import Died, Pool

from .discover import Found
from .plan import Header, Place
from .problems import Failure, Problem
from .read import Reader
from .work import Work

SECONDS = 300  # for one file with all its pictures; its page alone has 2 s of CPU

_pool = Pool("posts.transfer.worker", lifetime=20_000)


class Crew(processes.Crew):
    """`jobs` processes, each asked by a thread of ours. `reader` may be replaced between two questions."""

    def __init__(self, jobs: int, reader: Reader):
        super().__init__(_pool, jobs, SECONDS, "reader", reader)

    def __enter__(self) -> "Crew":
        return self

    def tell(self, reader: Reader) -> None:
        """What all later questions are answered with."""
        self.brief("reader", reader)

    def header(self, item: Found) -> "Future[Header | Failure]":
        return self.submit(self._asked, lambda: self.ask("header", item))

    def work(self, item: Found, head: Header, place: Place, publish: bool) -> "Future[Work | Failure]":
        def ask() -> Work | Failure:
            try:
                return self.ask("work", item, head, place, publish)
            except Died as died:  # by its text, as far as we know: the text is taken all the same
                return self.ask("work", item, head, place, publish, "too_slow" if died.slow else "failed")

        return self.submit(self._asked, ask)

    def _asked(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Died:
            return Failure("failed", Problem("error", "unexpected", 0, {"kind": "Died"}))
