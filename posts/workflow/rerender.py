"""Stored pages made again, after a new version of the rendering. Documents, approvals and history stay as they are."""

import difflib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import transaction

from posts import rendering, search
from posts.models import OPEN, Image, Revision, Status
from posts.models.walking import in_parts
from posts.rendering import Rendered, RenderError, render_safely

from . import content
from .stamp import raise_stamp

BATCH = 100  # texts read at a time
_READ = ("body", "format", "lang", "version", "status", "title", "summary", "rendered_with")
INDEXED = {*OPEN, Status.PUBLISHED}
_PAGE = ("html", "text", "toc", "minutes", "rendered_with", "render_problem")

Tick = Callable[[int], None]  # how many texts there are, once for each


@dataclass
class Rerendered:
    """What a run did: texts with a new page; {number of a revision: code} of those that kept an old one."""

    pages: int = 0
    failed: dict[int, str] = field(default_factory=dict)


def rerender(*, jobs: int, again: bool = False, tick: Tick = lambda total: None) -> Rerendered:
    """Render what an earlier version rendered, or could not; `again`: everything. Safe to stop and to run again.

    A text that cannot be rendered keeps the page it has.
    """
    texts = _wanted(again)
    total, done = texts.count(), Rerendered()
    with ThreadPoolExecutor(jobs) as threads:
        try:
            for some in in_parts(texts.only(*_READ), BATCH):
                pages = list(threads.map(_rendered, some))
                _keep(some, pages, done)
                for _text in some:
                    tick(total)
        finally:
            if done.pages:
                raise_stamp()
    return done


@dataclass
class Compared:
    """What a run would do: texts that keep their page, that get another one, and {number: code} of those without."""

    same: int = 0
    other: int = 0
    failed: dict[int, str] = field(default_factory=dict)


def compare(
    *,
    jobs: int,
    again: bool = False,
    tick: Tick = lambda total: None,
    tell: Callable[[Revision, str], None] = lambda text, difference: None,
) -> Compared:
    """Render as `rerender` would and store nothing; `tell` gets each page that would change, as a unified diff."""
    texts = _wanted(again)
    total, done = texts.count(), Compared()
    with ThreadPoolExecutor(jobs) as threads:
        for some in in_parts(texts.only(*_READ, "html"), BATCH):
            pages = list(threads.map(_rendered, some))
            images = _images(pages)
            for text, page in zip(some, pages, strict=True):
                before = text.html
                if isinstance(page, Rendered):
                    content.take_page(text, page, images)
                    _count(text, before, done, tell)
                elif text.rendered_with:
                    done.failed[text.pk] = page.code
                tick(total)
    return done


def _count(text: Revision, before: str, done: Compared, tell: Callable[[Revision, str], None]) -> None:
    if text.html == before:
        done.same += 1
        return
    done.other += 1
    lines = difflib.unified_diff(
        before.splitlines(), text.html.splitlines(), "before", "after", lineterm="", n=1
    )
    tell(text, "\n".join(lines))


def _wanted(again: bool):
    return Revision.objects.all() if again else Revision.objects.exclude(rendered_with=rendering.VERSION)


def _images(pages: list[Rendered | RenderError]) -> dict[str, Image]:
    shown = (rendering.pictures_in(page.html) for page in pages if isinstance(page, Rendered))
    return Image.objects.at_addresses(set().union(*shown))


def _rendered(text: Revision) -> Rendered | RenderError:
    try:
        return render_safely(text.body, text.format, text.lang or "ja")
    except RenderError as error:
        return error


def _keep(texts: list[Revision], pages: list[Rendered | RenderError], done: Rerendered) -> None:
    """A text that is saved meanwhile gets its page by the save."""
    images = _images(pages)
    kept: list[Revision] = []
    with transaction.atomic():
        for text, page in zip(texts, pages, strict=True):
            if isinstance(page, Rendered):
                content.take_page(text, page, images)
                values = {name: getattr(text, name) for name in _PAGE}
                kept += [text] * Revision.objects.filter(pk=text.pk, version=text.version).update(**values)
            elif text.rendered_with:
                done.failed[text.pk] = page.code
        search.index([text for text in kept if text.status in INDEXED])
    done.pages += len(kept)
