"""The H1 of a body: it names the title, it equals it and goes, or all headings step down (I-22, I-71)."""

import re

from posts import text
from posts.rendering import lines as markdown

from .scan import pieces

_PLAIN = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}|</?[A-Za-z][^<>]*>")


def first_h1(body: str) -> str:
    """The text of the first H1, "" when there is none."""
    return next((name for _, level, name, _ in _headings(body.split("\n"), _in_code(body)) if level == 1), "")


def settle(body: str, title: str) -> tuple[str, list[str]]:
    """The body without an H1 of its own, and the rules that were applied: heading.is_title, heading.demoted."""
    rows, code = body.split("\n"), _in_code(body)
    found = list(_headings(rows, code))
    rules = []
    for at, level, name, size in found:
        if level == 1 and text.key(name) == text.key(title):
            rows[at : at + size] = [""] * size  # line numbers stay as they are
            found.remove((at, level, name, size))
            rules.append("heading.is_title")
            break
    if any(level == 1 for _, level, _, _ in found):
        for at, level, _, size in found:
            _demote(rows, at, level, size)
        rules.append("heading.demoted")
    return "\n".join(rows), rules


def _headings(rows: list[str], code: set[int]):
    """(row, level, plain text, rows it takes) of each heading outside code."""
    for at, row in enumerate(rows):
        if at in code:
            continue
        if found := markdown.heading(row):
            yield at, found[0], _plain(found[1]), 1
        elif at and at - 1 not in code and (level := markdown.underline(row)) and _is_lone_line(rows, at - 1):
            yield at - 1, level, _plain(rows[at - 1]), 2


def _is_lone_line(rows: list[str], at: int) -> bool:
    """A paragraph of one line, which an underline makes a heading."""
    return (
        markdown.is_prose(rows[at])
        and not markdown.marker(rows[at])
        and (at == 0 or not rows[at - 1].strip())
    )


def _demote(rows: list[str], at: int, level: int, size: int) -> None:
    if size == 2 and level == 1:
        rows[at + 1] = rows[at + 1].replace("=", "-")
        if len(rows[at + 1].strip()) < 2:
            rows[at + 1] = "--"
    elif size == 2:
        rows[at : at + 2] = [f"### {rows[at].strip()}", ""]
    elif level < 6:
        rows[at] = rows[at].replace("#", "##", 1)


def _in_code(body: str) -> set[int]:
    rows: set[int] = set()
    for piece in pieces(body):
        if piece.kind == "code" and "\n" in piece.text:
            first = body.count("\n", 0, piece.start)
            rows.update(range(first, first + piece.text.count("\n") + 1))
    return rows


def _plain(name: str) -> str:
    return text.line(_PLAIN.sub(lambda m: m[1] or "", name))
