"""One import from the folders to the report; ties the stages and holds what they share."""

import contextlib
import os
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import DataError, IntegrityError, transaction

from posts.rendering import Rendered, RenderError
from posts.workflow import Refused, content

from . import state, write
from .discover import DiscoverError, Found, discover
from .plan import Header, Key, Place, links, plan
from .problems import Problem, SourceError, problem_of
from .read import Reader
from .wishes import Wishes
from .work import Work

BATCH = (
    25  # files in one transaction; at most 200 (specs/import.md 1), and a desk waits for the lock meanwhile
)
SURE = 10  # files that a label must have had before its folder can be told from another one
OUTCOMES = ("created", "updated", "unchanged", "conflict", "skipped", "failed")


@dataclass(frozen=True)
class Order:
    """What is asked for. `media_roots`: further folders that pictures may come from; `strict`: stop at a failure."""

    paths: Sequence[Path]
    site: str = ""
    publish: bool = False
    dry_run: bool = False
    jobs: int = 1
    media_roots: Sequence[Path] = ()
    strict: bool = False
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True)
class Result:
    """What became of one file; `url` is its address when a reader can open it now."""

    path: Path
    key: Key
    outcome: str
    problems: tuple[Problem, ...] = ()
    url: str | None = None


@dataclass(frozen=True)
class Report:
    """`missing`: files that were imported once and are no longer there."""

    results: tuple[Result, ...]
    missing: tuple[Key, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        return {name: sum(result.outcome == name for result in self.results) for name in OUTCOMES}


Tick = Callable[[str, int], None]  # ("read" | "write", how many files there are), once for each file


def run(order: Order, tick: Tick = lambda stage, total: None) -> Report:
    """Import, or only look. Raises DiscoverError before anything is written; what is written stays written."""
    found = discover(order.paths, order.site)
    running = _Run(order, found, tick)
    with contextlib.suppress(_Stop):
        running.read_headers()
        running.plan()
        running.write_all()
    urls = state.public_addresses(running.sites)
    done = (running.results[item.key] for item in found if item.key in running.results)
    results = (_with_address(result, urls.get(result.key), order.publish) for result in done)
    return Report(tuple(results), running.missing())


class _Stop(Exception):
    """A file has failed and the operator wants no more."""


def _with_address(result: Result, url: str | None, publish: bool) -> Result:
    """The result with its address; says so when --publish left an unchanged file as the draft it came in as."""
    problems = result.problems
    if publish and result.outcome == "unchanged" and url is None:
        problems = (*problems, Problem("info", "hold.unchanged"))
    return replace(result, url=url, problems=problems)


class _Run:
    def __init__(self, order: Order, found: list[Found], tick: Tick):
        self.order, self.found, self.tick = order, found, tick
        self.sites = {item.site for item in found}
        self.results: dict[Key, Result] = {}
        self.headers: dict[Key, Header] = {}
        self.places: dict[Key, Place] = {}
        self.reader = Reader(order.media_roots, order.wishes)
        self.known: dict[Key, state.Known] = {}

    def read_headers(self) -> None:
        """First pass: every file is read once, and only what planning needs is kept."""
        for item in self.found:
            self.tick("read", len(self.found))
            try:
                if item.skip:
                    outcome = "failed" if item.skip.severity == "error" else "skipped"
                    self._done(item, outcome, [item.skip])
                else:
                    self.headers[item.key] = self.reader.header(item)
            except _Stop:
                raise
            except Exception as error:  # a bad file never stops the others
                self._fail(item, error)

    def plan(self) -> None:
        self.known = state.known(self.sites)
        self._check_roots()
        self._check_labels()
        kept = {key: self._kept(key) for key in self.headers if key in self.known}
        self.places = plan(self.headers.values(), kept, state.taken(set(self.headers)))
        self.reader.links = links(self.headers.values(), self.places)

    def write_all(self) -> None:
        """Second pass: read again, convert, render in `jobs` children, write in batches."""
        with ThreadPoolExecutor(max(1, self.order.jobs)) as pool:
            for batch in _batches(self._rendered(pool), 1 if self.order.strict else BATCH):
                for item, work, outcome, problems in self._batch(batch):
                    self.tick("write", len(self.headers))
                    self._done(item, outcome, [*work.problems, *problems])

    def missing(self) -> tuple[Key, ...]:
        """Sources of the folders that were walked, whose file is gone."""
        walked = (
            {item.site for item in self.found} if all(path.is_dir() for path in self.order.paths) else set()
        )
        there = {item.key for item in self.found}
        return tuple(sorted(key for key in self.known if key[0] in walked and key not in there))

    def _check_roots(self) -> None:
        """A folder whose files are mostly known under another label would come in twice (rule source.root)."""
        new: dict[str, set[str]] = defaultdict(set)
        count: Counter[str] = Counter(key[0] for key in self.headers)
        for key, header in self.headers.items():
            if key not in self.known:
                new[key[0]].add(header.digest)
        for site, (other, known) in state.strangers(new).items():
            if known * 2 > count[site]:
                params = {"label": site, "other": other, "count": known, "total": count[site]}
                raise DiscoverError("source.root", **params)

    def _check_labels(self) -> None:
        """Every Jekyll site has a `_posts`: a folder that lacks most files of its default label is another one's."""
        if self.order.site:
            return
        gone = Counter(site for site, _source in self.missing())
        total = Counter(site for site, _source in self.known)
        for site, count in gone.items():
            if total[site] >= SURE and count * 2 > total[site]:
                raise DiscoverError("source.other_root", label=site, count=count, total=total[site])

    def _kept(self, key: Key) -> Place:
        """An imported file keeps its slug, and its day once it has been public."""
        place = self.known[key].place
        return place if place.day else Place(self.headers[key].place.day, place.slug)

    def _rendered(self, pool: ThreadPoolExecutor) -> Iterator[tuple[Found, Work]]:
        """Works in order; a few batches are being rendered while one is written."""
        waiting: deque[tuple[Found, Work, Future]] = deque()
        for item in self.found:
            if work := self._prepared(item):
                document = work.converted.document
                waiting.append((item, work, pool.submit(content.render, document)))
            while len(waiting) > 2 * BATCH:
                yield _with_page(*waiting.popleft())
        while waiting:
            yield _with_page(*waiting.popleft())

    def _prepared(self, item: Found) -> Work | None:
        header = self.headers.get(item.key)
        if header is None:
            return None
        earlier = self.known.get(item.key)
        if earlier and earlier.digest == header.digest:
            self.tick("write", len(self.headers))
            self._done(item, "unchanged", [])
            return None
        try:
            return self.reader.work(item, header, self.places[item.key], self.order.publish)
        except Exception as error:
            self.tick("write", len(self.headers))
            self._fail(item, error)
            return None

    def _batch(self, batch: list[tuple[Found, Work]]) -> list[tuple[Found, Work, str, list[Problem]]]:
        if self.order.dry_run:
            return [(item, work, write.judge(work), []) for item, work in batch]
        with transaction.atomic():
            return [(item, work, *_savepoint(work)) for item, work in batch]

    def _done(self, item: Found, outcome: str, problems: Iterable[Problem]) -> None:
        self.results[item.key] = Result(item.path, item.key, outcome, tuple(problems))
        if outcome == "failed" and self.order.strict:
            raise _Stop

    def _fail(self, item: Found, error: Exception) -> None:
        self._done(item, getattr(error, "outcome", "failed"), [problem_of(error)])


def _savepoint(work: Work) -> tuple[str, list[Problem]]:
    """Write one file whole or not at all; a race with another import is decided by looking again."""
    for chance in (2, 1):
        try:
            with transaction.atomic():
                return write.write(work)
        except Refused as refused:
            return "failed", [Problem("error", "write.refused", 0, {"reason": str(refused)})]
        except (IntegrityError, DataError, SourceError) as error:
            if chance == 1 or not isinstance(error, IntegrityError):
                return "failed", [
                    Problem("error", "write.database", 0, {"reason": str(error).splitlines()[0]})
                ]
    raise AssertionError


def _with_page(item: Found, work: Work, page: "Future[Rendered | RenderError]") -> tuple[Found, Work]:
    return item, replace(work, page=page.result())


def _batches(works: Iterator[tuple[Found, Work]], size: int) -> Iterator[list[tuple[Found, Work]]]:
    batch = []
    for work in works:
        batch.append(work)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
