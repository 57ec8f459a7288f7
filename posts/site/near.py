"""What a reader may have meant by an address that is not there: public articles, tags and sections near to it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q
from rapidfuzz import fuzz, utils

from posts import text
from posts.models import Category, Revision, Tag

from .redirects import NAMES, place

MOST = 5  # of each kind
_OF_A_DAY = 100  # articles of one day that are looked at
_NAMED = 200  # tags or sections that are looked at
_LIKE = 60  # of 100: half of the letters of a short slug differ below it


@dataclass(frozen=True)
class Near:
    """Articles (revisions with `post`), and tags and sections, the nearest first."""

    articles: tuple = ()
    names: tuple = ()

    def __bool__(self) -> bool:
        return bool(self.articles or self.names)


def near(path: str, at: datetime | None = None) -> Near:
    """What is near a decoded path, in four questions at most: of what is public at the moment, and nothing else."""
    key = text.path_key(path)
    parts = key.strip("/").split("/")
    word = parts[-1]
    if "\0" in key or len(key) > 300 or "." in word or len(parts) > 4 or not word:
        return Near()
    if parts[0] in NAMES and len(parts) == 2:
        return Near((), _names(word, at))
    found = place(parts)
    slugs = {word, unicodedata.normalize("NFC", path.rstrip("/").rpartition("/")[2])}
    return Near(_articles(found[0] if found else None, slugs, at), _names(word, at))


def _articles(day: date | None, slugs: set[str], at: datetime | None) -> tuple:
    """Those with one of the slugs on any day, then those of the day with a slug like it."""
    public = (
        Revision.objects.published(at)
        .select_related("post")
        .only("title", "lang", "post__slug", "post__date", "post__is_page")
    )
    found = list(public.filter(post__slug__in=slugs).latest_first()[:MOST])
    if day:
        same_day = public.filter(post__date=day).order_by("pk")[:_OF_A_DAY]
        found += _alike(min(slugs), same_day, lambda one: (one.post.slug,))
    return tuple({one.post_id: one for one in found}.values())[:MOST]


def _names(word: str, at: datetime | None) -> tuple:
    """Tags and sections whose name begins or goes on like the word, if an article in them is public."""
    name = text.key(word.replace("-", " "))
    if len(name) < 2:
        return ()
    public = Revision.objects.published(at).spoken()
    under = {
        Tag: public.filter(tagged__tag=OuterRef("pk")),
        Category: public.filter(category=OuterRef("pk")),
    }
    like = Q(key__startswith=name[:2]) | Q(key__contains=name) | Q(slug__startswith=word[:2])
    found = [
        row
        for model, articles in under.items()
        for row in model.objects.filter(like).filter(Exists(articles)).order_by("pk")[:_NAMED]
    ]
    return tuple(_alike(word, found, lambda row: (row.key, row.slug)))[:MOST]


def _alike(word: str, rows: Iterable, words) -> list:
    """Those rows of which one of the words is like this one, the most alike first."""
    scored = [(max(_likeness(word, other) for other in words(row)), row) for row in rows]
    kept = [(score, row) for score, row in scored if score >= _LIKE]
    return [row for _score, row in sorted(kept, key=lambda pair: -pair[0])]


def _likeness(one: str, other: str) -> float:
    """0 to 100; a word that stands whole in the other is like it."""
    one, other = utils.default_process(one), utils.default_process(other)
    whole = min(len(one), len(other)) > 1 and (one in other or other in one)
    return 100.0 if one == other else 80.0 if whole else fuzz.ratio(one, other)
