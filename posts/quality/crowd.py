"""What many texts share with the stock, looked up together: the answers of `neighbours`, without its queries for each.

An import and a check of the whole stock ask this; the gate asks `neighbours`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db.models import Count, QuerySet

from posts.checks import norm
from posts.models import ParagraphHash, Verdict

from . import neighbours
from .neighbours import BOILERPLATE, NEAR, NEAR_LEAST, SHOWN

CANDIDATES = (
    300  # titles that one is compared with: a series of a thousand numbered ones is no thousand neighbours
)
Number = Any  # of an article; of a file, for articles that are not there yet


@dataclass(frozen=True)
class Facts:
    """What an article is compared by: the key of its title, the hashes of its summary and of its paragraphs."""

    title: str
    summary: int | None
    paragraphs: Collection[int] = ()

    @classmethod
    def of(cls, title: str, summary: str, paragraphs: Collection[int]) -> "Facts":
        return cls(norm(title)[:500], neighbours.summary_hash(summary), paragraphs)


class Crowd:
    """The stock as others are compared with it. `facts` are those of all articles, or what is to be in their place."""

    def __init__(self, titles: Mapping[Number, str], summaries: Mapping[Number, int], shared: "Shared"):
        self.titles, self.summaries, self.shared = titles, summaries, shared
        self.alike: dict[str, list[Number]] = defaultdict(list)
        for number, title in titles.items():
            self.alike[title].append(number)
        self.said = Counter(summaries.values())
        self.near = _Near(title for title in self.alike if len(title) >= NEAR_LEAST)

    def same_title(self, number: Number) -> list[Number]:
        key = self.titles.get(number)
        return [one for one in self.alike[key] if one != number][:SHOWN] if key else []

    def near_title(self, number: Number) -> list[Number]:
        key = self.titles.get(number, "")
        near = self.near.to(key) if len(key) >= NEAR_LEAST else []
        return [one for other in near for one in self.alike[other] if one != number][:SHOWN]

    def same_summary(self, number: Number) -> int:
        own = self.summaries.get(number)
        return self.said[own] - 1 if own is not None else 0

    def named(self, number: Number) -> set[Number]:
        """The articles that findings about this one would name."""
        return {*self.same_title(number), *self.near_title(number), *(one for one, _ in self.shares(number))}

    def shares(self, number: Number) -> list[tuple[Number, int]]:
        """[(article, paragraphs of ours that it has)], those that share most first; boilerplate does not count."""
        return self.shared.best(number)


class Shared:
    """Paragraphs that stand in more than one article, {hash: articles}; in very many they are the site's own."""

    def __init__(self, places: Mapping[int, Collection[Number]]):
        self.places = {number: set(posts) for number, posts in places.items() if len(posts) < BOILERPLATE}
        self.boilerplate = {number for number, posts in places.items() if len(posts) >= BOILERPLATE}
        self.own: dict[Number, list[int]] = defaultdict(list)  # article: its paragraphs that others have too
        for number, posts in self.places.items():
            for post in posts:
                self.own[post].append(number)

    def best(self, post: Number) -> list[tuple[Number, int]]:
        counts = Counter(
            other for number in self.own.get(post, ()) for other in self.places[number] if other != post
        )
        return counts.most_common(SHOWN)

    def counted(self, paragraphs: Iterable[int]) -> int:
        """How many paragraphs of an article are its own and not the site's."""
        return sum(1 for number in paragraphs if number not in self.boilerplate)


class _Near:
    """Titles by their rarest pairs of letters: two that are alike to seven tenths have one of those in common."""

    def __init__(self, titles: Iterable[str]):
        self.pairs = {title: neighbours.bigrams(title) for title in titles}
        self.often = Counter(pair for pairs in self.pairs.values() for pair in pairs)
        self.by_pair: dict[str, list[str]] = defaultdict(list)
        for title in self.pairs:
            for pair in self._rarest(title):
                self.by_pair[pair].append(title)

    def to(self, title: str) -> list[str]:
        """The titles that are near, the nearest first."""
        ours = self.pairs[title]
        ranked = [(neighbours.jaccard(ours, self.pairs[other]), other) for other in self._likely(title)]
        return [other for likeness, other in sorted(ranked, reverse=True) if likeness >= NEAR]

    def _rarest(self, title: str) -> list[str]:
        """So many that a title without any of them shares too few of the others (prefix filter of a set join)."""
        pairs = self.pairs[title]
        return sorted(pairs, key=lambda pair: (self.often[pair], pair))[
            : len(pairs) - ceil(NEAR * len(pairs)) + 1
        ]

    def _likely(self, title: str) -> Collection[str]:
        found: dict[str, None] = {}
        for pair in self._rarest(title):
            for other in self.by_pair[pair]:
                if other != title:
                    found[other] = None
                if len(found) >= CANDIDATES:
                    return found
        return found


def crowd(more: Mapping[Number, Facts] | None = None, without: Collection[int] = ()) -> Crowd:
    """The stock as it is. `more`: texts that are not stored; `without`: articles that they take the place of."""
    more = more or {}
    titles: dict[Number, str] = {}
    summaries: dict[Number, int] = {}
    for post, title, summary in _rows():
        if post not in without:
            titles[post] = title
            if summary is not None:
                summaries[post] = summary
    for number, facts in more.items():
        titles[number] = facts.title
        if facts.summary is not None:
            summaries[number] = facts.summary
    return Crowd(titles, summaries, Shared(_places(more, set(without))))


def _rows() -> Iterator[tuple[int, str, int | None]]:
    rows = Verdict.objects.filter(revision__in=neighbours.in_stock()).order_by("revision__post")
    return rows.values_list("revision__post", "title_key", "summary_hash").iterator()


def _places(more: Mapping[Number, Facts], without: set[int]) -> dict[int, set[Number]]:
    """{hash: articles} of the paragraphs that stand in two or more."""
    rows: QuerySet = ParagraphHash.objects.values_list("hash64", "revision__post")
    asked = Counter(number for facts in more.values() for number in facts.paragraphs)
    places: dict[int, set[Number]] = defaultdict(set)
    if more:
        for number, post in rows.iterator():
            if number in asked and post not in without:
                places[number].add(post)
        for key, facts in more.items():
            for number in facts.paragraphs:
                if asked[number] > 1 or number in places:
                    places[number].add(key)
    often = ParagraphHash.objects.values("hash64").annotate(n=Count("pk")).filter(n__gt=1)
    for number, post in rows.filter(hash64__in=often.values("hash64")).iterator():
        if post not in without:
            places[number].add(post)
    return {number: posts for number, posts in places.items() if len(posts) > 1}
