"""Blocks as CommonMark sees them, put in place of Python-Markdown's block parser.

Python-Markdown wants nested content at four columns, a blank line before each list, and raw HTML up to its
closing tag; the origins of our texts follow CommonMark in all three (specs: M-01, M-02, M-05, M-11, I-65).
Code is taken out here, in the only place that decides what code is, and nothing afterwards sees it.
"""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Iterable
from typing import Any

from markdown.blockparser import BlockParser

from . import lines as ln
from .attributes import apply, parse_attributes
from .code import code_html
from .rules import RULES, RUNNING


class TooDeep(Exception):
    """Lists and quotes nested more than `lines.MAX_DEPTH` deep."""


class Blocks(BlockParser):
    """Turns lines into an element tree; inline text is left for the inline patterns."""

    def __init__(self, md: Any) -> None:
        super().__init__(md)
        self.md: Any
        self.depth = 0
        self.pending: str | None = None
        self.code: set[int] = set()

    def parseDocument(self, lines: Iterable[str]) -> Any:
        """The whole text as an ElementTree. Raises TooDeep."""
        self.depth, self.pending = 0, None
        self.code.clear()
        self.root = etree.Element(self.md.doc_tag)
        self.parse(self.root, list(lines))
        return etree.ElementTree(self.root)

    def parseChunk(self, parent: etree.Element, text: str) -> None:
        """A piece of text (the footnotes extension hands in its notes)."""
        self.parse(parent, text.split("\n"))

    def parse(self, parent: etree.Element, lines: list[str]) -> None:
        """Append the blocks of `lines` to `parent`. Raises TooDeep."""
        self.depth += 1
        if self.depth > ln.MAX_DEPTH:
            raise TooDeep
        at = 0
        while at < len(lines):
            rules = RULES if ln.SIGN.match(lines[at]) else RUNNING
            at = next(after for rule in rules if (after := rule(self, parent, lines, at)))
        self.depth -= 1

    def add(self, parent: etree.Element, tag: str, text: str = "") -> etree.Element:
        """A new element, wearing the attribute list that stood on the line above it."""
        element = etree.SubElement(parent, tag)
        element.text = text
        if self.pending is not None:
            apply(element, parse_attributes(self.pending))
            self.pending = None
        return element

    def add_code(self, parent: etree.Element, text: str, info: str = "") -> None:
        """A finished code block."""
        self.code.add(self.md.htmlStash.html_counter)
        self.add_html(parent, code_html(text, info))

    def add_html(self, parent: etree.Element, html: str) -> None:
        """Raw HTML between the blocks: a placeholder that the raw_html postprocessor fills in."""
        self.pending = None
        text = f"\n{self.md.htmlStash.store(html)}\n"
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text
