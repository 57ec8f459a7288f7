"""Hugo's shortcodes as they stand in a body: their tags, and which of them belong together (I-60)."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .scan import pieces
from .surroundings import Surroundings

# a mark inside ends the search, so that a thousand open ones cost no more than one
_TAG = re.compile(r"\{\{(?=[<%])((?:[^{}]|\{(?!\{)|\}(?!\}))*+)\}\}")
_NAME = re.compile(r"[A-Za-z_][\w./-]*+")
_VALUE = r""""((?:[^"\\]|\\.)*+)"|`([^`]*+)`|([^\s"`=]++)"""
_ARGUMENT = re.compile(rf"(?:([\w-]++)\s*+=\s*+)?+(?:{_VALUE})", re.S)
MAX_ARGUMENTS = 2_000  # characters
MAX_DEPTH = 32


@dataclass(frozen=True)
class Shortcode:
    """One tag from `start` to `end` of the body; `close` is where its closing tag begins and ends, if it has one."""

    name: str
    start: int
    end: int
    is_closing: bool = False
    is_whole: bool = False
    words: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    shown: str | None = None  # what an escaped one shows

    def value(self, name: str, place: int = 0) -> str:
        return self.named.get(name) or (self.words[place] if place < len(self.words) else "")


def find(body: str, around: Surroundings) -> list[Shortcode]:
    """The shortcodes outside code, and those that hold code themselves (highlight), in their order."""
    found: list[Shortcode] = []
    for piece in pieces(body, liquid=True, html=around.html):
        if piece.kind in ("text", "shortcode"):
            tags = [_read(tag, piece.start) for tag in _TAG.finditer(piece.text)]
            kept = [tag for tag in tags if tag]
            found += kept if piece.kind == "text" else [kept[0], kept[-1]]
    return found


def _read(tag: re.Match[str], start: int) -> Shortcode | None:
    at, end = start + tag.start(), start + tag.end()
    first, inside, last = tag[1][0], tag[1][1:-1].strip(), tag[1][-1]
    if last not in ">%" or len(tag[1]) < 2:
        return None
    if inside.startswith("/*") and inside.endswith("*/"):
        shown = html.escape(f"{first} {inside[2:-2].strip()} {last}", quote=False)
        return Shortcode("", at, end, shown=f"&#123;&#123;{shown}&#125;&#125;")
    is_closing, is_whole = inside.startswith("/"), inside.endswith("/")
    inside = inside.removeprefix("/").lstrip()
    found = _NAME.match(inside)
    if not found:
        return None
    words, named = _arguments(inside[found.end() :][:MAX_ARGUMENTS].removesuffix("/"))
    return Shortcode(found[0].lower().rstrip("/"), at, end, is_closing, is_whole, words, named)


def _arguments(text: str) -> tuple[tuple[str, ...], dict[str, str]]:
    words, named = [], {}
    for argument in _ARGUMENT.finditer(text):
        quoted, raw, bare = argument.groups()[1:]
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else raw if raw is not None else bare
        if argument[1]:
            named[argument[1].lower()] = value
        else:
            words.append(value)
    return tuple(words), named


def pairs(found: list[Shortcode]) -> dict[int, int]:
    """Opening tag -> closing tag, by number; a tag that is never closed stands alone."""
    closes: dict[int, int] = {}
    open_: list[int] = []
    waiting: dict[str, int] = {}
    for number, tag in enumerate(found):
        if tag.shown is None and not tag.is_closing and not tag.is_whole:
            open_.append(number)
            waiting[tag.name] = waiting.get(tag.name, 0) + 1
        elif tag.is_closing and waiting.get(tag.name):
            while found[open_[-1]].name != tag.name:
                waiting[found[open_.pop()].name] -= 1
            closes[open_.pop()] = number
            waiting[tag.name] -= 1
    return _shallow(closes)


def _shallow(closes: dict[int, int]) -> dict[int, int]:
    """The pairs that are not nested more deeply than anybody writes."""
    kept: dict[int, int] = {}
    above: list[int] = []
    for number in sorted(closes):
        while above and above[-1] < number:
            above.pop()
        if len(above) < MAX_DEPTH:
            kept[number] = closes[number]
            above.append(closes[number])
    return kept
