"""What somebody typed into the search field, read: words and phrases that must stand there, and those that must not."""

import re
from dataclasses import dataclass
from functools import cached_property

from posts import folding

LIMIT = 200  # characters of a query that are read (specs/readers.md 4)
MOST = 12  # words that are looked for; whatever comes after them narrows nothing
_WORD = re.compile(
    r"""(?P<minus>[-－])?(?:"(?P<a>[^"]+)"|“(?P<b>[^”]+)”|＂(?P<c>[^＂]+)＂|「(?P<d>[^」]+)」|(?P<word>\S+))"""
)


@dataclass(frozen=True)
class Word:
    """A word or phrase, as it was typed and as the index spells it."""

    typed: str
    folded: str


@dataclass(frozen=True)
class Wish:
    """All of `words`, none of `unwanted`. `typed` is the query as the field shows it again."""

    typed: str
    words: tuple[Word, ...] = ()
    unwanted: tuple[Word, ...] = ()

    @cached_property
    def folded(self) -> list[str]:
        return [word.folded for word in self.words]


def read(typed: str) -> Wish:
    """A query: spaces of any width part words, "…" and 「…」 hold a phrase, - or － before a word excludes it.

    A quotation mark that is never closed is a character like any other. No text is an error.
    """
    typed = " ".join(typed.replace("\0", "")[:LIMIT].split())
    words: dict[str, Word] = {}
    unwanted: dict[str, Word] = {}
    for match in _WORD.finditer(typed):
        part = next(match[name] for name in ("a", "b", "c", "d", "word") if match[name])
        if folded := folding.fold(part):
            (unwanted if match["minus"] else words).setdefault(folded, Word(part, folded))
    return Wish(typed, tuple(words.values())[:MOST], tuple(unwanted.values())[:MOST])
