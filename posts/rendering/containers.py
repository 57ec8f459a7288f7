"""Which lines belong to a list item, a quote, a definition or a footnote, without their marker and indent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from . import lines as ln


@dataclass(frozen=True)
class Item:
    """One list item: its lines without marker and indent, and whether a blank line parts its own blocks."""

    lines: list[str]
    loose: bool


@dataclass(frozen=True)
class Items:
    """A whole list: kind of marker, first number, items, loose or tight, index of the line after it."""

    kind: str
    start: int | None
    items: list[Item] = field(default_factory=list)
    loose: bool = False
    after: int = 0


def list_at(lines: list[str], at: int) -> Items | None:
    """The list that begins at line `at`, or None."""
    first = ln.marker(lines[at])
    if not first:
        return None
    items: list[Item] = []
    loose, after, end = False, at, at
    next_marker: ln.Marker | None = first
    while next_marker and _same_list(first, next_marker):
        lines_of_item, end = indented(lines, after, next_marker.offset, next_marker.rest)
        items.append(Item(lines_of_item, _has_gap(lines_of_item)))
        start = skip_blank(lines, end)
        next_marker = ln.marker(lines[start]) if start < len(lines) else None
        loose = loose or (start > end and bool(next_marker and _same_list(first, next_marker)))
        after = start
    return Items(first.kind, first.number, items, loose or any(item.loose for item in items), end)


def indented(
    lines: list[str],
    at: int,
    offset: int,
    first: str,
    *,
    needed: int = 0,
    ends: Callable[[str], object] = ln.marker,
) -> tuple[list[str], int]:
    """Lines of the container that begins at `at` with text `first`, and the index after them.

    A following line belongs to it when it is blank, indented by `needed` columns (`offset` when not given),
    or continues a paragraph lazily, unless `ends` objects. Trailing blank lines are left outside.
    """
    needed = needed or offset
    if not first.strip() and at + 1 < len(lines) and not lines[at + 1].strip():
        return [""], at + 1

    def inner(line: str) -> str | None:
        return ln.dedent(line, offset) if ln.indent(line) >= needed else None

    return _collect(lines, at, first, inner, ends, blank_ends=False)


def quoted(lines: list[str], at: int) -> tuple[list[str], int]:
    """Lines of the block quote at `at` without their `>`, and the index after them."""

    def inner(line: str) -> str | None:
        return ln.unquote(line) if ln.is_quote(line) else None

    return _collect(lines, at, ln.unquote(lines[at]), inner, ln.marker, blank_ends=True)


def skip_blank(lines: list[str], at: int) -> int:
    """Index of the first line from `at` on that is not blank."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _collect(
    lines: list[str],
    at: int,
    first: str,
    inner: Callable[[str], str | None],
    ends: Callable[[str], object],
    *,
    blank_ends: bool,
) -> tuple[list[str], int]:
    found, lazy = [first], _Laziness(first)
    at += 1
    while at < len(lines):
        line = lines[at]
        text = (inner(line) or "") if not line.strip() and not blank_ends else inner(line)
        if text is None and (not lazy.allowed or not line.strip() or ln.interrupts(line) or ends(line)):
            break
        text = ln.LAZY + line.strip(ln.LAZY + " \t") if text is None else text
        lazy.see(text)
        found.append(text)
        at += 1
    while len(found) > 1 and not found[-1].strip():
        found.pop()
        at -= 1
    return found, at


class _Laziness:
    """May an unindented line continue the paragraph at the end of what was seen so far?"""

    def __init__(self, first: str) -> None:
        self.fence: ln.Fence | None = None
        self.allowed = False
        self.see(first)

    def see(self, text: str) -> None:
        bare = _without_markers(text)
        if self.fence:
            self.fence = None if ln.closes(bare.lstrip(), self.fence) else self.fence
            self.allowed = False
            return
        self.fence = ln.fence(bare)
        # an indented line after a paragraph goes on with it, after anything else it is code
        self.allowed = not self.fence and ln.is_prose(bare.lstrip() if self.allowed else bare)


def _without_markers(text: str) -> str:
    text = text.lstrip() if ln.marker(text.lstrip()) else text
    for _ in range(ln.MAX_DEPTH):
        item = ln.marker(text)
        if not item and not ln.is_quote(text):
            break
        text = item.rest if item else ln.unquote(text)
    return text


def _same_list(first: ln.Marker, other: ln.Marker) -> bool:
    return first.kind == other.kind


def _has_gap(lines: list[str]) -> bool:
    """A blank line between two blocks of the item itself (not inside a nested item or a fence)."""
    fence: ln.Fence | None = None
    nested = blank = False
    for line in lines:
        if fence:
            fence = None if ln.closes(line, fence) else fence
        elif not line.strip():
            blank = True
        elif blank and not (nested and ln.indent(line) >= 2):
            return True
        else:
            fence, blank = ln.fence(line), False
            nested = bool(ln.marker(line)) or (nested and ln.indent(line) >= 2)
    return False
