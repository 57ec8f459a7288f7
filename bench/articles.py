"""The articles of the made-up newsroom: texts from a pool that was rendered for real, steps, history, lists."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bench import posts as texts
from posts import search
from posts.document import Document
from posts.models import HistoryEntry, Post, Revision, Status
from posts.rendering import Rendered, render
from posts.roles import name_of
from posts.workflow import content

if TYPE_CHECKING:
    from bench.newsroom import Cast

BATCH = 500
POOL = 120  # texts that are rendered; an article takes one of them under a title of its own
LONG = 40_000  # bytes
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_OPEN = (*[Status.DRAFT] * 4, *[Status.RETURNED] * 2, *[Status.IN_REVIEW] * 3, Status.APPROVED)
_SUBJECTS = "半導体の工場|新しい電池|地方の病院|生成AIの規制|金利の見通し|Chip demand|Power grids".split("|")
_ENDINGS = (
    "が動き出す|をめぐる議論|を読み解く|に残る課題|の費用、三年で半分に|: a slow recovery|: next".split("|")
)


@dataclass(frozen=True)
class Kind:
    """What has become of an article: texts that were public, one that is, one that will be, one at work."""

    past: int = 0
    live: bool = False
    scheduled: bool = False
    open: bool = False
    imported: bool = False
    discarded: bool = False
    retracted: bool = False
    saves: int = 1


# per hundred articles: (how many, what)
_KINDS = [
    (60, Kind(live=True, imported=True)),
    (2, Kind(live=True)),
    (4, Kind(past=7, live=True, saves=2)),
    (15, Kind(live=True, open=True, imported=True, saves=3)),
    (13, Kind(open=True, saves=4)),
    (1, Kind(scheduled=True)),
    (1, Kind(live=True, scheduled=True, open=True)),
    (1, Kind(past=1)),
    (1, Kind(past=1, retracted=True)),
    (1, Kind(discarded=True)),
    (1, Kind(open=True, imported=True)),
]
_BY_HUNDRED = [kind for count, kind in _KINDS for _ in range(count)]
LONGEST = Kind(past=7, live=True, open=True, saves=44)  # 400 entries


@dataclass
class Batch:
    """Rows that are stored together, in the order of what they point at."""

    posts: list[Post] = field(default_factory=list)
    filled: list[tuple[Revision, Document, content.Names]] = field(default_factory=list)
    entries: list[HistoryEntry] = field(default_factory=list)

    def store(self) -> None:
        Post.objects.bulk_create(self.posts)
        Revision.objects.bulk_create([revision for revision, _document, _names in self.filled])
        content.store_lists(self.filled)
        search.index([one for one, _document, _names in self.filled if one.status != Status.DISCARDED])
        HistoryEntry.objects.bulk_create(self.entries, batch_size=2000)


def write(cast: "Cast", count: int) -> None:
    pool = _pool()
    named = Document(title="-", also_in=cast.sections, coauthors=cast.authors, tags=cast.tags)
    covers = [Document(title="-", cover=address) for address in cast.covers]
    names = content.names([named, *covers])
    for first in range(0, count, BATCH):
        batch = Batch()
        for number in range(first, min(first + BATCH, count)):
            _Article(number, count, cast, pool, names, batch).write()
        batch.store()


def _pool() -> list[tuple[str, str, Rendered]]:
    """(body, language, page): mostly 2 to 9 KB, every twentieth one long."""
    made = []
    for number in range(POOL):
        pick = random.Random(f"pool-{number}")  # noqa: S311 - nothing secret is drawn here
        body = texts.body(pick, LONG if number % 20 == 0 else pick.randint(2_000, 9_000))
        lang = "ja" if "。" in body else "en"
        made.append((body, lang, render(body, "markdown", lang)))
    return made


class _Article:
    """One article with everything that happened to it."""

    def __init__(self, number: int, count: int, cast: "Cast", pool, names: content.Names, batch: Batch):
        self.number, self.cast, self.pool, self.names, self.batch = number, cast, pool, names, batch
        self.pick = random.Random(f"article-{number}")  # noqa: S311 - nothing secret is drawn here
        self.kind = LONGEST if number == count - 1 else _BY_HUNDRED[(number * 37) % 100]
        self.shown = cast.now - _DAY - (count - number) * 9 * _HOUR  # ten years of articles
        people = cast.people
        self.writer = people["writer"][0] if self.kind is LONGEST else self.pick.choice(people["writer"])
        self.editor, self.publisher = (
            self.pick.choice(people["editor"]),
            self.pick.choice(people["publisher"]),
        )
        self.revisions = 0

    def write(self) -> None:
        self.post = self._post()
        self.batch.posts.append(self.post)
        kind, start = self.kind, self.shown
        for _ in range(kind.past):
            until = start + 2 * _HOUR
            self._published(start, until)
            start = until
        if kind.live:
            self._published(start, None if not kind.scheduled else self._soon())
        if kind.scheduled:
            self._published(self._soon(), None)
        if kind.open:
            status = Status.IN_REVIEW if kind is LONGEST else _OPEN[(self.number // 100 + self.number) % 10]
            self._text(status)
        if kind.discarded:
            self._text(Status.DISCARDED)

    def _soon(self) -> datetime:
        return self.cast.now + (1 + self.number % 60) * _DAY

    def _post(self) -> Post:
        kind, pick = self.kind, self.pick
        post = Post(slug=f"note-{self.number}", created_by=None if kind.imported else self.writer)
        if kind.live or kind.past or kind.scheduled:
            post.date = (self.shown if kind.live or kind.past else self._soon()).date()
        if kind.imported:
            post.site, post.source = "archive", f"_posts/{self.number}.md"
            post.source_hash = f"{self.number:064x}"
        if kind.retracted:
            post.notice, post.notice_at = "記事を取り消しました。", self.shown + 2 * _HOUR
        if kind.open:
            near = self.cast.now + (self.number % 61 - 30) * _DAY
            post.assignee = self.writer if self.number % 2 else None
            post.planned_for = near.date() if self.number % 5 < 3 else None
            post.due = near if self.number % 4 == 0 else None
            post.embargo_until = near if self.number % 40 == 0 else None
            post.priority = pick.choice([0, 0, 0, 0, 1, 2])
        return post

    def _published(self, start: datetime, until: datetime | None) -> None:
        revision = self._text(Status.PUBLISHED, start, until)
        if self.kind.imported and revision.number == 1:
            return
        self._entry("publish", revision, self.publisher, Status.APPROVED, start)

    def _text(self, status: str, start: datetime | None = None, until: datetime | None = None) -> Revision:
        self.revisions += 1
        document, page = self._document()
        moment = start or self.cast.now - (self.number % 90) * 8 * _HOUR
        revision = Revision(
            post=self.post,
            number=self.revisions,
            status=status,
            live_from=start,
            live_until=until,
            published_at=self.shown if start and start <= self.cast.now else start,
            created_by=self.writer,
            saved_by=self.writer,
            saved_at=moment - 3 * _HOUR,
        )
        content.fill(revision, document, page, self.names)
        self.batch.filled.append((revision, document, self.names))
        if self.kind.imported and revision.number == 1 and start:
            revision.created_by = revision.saved_by = None
            self._imported(revision, document, start)
        else:
            self._steps(revision, document, moment)
        return revision

    def _document(self) -> tuple[Document, Rendered]:
        pick, cast, number = self.pick, self.cast, self.number
        body, lang, page = self.pool[0] if self.kind is LONGEST else pick.choice(self.pool)
        document = Document(
            title=f"{pick.choice(_SUBJECTS)}{pick.choice(_ENDINGS)}（{number}）",
            slug=self.post.slug,
            category=pick.choice(cast.sections),
            also_in=pick.sample(cast.sections, 1) if number % 10 == 0 else (),
            author=pick.choice(cast.authors),
            coauthors=pick.sample(cast.authors, 1) if number % 8 == 0 else (),
            tags=pick.sample(cast.tags, 4),
            summary="一日の動きを短くまとめた。" * 3,
            cover=pick.choice(cast.covers) if number % 3 == 0 else "",
            lang=lang,
            update_kind="typo" if self.revisions > 1 else "",
            body=f"{number}、{self.revisions}。\n\n{body}",
        )
        return document, page

    def _imported(self, revision: Revision, document: Document, start: datetime) -> None:
        source = document.to_text()
        self._entry("create", revision, None, "", start, text=source, target=Status.DRAFT)
        self._entry("adopt", revision, None, Status.DRAFT, start)
        self._entry("import", revision, None, "", start, text=source, digest=self.post.source_hash)

    def _steps(self, revision: Revision, document: Document, moment: datetime) -> None:
        """The history of a text that was written here, up to its status but publishing."""
        at = moments(moment - 12 * _HOUR)
        source = document.to_text()
        first = "create" if revision.number == 1 else "start"
        self._entry(first, revision, self.writer, "", next(at), text=source, target=Status.DRAFT)
        for _ in range(self.kind.saves):
            self._entry("save", revision, self.writer, "", next(at), text=source, target=Status.DRAFT)
        revision.version = self.kind.saves + 1
        if revision.status == Status.DISCARDED:
            self._entry("discard", revision, self.writer, Status.DRAFT, next(at))
        if revision.status in (Status.DRAFT, Status.DISCARDED):
            return
        revision.submitted_at = next(at)
        sent = {"target": Status.IN_REVIEW, "live_from": None, "live_until": None}
        self._entry("submit", revision, self.writer, Status.DRAFT, revision.submitted_at, **sent)
        if revision.status == Status.RETURNED:
            words = "数字の出典を確かめてください。"
            self._entry("request_changes", revision, self.editor, Status.IN_REVIEW, next(at), comment=words)
        elif revision.status == Status.IN_REVIEW:
            revision.reviewer = self.editor if self.number % 3 == 0 else None
        else:
            revision.approved_by = self.editor
            revision.seal = content.seal_of(revision, document, self.names)
            sent["target"] = Status.APPROVED
            self._entry(
                "approve", revision, self.editor, Status.IN_REVIEW, next(at), seal=revision.seal, **sent
            )

    def _entry(self, step: str, revision: Revision, by, source: str, at: datetime, **more) -> None:
        told = {"target": revision.status, "live_from": revision.live_from, "live_until": revision.live_until}
        self.batch.entries.append(
            HistoryEntry(
                post=self.post,
                revision=revision,
                step=step,
                source=source,
                actor=by,
                actor_name=name_of(by) if by else "SYSTEM",
                at=at,
                **told | more,
            )
        )


def moments(start: datetime) -> Iterator[datetime]:
    """One moment after the other, some minutes apart."""
    while True:
        start += timedelta(minutes=7)
        yield start
