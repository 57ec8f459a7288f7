"""Showing what was found: hits marked in the text as it was written, with what stands around the first."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from posts import folding

AROUND = 60  # characters on each side of a hit (specs/readers.md 4)
_LOOK = 40  # hits among which the fullest place is looked for
_WRITTEN = [
    *range(0x20, 0x250),
    *range(0x2010, 0x2016),
    0x2212,
    *range(0x3001, 0x3100),
    *range(0xFF01, 0xFFF0),
]


def marked(value: str, words: Sequence[str]) -> SafeString:
    """The text, escaped, with every place that holds one of the folded words in a mark element."""
    pieces: list[tuple[str]] = []
    end = 0
    for start, stop in _places(value, words):
        pieces += [(value[end:start],), (format_html("<mark>{}</mark>", value[start:stop]),)]
        end = stop
    return format_html_join("", "{}", [*pieces, (value[end:],)])


def excerpt(value: str, words: Sequence[str]) -> str:
    """The part of the text around its fullest place, marked; "" when it holds none of the folded words."""
    place = _fullest(value, words) if words else None
    if place is None:
        return ""
    start, stop = max(0, place[0] - AROUND), min(len(value), place[1] + AROUND)
    while start > 0 and folding.belongs_to_the_one_before(value[start]):
        start -= 1
    while stop < len(value) and folding.belongs_to_the_one_before(value[stop]):
        stop += 1
    shown = marked(" ".join(value[start:stop].split()), words)
    return format_html("{}{}{}", "…" if start else "", shown, "…" if stop < len(value) else "")


def _fullest(value: str, words: Sequence[str]) -> tuple[int, int] | None:
    """The hit after which the most of the words stand within reach; the first of equals."""
    hits = [(match.span(), match.lastgroup) for match in islice(_spelt(tuple(words)).finditer(value), _LOOK)]
    if not hits:
        places = _places(value, words)
        return places[0] if places else None
    if len(words) == 1:
        return hits[0][0]
    return max(hits, key=lambda hit: _near(hit, hits))[0]


def _near(hit, hits) -> int:
    """How many of the words stand within reach after the hit."""
    (start, stop), _name = hit
    return len({name for (other, _), name in hits if start <= other < stop + AROUND})


def _places(value: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, in characters of the original, in order; those that touch or overlap are one."""
    folded = folding.folded_with_places(value)
    found = sorted(
        (folded.starts[match.start()], folded.ends[match.start() + len(word) - 1])
        for word in words
        for match in re.finditer(f"(?={re.escape(word)})", folded.text)
    )
    merged: list[tuple[int, int]] = []
    for start, stop in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


@lru_cache(maxsize=200)
def _spelt(words: tuple[str, ...]) -> re.Pattern:
    """The words in the spellings that take a character for a character. Quick, and blind for ㍿ and half-width ﾊﾞ."""
    ways = ("".join(_ways().get(c, re.escape(c)) for c in word) for word in words)
    return re.compile("|".join(f"(?P<w{at}>{way})" for at, way in enumerate(ways)))


@lru_cache(maxsize=1)
def _ways() -> dict[str, str]:
    """{folded character: a class of the characters that fold to it}, where there are several."""
    found: dict[str, str] = {" ": r"\s"}
    written: dict[str, list[str]] = {}
    for c in map(chr, _WRITTEN):
        written.setdefault(folding.fold(c), []).append(c)
    return found | {
        c: f"[{re.escape(''.join(each))}]" for c, each in written.items() if len(c) == 1 and len(each) > 1
    }
