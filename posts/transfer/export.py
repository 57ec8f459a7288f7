"""Articles as files that import takes back as they stand (docs/exporting.md). The database is only read."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db.models import Min
from django.utils import timezone

from posts.document import Document
from posts.models import Image, Redirect, Revision, Status
from posts.models.snapshot import snapshot

from . import native, stored
from .choice import chosen, permalink, standing
from .filing import Article, file_paths, in_order
from .native import Standing
from .outlet import Outlet, is_article
from .parse import MAX_BYTES
from .problems import Problem, SourceError, problem_of

CHUNK = 200  # articles that are in memory at a time


@dataclass
class Exported:
    """What an export has done: counts of files; `failed` (file, why); `missing` (file, address of a picture)."""

    written: int = 0
    unchanged: int = 0
    pictures_written: int = 0
    pictures_unchanged: int = 0
    failed: list[tuple[str, Problem]] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)


def export(
    folder: Path,
    *,
    newest: bool = False,
    drafts: bool = False,
    prune: bool = False,
    tick: Callable[[int], None] = lambda total: None,
) -> Exported:
    """Write what is public, one file an article, with its pictures; a second time only what has changed.

    `newest`: the newest revision of everything that was or will be public, instead of the live one; `drafts`: also
    what never was public; `prune`: delete articles of earlier exports that are not in this one. `tick` is called
    with the total after each article. Raises SourceError (export.not_a_folder, export.busy), OSError and
    DatabaseError; what is written by then stays.
    """
    with snapshot(), Outlet(folder) as outlet:
        now = timezone.now()
        articles = in_order(chosen(now, newest=newest, drafts=drafts))
        work = _Export(outlet, now, file_paths(articles))
        for at in range(0, len(articles), CHUNK):
            for _article in work.chunk(articles[at : at + CHUNK]):
                tick(len(articles))
        work.done.left_over = outlet.left_over(work.paths.values(), prune)
    return work.done


class _Export:
    """One export on its way: the files of all its articles, and what is done so far."""

    def __init__(self, outlet: Outlet, now: datetime, paths: dict[int, str]):
        self.outlet, self.now, self.paths = outlet, now, paths
        self.images: dict[str, Image] = {}  # of the articles at hand
        self.pictures: dict[str, bool] = {}  # name: whether its file is there
        self.done = Exported()

    def chunk(self, articles: list[Article]) -> Iterator[Article]:
        """Write these articles, in a number of queries that does not depend on how many there are."""
        revisions = Revision.objects.for_documents().in_bulk([article.revision for article in articles])
        posts = [article.post for article in articles]
        published = Revision.objects.filter(post__in=posts, status=Status.PUBLISHED)
        first = dict(published.order_by().values_list("post").annotate(Min("live_from")))
        old = defaultdict(list)
        for post, redirect in Redirect.objects.filter(post__in=posts).values_list("post", "path"):
            old[post].append(redirect)
        names = set().union(*map(stored.names, revisions.values())) - set(self.pictures)
        self.images = {str(image.file.name): image for image in Image.objects.filter(file__in=names)}
        for article in articles:
            self._article(revisions[article.revision], first.get(article.post), old[article.post])
            yield article

    def _article(self, revision: Revision, earliest: datetime | None, old: list[str]) -> None:
        path = self.paths[revision.post_id]
        try:
            data = _readable(self._document(revision), standing(revision, self.now, earliest, old))
            for name in sorted(stored.names(revision)):
                self._picture(path, name)
            written = self.outlet.put(path, hashlib.sha256(data).hexdigest(), [data], is_article)
        except (ValueError, OverflowError) as error:
            self.done.failed.append((path, problem_of(error)))
        else:
            self.done.written += written
            self.done.unchanged += not written

    def _document(self, revision: Revision) -> Document:
        document = stored.portable(revision)
        if (target := revision.translation_of) is None:
            return document
        return document.replace(translation_of=permalink(target) or self.paths.get(target.pk, ""))

    def _picture(self, path: str, name: str) -> None:
        """Copy a picture once; that it is missing is said of every article that shows it."""
        if name not in self.pictures:
            image = self.images.get(name)
            self.pictures[name] = image is not None and self._copied(name, image)
        if not self.pictures[name]:
            self.done.missing.append((path, stored.address(name)))

    def _copied(self, name: str, image: Image) -> bool:
        path = f"{native.MEDIA[1:]}{name}"
        try:
            written = self.outlet.put(path, image.sha256, stored.parts(image), lambda _there: True)
        except stored.Missing:
            return False
        except SourceError as error:
            self.done.failed.append((path, error.problem))
        else:
            self.done.pictures_written += written
            self.done.pictures_unchanged += not written
        return True


def _readable(document: Document, standing: Standing) -> bytes:
    """The file, which import is sure to read as it was meant. Raises SourceError, DocumentError, FrontMatterError."""
    text = native.write(document, standing)
    if native.read(text)[:2] != (document, standing):
        raise SourceError("export.changes")
    if len(data := text.encode()) > MAX_BYTES:
        raise SourceError("file.size", limit=MAX_BYTES)
    return data
