"""A text cut into blocks as markdown sees them; blocks and the gaps after them give back the text."""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"[ \t]*(?:[-*+>] |\d{1,9}[.)] )?[ \t]*(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_ROW = re.compile(r"[ \t]*\|")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{1,}:?[ \t]*(?:\|[ \t]*:?-{1,}:?[ \t]*)+\|?[ \t]*$")


@dataclass(frozen=True)
class Cut:
    """A block, the line it begins on (from 1), and the line ends and empty lines after it."""

    text: str
    line: int
    role: str
    gap: str = ""


def cut(source: str) -> list[Cut]:
    """The blocks of a text. Joined with their gaps they are the text; one before the first may be empty."""
    cuts: list[Cut] = []
    lines = source.split("\n")
    at, roles = 0, _roles(lines)
    while at < len(lines):
        role, begins = roles[at]
        end = at + 1
        while begins and end < len(lines) and roles[end] == (role, False):
            end += 1
        after = end
        while after < len(lines) and not roles[after][0]:
            after += 1
        text = lines[at] if end == at + 1 else "\n".join(lines[at:end])
        cuts.append(Cut(text, at + 1, role or "text", _gap(lines, end, after)))
        at = after
    return cuts


def _gap(lines: list[str], end: int, after: int) -> str:
    """The line end of the line before `end`, and the empty lines from there to `after`."""
    if end == after:
        return "\n" if end < len(lines) else ""
    return "\n".join(["", *lines[end:after], *([""] if after < len(lines) else [])])


def _roles(lines: list[str]) -> list[tuple[str, bool]]:
    """(role, whether a block begins) of each line; the role of an empty line is ""."""
    found: list[tuple[str, bool]] = []
    fence, before, in_table = "", "", False
    for number, line in enumerate(lines):
        if not line.strip():
            in_table = False
            found.append(("", False))
            before = ""
            continue
        if fence:
            role, fence = "code", ("" if _closes(line, fence) else fence)
            found.append((role, True))
        elif ("```" in line or "~~~" in line) and (opening := _FENCE.match(line)):
            fence = opening[1]
            role = "code"
            found.append((role, True))
        else:
            after = lines[number + 1] if number + 1 < len(lines) else ""
            in_table = in_table or bool("|" in line and _RULE.match(after))
            role, begins = _role(line, before, in_table)
            found.append((role, begins))
        before = role
    return found


def _role(line: str, before: str, in_table: bool) -> tuple[str, bool]:
    if in_table or ("|" in line and _ROW.match(line)):
        return "row", True
    if "#" in line and _HEADING.match(line):
        return "heading", True
    if _ITEM.match(line):
        return "item", True
    if before in ("text", "item"):
        return before, False
    return "text", True


def _closes(line: str, fence: str) -> bool:
    bare = line.strip().lstrip("> ")
    return bare.startswith(fence) and not bare.strip(fence[0])
