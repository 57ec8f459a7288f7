"""All articles judged, each by itself in processes and then beside the others (docs/checks.md)."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from django.db import transaction

from posts.checks import Around
from posts.checks.alone import Alone
from posts.checks.worker import Failed
from posts.document import Document
from posts.models import KeptFinding, ParagraphHash, Revision, Verdict
from posts.processes import Crew, Died, Pool

from . import neighbours, trend
from .again import moved_by_others
from .house import House, the_house
from .judging import around_alone, basis
from .together import Kept, Text, complete, keep_alone

PART = 50  # texts read, asked about and written together
AHEAD = 2  # parts that are asked while one is written
SECONDS = 60  # for one text
Tick = Callable[[str, int], None]

_pool = Pool("posts.checks.worker", lifetime=20_000)


@dataclass
class Report:
    """What a run did: texts judged, verdicts that stood, {number of an article: why it could not be judged}."""

    judged: int = 0
    stood: int = 0
    failed: dict[int, str] = field(default_factory=dict)


def check_stock(
    posts: Iterable[int] | None = None,
    *,
    jobs: int,
    again: bool = False,
    tick: Tick = lambda stage, total: None,
) -> Report:
    """Judge these articles, all when none are named, and keep the verdicts; the same texts cost nothing twice.

    `again` judges those as well whose verdict stands. `tick(stage, total)` is called for each text done. A run over all
    writes the day's row of the trend.
    """
    forget_the_gone()
    report = _Run(the_house(), tick).take(None if posts is None else set(posts), jobs, again)
    if posts is None:
        trend.keep_day()
        trend.keep_common()
    return report


def forget_the_gone() -> None:
    """Texts that are in the stock no more are compared with no more."""
    gone = Verdict.objects.exclude(revision__in=neighbours.in_stock().values("pk"))
    for keys in _parts(list(gone.values_list("pk", flat=True))):
        KeptFinding.objects.filter(revision__in=keys).delete()
        ParagraphHash.objects.filter(revision__in=keys).delete()
        Verdict.objects.filter(pk__in=keys).delete()


class _Run:
    """One run with the house as it is."""

    def __init__(self, house: House, tick: Tick) -> None:
        self.house, self.tick = house, tick
        self.report = Report()

    def take(self, posts: set[int] | None, jobs: int, again: bool) -> Report:
        rows = list(neighbours.light(neighbours.in_stock()))
        asked = [row for row in rows if posts is None or row.post_id in posts]
        stale = {row.pk for row in asked if again or not self._stands(row)}
        unknown = {row.pk for row in rows if not hasattr(row, "verdict")} - stale
        with Crew(_pool, jobs, SECONDS, "rules", self.house.rules) as crew:
            if unknown:  # of articles that were not named: what the others are compared with
                self._take("compare", crew, unknown)
            kept = self._take("judge", crew, stale)
            moved = moved_by_others({row.pk for row in asked} - stale)
            kept += self._take("judge", crew, moved, len(stale))
        complete(kept, self.house, lambda: self.tick("beside", len(kept)))
        self.report.judged = len(kept)
        self.report.stood = len(asked) - len(stale | moved)
        return self.report

    def _stands(self, row: Revision) -> bool:
        return hasattr(row, "verdict") and row.verdict.basis == basis(row, self.house)

    def _take(self, task: str, crew: Crew, wanted: set[int], before: int = 0) -> list[Kept]:
        """Let the crew look at these texts and store what is found in each; `before` is how many were done already."""
        kept = []
        for rows, answers in self._asked(task, crew, sorted(wanted)):
            done = []
            for row, answer in zip(rows, answers, strict=True):
                self.tick(task, before + len(wanted))
                if isinstance(answer, Failed):
                    self.report.failed[row.post_id] = answer.reason
                else:
                    done.append((row, _text(answer)))
            with transaction.atomic():
                kept += keep_alone(_still_there(done), self.house)
        return kept

    def _asked(
        self, task: str, crew: Crew, wanted: list[int]
    ) -> Iterator[tuple[list[Revision], list[Alone | Failed]]]:
        """Texts with the answers, part by part; the next parts are asked while one is written."""
        waiting: deque[tuple[list[Revision], list[Future[Alone | Failed]]]] = deque()
        for keys in _parts(wanted):
            rows = _read(keys)
            waiting.append((rows, [crew.submit(_answer, crew, task, *self._question(row)) for row in rows]))
            if len(waiting) > AHEAD:
                yield _done(*waiting.popleft())
        while waiting:
            yield _done(*waiting.popleft())

    def _question(self, row: Revision) -> tuple[Document, Around]:
        return row.to_document(), around_alone(row, self.house)


def _answer(crew: Crew, task: str, document: Document, around: Around) -> Alone | Failed:
    try:
        return crew.ask(task, document, around)
    except Died as died:
        return Failed("it took too long" if died.slow else "the process ended")


def _done(rows: list[Revision], futures: list[Future[Alone | Failed]]):
    return rows, [future.result() for future in futures]


def _text(found: Alone) -> Text:
    head = Document(title=found.title, summary=found.summary, lang=found.lang)
    return Text(head, found.found, found.paragraphs, found.targets)


def _still_there(done: list[tuple[Revision, Text]]) -> list[tuple[Revision, Text]]:
    """Without what has been erased in the meantime."""
    rows = Revision.objects.filter(pk__in=[row.pk for row, _text in done])
    there = set(rows.values_list("pk", flat=True))
    return [pair for pair in done if pair[0].pk in there]


def _read(keys: list[int]) -> list[Revision]:
    rows = Revision.objects.filter(pk__in=keys).for_documents()
    return list(rows.defer(None).defer("html", "toc").order_by("pk"))


def _parts(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + PART] for start in range(0, len(keys), PART))
