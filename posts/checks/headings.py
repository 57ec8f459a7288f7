"""Checks of headings (specs/checks.md 3, nos. 19 to 21)."""

import re
from collections.abc import Iterator

from .around import Around
from .finding import INFO, Hit
from .prepared import Block, Prepared

_BOLD = re.compile(r"^\s*(?:\*\*(?P<a>(?:(?!\*\*).)+)\*\*|__(?P<b>(?:(?!__).)+)__)\s*$")


def bold_words(block: Block) -> str:
    """The words of a paragraph that is one strong run, as headings are written by those who know no sign for them."""
    found = _BOLD.match(block.source) if block.kind == "text" else None
    words = (found["a"] or found["b"]).strip() if found else ""
    return words if 2 <= len(words) <= 80 and not words.endswith("。") else ""


def bold_paragraphs(text: Prepared) -> list[Block]:
    return [block for block in text.blocks if bold_words(block)]


def bold(text: Prepared, around: Around) -> Iterator[Hit]:
    found = bold_paragraphs(text)
    if len(found) >= 2:
        yield from (Hit(block.line, bold_words(block)) for block in found)


def level(text: Prepared, around: Around) -> Iterator[Hit]:
    before = 0
    for block in text.blocks:
        if block.kind != "heading" or not block.norm:
            continue
        if block.level == 1:
            yield Hit(block.line, block.words, params={"what": "h1"})
        elif before and block.level > before + 1:
            yield Hit(block.line, block.words, severity=INFO, params={"what": "skipped"})
        before = block.level


def none(text: Prepared, around: Around) -> Iterator[Hit]:
    size, least = (text.size, 1_500) if text.is_ja else (text.words, 700)
    if size >= least and not any(block.kind == "heading" for block in text.blocks):
        yield Hit(0, "", params={"n": size})
