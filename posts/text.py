"""Words and names: folding, labels, slugs and short forms. No Django here."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from urllib.parse import unquote

SLUG_LIMIT = 60  # new addresses; imported ones may be as long as the column (specs/readers.md 3)
SLUG_COLUMN = 200

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f]")
# Diacritics on one letter: six are more than any script has; hundreds would tower over the lines above.
_MARK = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_TOWER = re.compile(f"({_MARK}{{6}}){_MARK}+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"\s+")
_YEAR = re.compile("[0-9]{4}")
_ENDING = re.compile(r"(?:/index)?\.html?$")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_ACCENT = re.compile("(?<=[A-Za-z])[\u0300-\u036f]+")
_JOINER = "\u200d"
_REGIONAL = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_OPEN, _CLOSE = "「『（【〈《(［[", "」』）】〉》)］]"
_SYMBOL_WORDS = {"+": "plus", "#": "sharp", "&": "and", "@": "at", "%": "percent"}


def line(value: str) -> str:
    """One tidy line: NFC, white space collapsed, control and invisible characters gone (I-08, I-09, I-13).

    Of the marks on one letter the first six stay.
    """
    value = _INVISIBLE.sub("", _CONTROL.sub(" ", value))
    return _SPACE.sub(" ", _TOWER.sub(r"\1", unicodedata.normalize("NFC", value))).strip()


def xml(value: str) -> str:
    """Without the characters that XML 1.0 has no place for (https://www.w3.org/TR/xml/#charsets)."""
    return _NOT_XML.sub("", value)


def label(value: str) -> str:
    """A name as it is shown: one line in NFKC, so that ＡＩ and AI are written alike."""
    return line(unicodedata.normalize("NFKC", value))


@lru_cache(maxsize=10_000)
def key(value: str) -> str:
    """What two spellings of one name have in common: NFKC, casefold, spaces collapsed (specs/readers.md 3)."""
    return label(unicodedata.normalize("NFKC", label(value).casefold()))


def path_key(path: str) -> str:
    """What spellings of one address have in common: decoded, NFKC, casefold, one slash between its parts, no ending.

    /2025//9/22/%EF%BC%A1.html and /2025/09/22/a/ both give /2025/09/22/a; the home page gives /.
    """
    plain = unicodedata.normalize("NFKC", unquote(path)).casefold()
    parts = [part for part in unicodedata.normalize("NFC", plain).split("/") if part]
    if parts and _YEAR.fullmatch(parts[0]):
        parts[1:3] = [part.zfill(2) if part.isdecimal() else part for part in parts[1:3]]
    return _ENDING.sub("", "/" + "/".join(parts)) or "/"


def slug(value: str, limit: int = SLUG_LIMIT) -> str:
    """A lower-case Unicode slug, or "" when nothing of the text can stand in an address."""
    return _addressable(unicodedata.normalize("NFKC", value).lower(), limit)


def address(value: str, limit: int = SLUG_COLUMN) -> str:
    """An imported slug as its origin spelt it, less what cannot stand in an address (I-27 to I-29, I-34)."""
    return _addressable(_unquoted(value), limit)


def name_slug(value: str, limit: int = 100) -> str:
    """A slug for a tag, section or person; never empty: C++ and C# stay apart, an emoji gives its number."""
    spelt = "".join(f" {_SYMBOL_WORDS[c]} " if c in _SYMBOL_WORDS else c for c in label(value))
    return slug(spelt, limit) or cut("-".join(f"u{ord(c):x}" for c in label(value)), limit) or "unnamed"


def default_slug(title: str, day: date, token: str) -> str:
    """The address offered for a new article: its ASCII words when there are two or more, else day and token."""
    plain = _ACCENT.sub("", unicodedata.normalize("NFKD", title))  # café: a word, and an ASCII one
    words = _ASCII_WORD.findall(plain)
    named = "-".join(words).lower() if len(words) > 1 else f"{day:%Y%m%d}-{token}"
    return cut(named, SLUG_LIMIT).strip("-")


def cut(value: str, limit: int) -> str:
    """At most `limit` characters, never inside what a reader sees as one: marks, emoji sequences, flags."""
    if len(value) <= limit:
        return value
    end = limit
    while end > 0 and _belongs_to_the_one_before(value, end):
        end -= 1
    return value[:end]


def truncate(value: str, limit: int = 120) -> str:
    """A short form of running text: ends at 。 where it can, else at 、 or a space, else at the limit, with …

    Never inside brackets, unless they fill more than half of it.
    """
    value = _SPACE.sub(" ", value).strip()
    if len(value) <= limit:
        return value
    for marks, ending in (("。．！？!?", ""), ("、，, ", "…")):
        place = _last_place(value[:limit], marks)
        if place >= limit // 2:
            return value[: place + (not ending)].rstrip() + ending
    short = cut(value, limit - 1)
    opened = _open_bracket(short)
    return (short[:opened] if opened > limit // 4 else short).rstrip() + "…"


def _last_place(value: str, marks: str) -> int:
    """Where one of the marks stands last outside every bracket; -1 when nowhere."""
    depth, place = 0, -1
    for at, c in enumerate(value):
        depth = max(0, depth + (c in _OPEN) - (c in _CLOSE))
        if c in marks and depth == 0:
            place = at
    return place


def _open_bracket(value: str) -> int:
    """Where the outermost bracket that is still open at the end was opened; -1 when none is."""
    opened: list[int] = []
    for at, c in enumerate(value):
        if c in _OPEN:
            opened.append(at)
        elif c in _CLOSE and opened:
            opened.pop()
    return opened[0] if opened else -1


def _belongs_to_the_one_before(value: str, at: int) -> bool:
    """Whether no reader would see a boundary before the character at `at` (the common cases of UAX 29)."""
    c, before = value[at], value[at - 1]
    if (
        c == _JOINER
        or before == _JOINER
        or unicodedata.category(c)[0] == "M"
        or "\U0001f3fb" <= c <= "\U0001f3ff"
    ):
        return True
    flags = len(value[:at]) - len(value[:at].rstrip(_REGIONAL))
    return c in _REGIONAL and flags % 2 == 1


def _addressable(value: str, limit: int) -> str:
    value = unicodedata.normalize("NFC", _INVISIBLE.sub("", value))
    kept = "".join(c if _may_stand(c) else "-" for c in value)
    return cut(re.sub(r"-{2,}", "-", kept).strip("-._"), limit).strip("-._")


def _unquoted(value: str) -> str:
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return value


def _may_stand(c: str) -> bool:
    return c in "-_." or unicodedata.category(c)[0] in "LNM"
