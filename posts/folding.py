"""Text as search compares it: one spelling for width, case and kana, and the short stretches it is found by.

No Django here. `fold` is what the index holds and what a query becomes; `folded_with_places` says, character by
character, which part of the original each folded character came from (specs/readers.md 4).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from operator import add

import regex

_KANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}  # katakana to hiragana
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2212"), "-")  # NFKC makes the others of these two, or of "-"
_TABLE = str.maketrans(_KANA | _HYPHENS)
_UNSEEN = re.compile(  # controls but blanks, joiners, marks of direction, soft hyphens, variation selectors
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef]+"
)
_SPACE = re.compile(r"\s+")
_KANA_CLASS = "\u3041-\u3096\u309d\u309e\u30f7-\u30fa\u30fc\u31f0-\u31ff"
_BETWEEN_KANA = re.compile(f"(?<=[{_KANA_CLASS}])-(?=[{_KANA_CLASS}])")
_BETWEEN_ASCII = re.compile("(?<=[a-z0-9])\u30fc(?=[a-z0-9])")
# What NFKC may join to the character before it: marks, half-width voicing, Korean vowels and finals in every form.
_JOINED = r"\p{M}\p{Cf}\p{Cc}\uff9e\uff9f\u1160-\u11ff\ud7b0-\ud7ff\u3131-\u318e\uffa0-\uffdc--\s"
_CLUSTER = regex.compile(rf"(?s:.)[{_JOINED}]*", regex.V1)
# ASCII signs separate words for every tokenizer. Their full-width twins do not, and fold leaves none in a text.
_WORDLIKE = str.maketrans(
    {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F) if not chr(code).isalnum()} | {0x20: "\u3000"}
)


def fold(value: str) -> str:
    """NFKC, casefold, katakana as hiragana, voicing kept; blanks as one space, what nobody sees left out.

    ‐, - and − are one. A hyphen between two kana is ー, and ー between Latin letters or digits a hyphen: each is
    written for the other by hand (サ-バー, 03ー1234).
    """
    return _SPACE.sub(" ", _marks(_letters(value))).strip()


@dataclass(frozen=True)
class Folded:
    """A folded text and the part of the original, from `starts[i]` to before `ends[i]`, that its character i is of."""

    text: str
    starts: list[int]
    ends: list[int]


def folded_with_places(value: str) -> Folded:
    """`fold(value)` with places in `value`, in Python characters. Slower: for what is shown."""
    letters, starts, ends = [], [], []
    for match in _CLUSTER.finditer(value):
        for letter in _cluster(match[0]):
            letters.append(letter)
            starts.append(match.start())
            ends.append(match.end())
    joined = _marks("".join(letters))
    kept = [
        at for at, letter in enumerate(joined) if not letter.isspace() or not joined[at - 1 : at].isspace()
    ]
    while kept and joined[kept[0]].isspace():
        del kept[0]
    while kept and joined[kept[-1]].isspace():
        del kept[-1]
    text = "".join(" " if joined[at].isspace() else joined[at] for at in kept)
    return Folded(text, [starts[at] for at in kept], [ends[at] for at in kept])


def tokens(folded: str) -> list[str]:
    """What a folded text is found by: its threes of neighbours in their order, then each pair and character once.

    A space is a character of a three too: threes one after the other are a stretch of the text and nothing else.
    """
    text = folded.translate(_WORDLIKE)
    short = {*text, *map(add, text, text[1:])}
    return [*_threes(text), *sorted(token for token in short if "\u3000" not in token)]


def sought(folded: str) -> list[str]:
    """The tokens of a folded word: a text that holds the word has all of them, one after the other."""
    text = folded.translate(_WORDLIKE)
    return [text] if len(text) < 3 else _threes(text)


def _threes(text: str) -> list[str]:
    return list(map("".join, zip(text, text[1:], text[2:], strict=False)))


def belongs_to_the_one_before(character: str) -> bool:
    """Whether a text may not be cut before this character."""
    return _CLUSTER.fullmatch("-" + character) is not None


@lru_cache(maxsize=20_000)
def _cluster(value: str) -> str:
    return _letters(value)


def _letters(value: str) -> str:
    seen = _UNSEEN.sub("", value)
    if seen.isascii():
        return seen.lower()
    composed = unicodedata.normalize("NFKC", seen)
    return unicodedata.normalize("NFKC", composed.casefold()).translate(_TABLE)


def _marks(value: str) -> str:
    return _BETWEEN_ASCII.sub("-", _BETWEEN_KANA.sub("\u30fc", value))
