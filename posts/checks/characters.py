"""Broken and invisible characters (specs/checks.md 3, no. 31)."""

import re
import unicodedata
from collections.abc import Iterator

from .around import Around
from .finding import ERROR, INFO, WARNING, Hit
from .prepared import Prepared

# UTF-8 read as another encoding: windows-1252 (Ã©, â€™, æ—¥) and Shift_JIS (ç¹, 縺, 繝, 譁)
_MOJIBAKE = re.compile(
    "\u00c3[\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf]|\u00e2\u20ac[\u0098-\u009d\u2122\u0153\u201c\u201d]|(?:[\u00e2-\u00e9\u00ef][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2}){2,}|(?:縺|繝|譁|蜿|邱){3,}|(?:[縺繝][\u0080-\uffef]){4,}"
)
_ABOUT = re.compile(
    r"文字化け|文字コード|mojibake|replacement character|U\+FFFD|character encoding|garbled", re.I
)
_GRAVE = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
HIDDEN = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
NFD_KANA = re.compile("[\u3041-\u30ff][\u3099\u309a]")
HALF_KANA = re.compile("[\uff61-\uff9f]+")
RADICALS = re.compile("[\u2e80-\u2fdf]")
WIDE_ASCII = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+")


def bad(text: Prepared, around: Around) -> Iterator[Hit]:
    yield from _hits(0, "title", text.document.title)
    yield from _hits(0, "summary", text.document.summary)
    severity = WARNING if _ABOUT.search(f"{text.title}\n{text.body}") else ERROR  # it may show how it looks
    for number, line in enumerate(text.lines, 1):
        yield from _hits(number, "body", text.without_code(line), severity)


def cleaned(words: str) -> str:
    """The words with all put right that can be: what was lost (U+FFFD, mojibake) stays for a person."""
    words = HIDDEN.sub("", re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", words))
    words = NFD_KANA.sub(lambda found: unicodedata.normalize("NFC", found[0]), words)
    for pattern in (HALF_KANA, RADICALS):
        words = pattern.sub(lambda found: unicodedata.normalize("NFKC", found[0]), words)
    return words


def _hits(number: int, field: str, line: str, grave: str = ERROR) -> Iterator[Hit]:
    if line.isascii() and line.isprintable():
        return
    for pattern, severity in (
        (_GRAVE, grave),
        (_MOJIBAKE, grave),
        (HIDDEN, ""),
        (NFD_KANA, ""),
        (HALF_KANA, ""),
        (RADICALS, ""),
        (WIDE_ASCII, INFO),
    ):
        for found in pattern.finditer(line):
            yield Hit(number, _shown(line, found), field, severity, {"s": _named(found[0])})


def _shown(line: str, found: re.Match[str]) -> str:
    """The place with its neighbours; what cannot be seen is named."""
    before, after = line[max(0, found.start() - 8) : found.start()], line[found.end() : found.end() + 8]
    return f"{before}{_named(found[0])}{after}"


def _named(words: str) -> str:
    return "".join(
        c if c.isprintable() and c != "\ufffd" and not HIDDEN.match(c) else f"U+{ord(c):04X}" for c in words
    )
