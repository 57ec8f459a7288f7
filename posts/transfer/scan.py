"""Where code is in a markdown or HTML body, so that no conversion touches it (specs/import.md 3)."""

import bisect
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from posts.rendering import lines as markdown

_CODE_ELEMENTS = "pre|code|script|style|textarea"
_MARKDOWN = r"""
    (?P<fence>^[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t]++)*+(?P<run>`{3,}|~{3,})(?P<info>[^\n]*)$)
  | (?P<ticks>`+)
"""
_NO_MARKDOWN = "(?P<fence>(?!))(?P<run>)(?P<info>)|(?P<ticks>(?!))"
_REST = rf"""
  | (?P<escape>\\[\\`{{])
  | (?P<element><(?P<name>{_CODE_ELEMENTS})\b)
  | (?P<shortcode>\{{\{{[<%][ \t]*highlight\b[^{{}}\n]*+\}}\}})
  | (?P<block>\{{%-?[ \t]*(?P<tag>raw|highlight|comment)\b(?P<args>[^%\n]*)%\}})
"""
_TOKEN = re.compile(_MARKDOWN + _REST, re.X | re.M | re.I)
_HTML_TOKEN = re.compile(_NO_MARKDOWN + _REST, re.X | re.M | re.I)
_BLANK = re.compile(r"\n[ \t]*(?=\n)")
_OWNER = re.compile(
    r"[ ]{0,3}(?:(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)|\[\^[^\]]+\]:|:[ \t])"
)  # of indented lines below it


@dataclass(frozen=True)
class Piece:
    """A stretch of a body from `start` on: kind text, code, a Liquid block (raw, highlight, comment) or shortcode.

    A shortcode is one of Hugo's that holds code, with its closing tag.
    """

    kind: str
    text: str
    start: int
    args: str = ""
    inside: str = ""


def pieces(body: str, *, liquid: bool = False, html: bool = False) -> tuple[Piece, ...]:
    """The whole body, cut up; joined again the texts of all pieces are the body. Liquid blocks only when asked."""
    return _cut(body, liquid and "{" in body, html)


@lru_cache(maxsize=4)
def _cut(body: str, liquid: bool, html: bool) -> tuple[Piece, ...]:
    """One conversion after the other asks about the same body."""
    return tuple(_walk(body, liquid, html))


def _walk(body: str, liquid: bool, html: bool) -> Iterator[Piece]:
    ends, token = _Ends(body), _HTML_TOKEN if html else _TOKEN
    indented = [] if html else _indented(body)[::-1]
    done = at = 0
    while True:
        found = token.search(body, at)
        while indented and indented[-1][0] < at:
            indented.pop()
        if indented and (not found or indented[-1][0] <= found.start()):
            start, end = indented.pop()
            piece: Piece | None = Piece("code", body[start:end], start)
        elif found:
            piece = None if found["escape"] else _piece(body, found, ends, liquid)
            at = found.end()
        else:
            break
        if piece is None:
            continue
        if piece.start > done:
            yield Piece("text", body[done : piece.start], done)
        yield piece
        done = at = piece.start + len(piece.text)
    if done < len(body):
        yield Piece("text", body[done:], done)


def outside_code(body: str, change: Callable[[str, int], str], *, html: bool = False) -> str:
    """The body with `change(text, start)` made of every stretch that is no code."""
    return "".join(p.text if p.kind == "code" else change(p.text, p.start) for p in pieces(body, html=html))


def _piece(body: str, found: re.Match[str], ends: "_Ends", liquid: bool) -> Piece | None:
    start = found.start()
    if found["fence"] is not None and not (found["run"][0] == "`" and "`" in found["info"]):
        return Piece("code", body[start : ends.fence(found)], start)
    if found["fence"] is not None or found["ticks"]:
        run = found["ticks"] or found["run"]
        start = found.start("run") if found["fence"] is not None else start
        end = ends.span(run, start)
        return Piece("code", body[start:end], start) if end else None
    if found["element"]:
        end = ends.element(found["name"].lower(), found.end())
        return Piece("code", body[start:end], start) if end else None
    if not liquid:
        return None
    if found["shortcode"]:
        close = ends.shortcode(found.end())
        return Piece("shortcode", body[start : close.end()], start) if close else None
    close = ends.block(found["tag"].lower(), found.end())
    if close is None:
        return None
    inside = body[found.end() : close.start()]
    return Piece(found["tag"].lower(), body[start : close.end()], start, found["args"].strip(" -"), inside)


def _indented(body: str) -> list[tuple[int, int]]:
    """Indented code: four columns after a blank line, where no list item, footnote or definition owns the lines."""
    found: list[tuple[int, int]] = []
    start, owned, blank, inside = 0, False, True, False
    for row in body.splitlines(keepends=True):
        if row.strip():
            deep = markdown.indent(row) >= markdown.CODE_INDENT
            if deep and not owned and (blank or inside):
                found[-1:] = (
                    [(found[-1][0], start + len(row))] if inside else [*found[-1:], (start, start + len(row))]
                )
                inside = True
            else:
                inside = False
                owned = bool(_OWNER.match(row)) or (owned and not (blank and markdown.indent(row) == 0))
        blank = not row.strip()
        start += len(row)
    return found


class _Ends:
    """Finds where things close, each in time that stays linear over the whole body."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.missing: set[str] = set()
        self.runs: dict[str, list[int]] = defaultdict(list)
        for run in re.finditer("`+", body):
            self.runs[run[0]].append(run.start())
        self.blanks = [blank.start() for blank in _BLANK.finditer(body)]

    def fence(self, found: re.Match[str]) -> int:
        """A fence that is never closed runs to the end."""
        run = found["run"]
        close = re.compile(rf"^[ \t>]*+{re.escape(run[0])}{{{len(run)},}}[ \t]*$", re.M).search(
            self.body, found.end()
        )
        return close.end() if close else len(self.body)

    def span(self, run: str, start: int) -> int:
        """End of a code span, 0 when its paragraph does not close it."""
        places = self.runs[run]
        at = bisect.bisect_right(places, start)
        if at == len(places):
            return 0
        blank = bisect.bisect_left(self.blanks, start)
        paragraph = self.blanks[blank] if blank < len(self.blanks) else len(self.body)
        return places[at] + len(run) if places[at] < paragraph else 0

    def element(self, name: str, start: int) -> int:
        close = self._search(f"</{name}>", rf"</{name}\s*>", start)
        return close.end() if close else 0

    def block(self, tag: str, start: int) -> re.Match[str] | None:
        return self._search(f"end{tag}", rf"\{{%-?[ \t]*end{tag}[ \t]*-?%\}}", start)

    def shortcode(self, start: int) -> re.Match[str] | None:
        return self._search("{{/highlight", r"\{\{[<%]\s*/\s*highlight\s*[>%]\}\}", start)

    def _search(self, name: str, pattern: str, start: int) -> re.Match[str] | None:
        if name in self.missing:
            return None
        found = re.compile(pattern, re.I).search(self.body, start)
        if not found:
            self.missing.add(name)
        return found
