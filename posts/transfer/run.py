"""One import from the folders to the report; ties the stages and holds what they share."""

import contextlib
import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import reset_queries, transaction

from . import files, roots, state, write
from .crew import Crew
from .discover import Found, discover
from .findings import Findings
from .order import in_order, originals
from .outcomes import Order, Report, Result
from .parse import MAX_BYTES
from .plan import Header, Key, Place, links, old_paths, plan
from .problems import Failure, Problem, SourceError
from .read import Reader
from .work import Work

BATCH = (
    100  # files in one transaction; at most 200 (specs/import.md 1), and a desk waits for the lock meanwhile
)
AHEAD = 40  # files that are rendered while a batch is written
HEAVY = 64 << 20  # bytes of pictures after which a batch is written whatever its length


Tick = Callable[
    [str, int], None
]  # ("read" | "write" | "check", how many files there are), once for each file


def run(order: Order, tick: Tick = lambda stage, total: None) -> Report:
    """Import, or only look. Raises DiscoverError before anything is written; what is written stays written."""
    found = discover(order.paths, order.site, order.max_files)
    findings = Findings(order.dry_run, order.gate)
    zone = ZoneInfo(settings.TIME_ZONE)
    reader = Reader(
        zone,
        settings.MEDIA_URL,
        tuple(order.media_roots),
        order.wishes,
        wanted=findings.wanted,
        forms=not order.dry_run,
    )
    with Crew(order.jobs, reader) as crew:
        running = _Run(order, found, tick, crew, reader, findings)
        with contextlib.suppress(_Stop):
            running.read_headers()
            running.plan()
            running.write_all()
    running.finish()
    urls = state.public_addresses(running.sites)
    done = (running.results[item.key] for item in found if item.key in running.results)
    results = (_with_address(result, urls.get(result.key), order.publish) for result in done)
    return Report(tuple(results), running.missing(), findings.tally)


class _Stop(Exception):
    """A file has failed and the operator wants no more."""


def _with_address(result: Result, url: str | None, publish: bool) -> Result:
    """The result with its address; says so when --publish left an unchanged file as the draft it came in as."""
    problems = result.problems
    told = any(problem.rule.startswith("gate.") for problem in problems)
    if publish and result.outcome == "unchanged" and url is None and not told:
        problems = (*problems, Problem("info", "hold.unchanged"))
    return replace(result, url=url, problems=problems)


