"""Checks of the title (specs/checks.md 3, nos. 1 to 8)."""

import re
from collections.abc import Iterator

from .around import Around
from .brackets import EVERY, unmatched
from .finding import INFO, WARNING, Hit
from .prepared import Prepared, norm, width

_SMILEY = re.compile(r"[:;=8][-^o']?[()\[\]]|[(\[][-^o']?[:;=](?!\w)|\(?\s?[>><][_.][<>]\s?\)?")
_RANGE = re.compile(r"[\[(（][^\[\]()（）,、]{1,12}[,、][^\[\]()（）,、]{1,12}[\])）]")  # [0, 1)
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s、，,・／/：:]))(?:[0-9０-９]{1,2}|[a-zA-Zａ-ｚＡ-Ｚぁ-んァ-ン①-⑳]|[ivx]{1,4})[)）]"
)
_CODE = re.compile(r"`[^`]*`")
_HTML = (
    "a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|rp|rt|ruby|s"
    "|small|span|strike|strong|sub|sup|table|td|th|tr|tt|u|ul"
)
_MARKUP = re.compile(
    r"(?<![0-9A-Za-z*])\*\*(?=\S)[^*]+(?<=\S)\*\*(?![0-9A-Za-z*])|^\*\*(?![a-z_]+\b)|(?<![0-9A-Za-z\s])\*\*$"
    r"|(?<!\w)__(?=\S)(?![A-Za-z0-9_]+__)|(?<=[^\sA-Za-z0-9_])__(?!\w)|^#{1,6}\s|\]\("
    rf"|</?(?:{_HTML})(?:\s[^<>]*)?/?>|&(?:[a-z]{{2,8}}|#\d{{2,6}});|\{{\{{|\{{%",
    re.I,
)
_ABOUT_HTML = re.compile(r"タグ|要素|文字参照|実体参照|HTML|CSS|\b(?:tags?|elements?|entit(?:y|ies))\b", re.I)
_SPLICE = re.compile(r"[?!？！。](?:の(?!か)|による|における|がもたらす|とは)")
_DANGLING = re.compile(r"(?:[、：:のをがにでとや]|\bor)$")
_YEAR = re.compile(r"^(20\d\d)年")
_CUT_LENGTH = range(3, 81)


def missing(text: Prepared, around: Around) -> Iterator[Hit]:
    if not text.title:
        yield Hit(0, "", "title")


def bracket(text: Prepared, around: Around) -> Iterator[Hit]:
    said = _CODE.sub("", text.title)
    odd = unmatched(said)
    if odd and all(unmatched(sign.sub("", said)) for sign in (_NUMBERED, _SMILEY, _RANGE)):
        yield Hit(0, text.title, "title", params={"c": odd, "suggestion": suggestion(text)})


def cut(text: Prepared, around: Around) -> Iterator[Hit]:
    """Known by its first paragraph, which goes on where the title stops; people end titles with … as well."""
    tailed = text.title.endswith(("…", "..."))
    if tailed or _goes_on(text):
        offered = suggestion(text)
        severity = "" if _goes_on(text) or _continues(text) or _is_said_whole(text) else WARNING
        yield Hit(0, text.title, "title", severity, {"s": offered, "suggestion": offered})


def markup(text: Prepared, around: Around) -> Iterator[Hit]:
    for found in _MARKUP.finditer(_CODE.sub("", text.title)):
        if not (found[0][0] in "<&" and _ABOUT_HTML.search(text.title)):
            yield Hit(0, found[0], "title")


def splice(text: Prepared, around: Around) -> Iterator[Hit]:
    if found := _SPLICE.search(text.title):
        yield Hit(0, text.title[found.start() :], "title")


def length(text: Prepared, around: Around) -> Iterator[Hit]:
    if not text.title:
        return
    size = width(text.title) if text.is_ja else len(text.title)
    low, high = (8, 50) if text.is_ja else (15, 100)
    if not low <= size <= high:
        yield Hit(0, text.title, "title", params={"size": f"{size:g}", "min": low, "max": high})


def duplicate(text: Prepared, around: Around) -> Iterator[Hit]:
    for other in around.same_title:
        severity = "error" if other.shared >= 3 else ""
        yield Hit(0, text.title, "title", severity, {"link": other.title, "number": other.number})
    for other in around.near_title:
        yield Hit(0, text.title, "title", params={"link": other.title, "number": other.number})


def year(text: Prepared, around: Around) -> Iterator[Hit]:
    said = _YEAR.match(text.title)
    if said and around.year and int(said[1]) != around.year:
        yield Hit(0, said[0], "title", INFO, {"year": around.year})


def suggestion(text: Prepared) -> str:
    """The opening line as a title, where it begins with the title; "" otherwise."""
    first = text.first
    if not first or not _continues(text):
        return ""
    words = first.words.strip("*_ ")
    if words[:1] in EVERY and words[-1:] == EVERY[words[0]] and not unmatched(words[1:-1]):
        words = words[1:-1]
    return words


def _continues(text: Prepared) -> bool:
    title = norm(text.title)
    if not text.first or not title or not text.first.norm.startswith(title):
        return False
    return len(text.first.norm) - len(title) in _CUT_LENGTH


def _is_said_whole(text: Prepared) -> bool:
    """Whether the summary or a line of the text begins with the title and goes on."""
    title = norm(text.title)
    said = (text.summary, *(block.words for block in text.blocks[:3]))
    return len(title) >= 8 and any(norm(words).startswith(title) and norm(words) != title for words in said)


def _goes_on(text: Prepared) -> bool:
    if not text.first or not _continues(text):
        return False
    rest = _after(text.first.words, norm(text.title))
    return bool(unmatched(text.title)) or bool(_DANGLING.search(text.title)) or rest[:1] in ("、", "」")


def _after(words: str, title: str) -> str:
    """What of the words comes after those of the title, with the marks between."""
    for at in range(1, len(words) + 1):
        if norm(words[:at]) == title:
            return words[at:].lstrip("*_ ")
    return ""
