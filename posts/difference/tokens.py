"""Text cut into what a reader sees as one: words and numbers, else single characters with their marks."""

import re
import sys
import unicodedata

_REGIONAL = "\U0001f1e6-\U0001f1ff"
_LETTER = "A-Za-zªµºÀ-ÖØ-öø-ɏͰ-ͽͿ-ϿЀ-ҁҊ-ԯḀ-ỿＡ-Ｚａ-ｚ"


def _marks() -> str:
    """Ranges of characters that belong to the one before (UAX 29: Extend, SpacingMark), as a class of `re`."""
    ranges: list[list[int]] = []
    for code in (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0)):
        c = chr(code)
        if unicodedata.category(c)[0] == "M" or c in "ﾞﾟ\u200c" or "\U0001f3fb" <= c <= "\U0001f3ff":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS = _marks()
_TAIL = f"(?:[{MARKS}]|\u200d[^\\s]?)*"
_TOKEN = re.compile(
    rf"""\r?\n
    | (?: [ \t\u3000]+
        | \d+(?:[.,．，]\d+)*
        | [{_LETTER}]+(?:[{MARKS}'’]*[{_LETTER}]+)*
        | </?[A-Za-z][^<>\n]{{0,200}}>
        | [{_REGIONAL}]{{2}}
        | [\u1100-\u115f]+[\u1160-\u11a7]*[\u11a8-\u11ff]*
        | . ) {_TAIL}""",
    re.X | re.S,
)
STOPS = ("。", "．", "！", "？", "!", "?", "\n")
CLOSING = ("」", "』", "）", ")", "”", '"', "'")
_KANA = re.compile("[ぁ-ゟ゛゜ーァ-ヿｦ-ﾟ]")


def tokens(text: str) -> list[str]:
    """The text in pieces that are marked whole; joined they are the text."""
    return [sys.intern(piece) for piece in (m[0] for m in _TOKEN.finditer(text))]


def weight(piece: str) -> int:
    """How much a piece holds on to its place: a kanji or a word 2, kana 1, a bar of a table 3, other signs 0."""
    first = piece[0]
    if first == "|":
        return 3
    if not first.isalnum() and first not in "ー々〇":
        return 0 if len(piece) < 3 else 1
    return 1 if _KANA.match(first) else 2