class _Run:
    def __init__(
        self, order: Order, found: list[Found], tick: Tick, crew: Crew, reader: Reader, findings: Findings
    ):
        self.order, self.found, self.tick, self.crew, self.reader = order, found, tick, crew, reader
        self.findings = findings
        self.sites = {item.site for item in found}
        self.known = state.known(self.sites)
        self.drafts = state.drafts(self.sites) if order.gate else set()
        self.results: dict[Key, Result] = {}
        self.headers: dict[Key, Header] = {}
        self.places: dict[Key, Place] = {}
        self.renamed: dict[Key, Key] = {}
        self.originals: dict[Key, Key] = {}
        self.twins: set[Key] = set()

    def read_headers(self) -> None:
        """First pass: every file is looked at once, and only what planning needs is kept."""
        asked: list[tuple[Found, Future[Header | Failure]]] = []
        for item in self.found:
            if item.skip:
                outcome = "failed" if item.skip.severity == "error" else "skipped"
                self._done("read", item, outcome, [item.skip])
            elif header := self._known_header(item):
                self.tick("read", len(self.found))
                self.headers[item.key] = header
            else:
                asked.append((item, self.crew.header(item)))
        for item, future in asked:
            answer = future.result()
            if isinstance(answer, Failure):
                self._done("read", item, answer.outcome, [answer.problem])
            else:
                self.tick("read", len(self.found))
                self.headers[item.key] = answer

    def plan(self) -> None:
        self._leave_out_erased()
        self.renamed = roots.renamed(self.found, self.headers, self.known)
        for name, old in self.renamed.items():
            self.known[name] = self.known.pop(old)
        roots.check_source(self.headers, self.known)
        if not self.order.site:
            roots.check_label(self.known, self.missing())
        self._rename()
        new = [key for key, header in self.headers.items() if not self._is_unchanged(header)]
        if not new:
            return
        self._complete_headers()
        kept = {key: place for key, header in self.headers.items() if (place := self._kept(header))}
        self.places = plan(self.headers.values(), kept, state.taken(set(self.headers)))
        self.reader = replace(self.reader, links=links(self.headers.values(), self.places))
        self.crew.tell(self.reader)
        self.originals = originals(self.headers, self.places)
        self.twins = state.twins(header for header in self.headers.values() if header.key not in self.known)

    def _leave_out_erased(self) -> None:
        """Files of articles that were erased by law stay out, also under another name or from an export."""
        erased = state.erased()
        for item in self.found if erased else ():
            header = self.headers.get(item.key)
            if header and not erased.isdisjoint(state.marks(header)):
                del self.headers[item.key]
                told = (Problem("warning", "purged"),)
                self.results[item.key] = Result(item.path, item.key, "skipped", told)

    def write_all(self) -> None:
        """Second pass: the new and changed files are read again, converted and rendered, and written in batches."""
        for batch in _batches(self._rendered(), 1 if self.order.strict else BATCH):
            works = [work for _item, work in batch]
            for (item, work), (outcome, problems) in zip(batch, self._written(works), strict=True):
                self._done("write", item, outcome, [*work.problems, *problems])

    def missing(self) -> tuple[Key, ...]:
        """Sources of the folders that were walked, whose file is gone."""
        walked = self.sites if all(path.is_dir() for path in self.order.paths) else set()
        there = {item.key for item in self.found}
        return tuple(sorted(key for key in self.known if key[0] in walked and key not in there))

    def _known_header(self, item: Found) -> Header | None:
        """The header of a file with the bytes of the last import: nothing of it has to be read again."""
        article = self.known.get(item.key)
        if article is None or item.key in self.drafts:
            return None
        with contextlib.suppress(SourceError):  # the crew will say it
            data = files.read(item.path, [item.root], MAX_BYTES)
            if hashlib.sha256(data).hexdigest() == article.digest:
                return Header(item.key, article.place, None, "", (), article.digest)
        return None

    def _is_unchanged(self, header: Header) -> bool:
        article = self.known.get(header.key)
        return article is not None and article.digest == header.digest and header.key not in self.drafts

    def _complete_headers(self) -> None:
        """What links to unchanged files need, from the database: old paths, and the day a draft is going to have."""
        old, days = state.old_paths(self.sites), state.planned_days(self.sites)
        for key, header in self.headers.items():
            if self._is_unchanged(header) and key not in self.renamed:
                day = header.place.day or days.get(key)
                place = Place(day, header.place.slug)
                self.headers[key] = replace(header, place=place, old_paths=old.get(key, ()))

    def _rename(self) -> None:
        """A file that has only another name goes on as the same article."""
        if self.renamed and not self.order.dry_run:
            with transaction.atomic():
                for new, old in self.renamed.items():
                    write.rename(old, new, old_paths(self.headers[new], self.known[new].place))

    def _kept(self, header: Header) -> Place | None:
        """An imported file keeps its slug, and its day once it has been public; so does a draft that was exported."""
        article = self.known.get(header.key)
        if article:
            return article.place if article.place.day else Place(header.place.day, article.place.slug)
        return header.place if header.is_native and not header.place.day else None

    def _rendered(self) -> Iterator[tuple[Found, Work]]:
        """Works in order; the crew goes on with the next ones while some are written."""
        waiting: deque[tuple[Found, Future[Work | Failure]]] = deque()
        for item in in_order(self.found, self.originals, self.headers):
            if self._is_unchanged(self.headers[item.key]):
                self._done("write", item, "unchanged", self._told_name(item))
                continue
            if item.key in self.twins:
                self._done("write", item, "skipped", [Problem("info", "native.known")])
                continue
            head, place = self.headers[item.key], self.places[item.key]
            waiting.append((item, self.crew.work(item, head, place, self.order.publish)))
            if len(waiting) > AHEAD:
                yield from self._worked(*waiting.popleft())
        while waiting:
            yield from self._worked(*waiting.popleft())

    def _worked(self, item: Found, future: "Future[Work | Failure]") -> Iterator[tuple[Found, Work]]:
        answer = future.result()
        if isinstance(answer, Failure):
            self._done("write", item, answer.outcome, [answer.problem])
        else:
            yield item, replace(answer, translation=self.originals.get(item.key), gated=self.order.gate)

    def _told_name(self, item: Found) -> list[Problem]:
        old = self.renamed.get(item.key)
        return [Problem("info", "source.renamed", 0, {"path": old[1]})] if old else []

    def _written(self, works: list[Work]) -> list[write.Written]:
        if self.order.dry_run:
            judged = [write.judge(work) for work in works]
            self.findings.foresee(works, judged)
            return [(outcome, []) for outcome in judged]
        if settings.DEBUG:
            reset_queries()  # Django keeps the statements of a development server, texts and all
        with transaction.atomic():
            written = write.write(works)
            said = self.findings.keep(works, [outcome for outcome, _problems in written])
        return [
            (outcome, [*problems, *said.get(work.key, ())])
            for work, (outcome, problems) in zip(works, written, strict=True)
        ]

    def finish(self) -> None:
        """What the files share with other articles; and with a gate, what becomes public."""
        known = state.numbers(self.sites) if self.order.dry_run else {}
        decided = self.findings.finish(known, lambda total: self.tick("check", total))
        for key, (outcome, problems) in decided.items():
            result = self.results[key]
            if result.outcome == "unchanged" and outcome:
                result = replace(result, outcome=outcome)
                problems = [Problem("info", "gate.passed"), *problems]
            self.results[key] = replace(result, problems=(*result.problems, *problems))

    def _done(self, stage: str, item: Found, outcome: str, problems: Iterable[Problem]) -> None:
        self.tick(stage, len(self.found) if stage == "read" else len(self.headers))
        self.results[item.key] = Result(item.path, item.key, outcome, tuple(problems))
        if outcome == "failed" and self.order.strict:
            raise _Stop


def _batches(works: Iterator[tuple[Found, Work]], size: int) -> Iterator[list[tuple[Found, Work]]]:
    batch, weight = [], 0
    for item, work in works:
        batch.append((item, work))
        weight += sum(len(picture.data) for picture, _alt in work.converted.pictures.values())
        weight += sum(len(form.data) for forms in work.forms.values() for form in forms)
        if len(batch) == size or weight > HEAVY:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
