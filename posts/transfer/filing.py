"""Which file an exported article stands in: stable, short enough for every disk, never two in one."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from posts import text

NAME_BYTES = 200  # disks take 255; encrypted ones and `.editorial-…` need some of it
DRAFTS = "drafts"
_UNFIT = re.compile(r'\A\.|[/\\:*?"<>|\x00-\x1f\x7f]')  # hidden files, other folders, what Windows refuses


@dataclass(frozen=True)
class Article:
    """What is exported of an article, by primary keys, and its address; `day` is None before it has one."""

    post: int
    revision: int
    day: date | None
    slug: str


def in_order(articles: Iterable[Article]) -> list[Article]:
    """By day, slug and age, drafts last; sorted here since databases do not agree on the order of texts."""
    return sorted(articles, key=lambda a: (a.day is None, a.day or date.min, a.slug, a.post))


def file_paths(articles: Iterable[Article]) -> dict[int, str]:
    """{post: path below the folder} for articles in their order; names that some disk takes for one get -2, -3."""
    used: set[str] = set()
    counts: dict[str, int] = {}
    found = {}
    for article in articles:
        first = _folded(path(article))
        number = counts.get(first, 1)
        while _folded(path(article, number)) in used:
            number += 1
        found[article.post] = path(article, number)
        counts[first] = number
        used.add(_folded(found[article.post]))
    return found


def path(article: Article, number: int = 1) -> str:
    """YYYY/YYYY-MM-DD-<slug>.md, or drafts/<slug>.md; the slug as it stands is in the front matter."""
    folder = f"{article.day.year:04}" if article.day else DRAFTS
    lead = f"{article.day.isoformat()}-" if article.day else ""
    tail = f"-{number}.md" if number > 1 else ".md"
    return f"{folder}/{lead}{_fitting(article.slug, NAME_BYTES - len(lead + tail))}{tail}"


def _fitting(slug: str, room: int) -> str:
    """A slug of at most `room` bytes; a longer one is cut and carries its hash instead of the rest."""
    slug = _UNFIT.sub("-", slug)
    if len(slug.encode()) <= room:
        return slug
    mark = f"~{hashlib.sha256(slug.encode()).hexdigest()[:8]}"
    whole = slug.encode()[: room - len(mark)].decode(errors="ignore")
    return text.cut(slug, len(whole)) + mark


def _folded(name: str) -> str:
    """What a disk that knows no case and one spelling of é would call the file."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
