"""Blocks made of running lines: paragraphs, setext headings, tables, definition lists, link definitions."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from typing import TYPE_CHECKING

from markdown.extensions.tables import TableProcessor

from . import containers
from . import lines as ln
from .attributes import apply, parse_attributes

if TYPE_CHECKING:
    from .blocks import Blocks

_GAP = r"[ \t]*\n?[ \t]*"
_REFERENCE = re.compile(
    rf"""[ ]{{0,3}}\[(?!\^)([^\[\]]+)\]:{_GAP}(?:<([^<>\n]*)>|([^\s<]\S*))"""
    rf"""(?:(?=\s){_GAP}("[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*"""
)


def table(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """A table with pipes, also directly under a paragraph (M-05)."""
    processor = TableProcessor(blocks, {"use_align_attribute": True})
    if not _is_table(blocks, lines, at):
        return 0
    end = at + 2
    while end < len(lines) and _is_row(lines[end]):
        end += 1
    processor.test(parent, "\n".join(lines[at : at + 2]))
    processor.run(parent, ["\n".join(line.strip() for line in lines[at:end])])
    if blocks.pending is not None:
        apply(parent[-1], parse_attributes(blocks.pending))
        blocks.pending = None
    return end


def reference(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """`[label]: address "title"`, over up to three lines, kept for the reference patterns."""
    if lines[at].lstrip()[:1] != "[":
        return 0
    for count in (3, 2, 1):
        found = _REFERENCE.fullmatch("\n".join(lines[at : at + count]))
        if found and at + count <= len(lines):
            address = found[2] if found[2] is not None else found[3]
            blocks.md.references.define(found[1], address, (found[4] or "")[1:-1])
            return at + count
    return 0


def paragraph(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """Everything else: a paragraph, a setext heading, the term of a definition list."""
    end, level = at + 1, 0
    while end < len(lines) and lines[end].strip():
        level = ln.underline(lines[end])
        if level or ln.interrupts(lines[end]) or ln.definition(lines[end]) or _is_table(blocks, lines, end):
            break
        end += 1
    text = "\n".join(line.lstrip(ln.LAZY + " \t") for line in lines[at:end]).rstrip()
    if level:
        blocks.add(parent, f"h{level}", text)
        return end + 1
    after = _definitions(blocks, parent, text, lines, end)
    if not after:
        blocks.add(parent, "p", text)
    return after or end


def _definitions(blocks: Blocks, parent: etree.Element, text: str, lines: list[str], at: int) -> int:
    """The definition list whose terms are the lines of `text`, or 0 when no `: definition` follows."""
    start = containers.skip_blank(lines, at)
    if start == len(lines) or not ln.definition(lines[start]):
        return 0
    last = parent[-1] if len(parent) else None
    joins = last is not None and last.tag == "dl" and not (last.tail or "").strip()
    target = last if joins and last is not None else blocks.add(parent, "dl")
    for term in text.split("\n"):
        etree.SubElement(target, "dt").text = term
    while start < len(lines) and (found := ln.definition(lines[start])):
        offset = ln.indent(lines[start]) + found.end()
        first = lines[start].lstrip()[found.end() :]
        inner, at = containers.indented(
            lines, start, min(offset, ln.CODE_INDENT), first, needed=2, ends=ln.definition
        )
        child = etree.SubElement(target, "dd")
        blocks.parse(child, inner)
        _unwrap_only(child)
        start = containers.skip_blank(lines, at)
    return at


def _is_table(blocks: Blocks, lines: list[str], at: int) -> bool:
    """Header row and rule with the same number of cells (the extension's own test)."""
    if at + 1 >= len(lines) or "|" not in lines[at] or ln.indent(lines[at]) >= ln.CODE_INDENT:
        return False
    rule_row = lines[at + 1].strip()
    if not rule_row or set(rule_row) - set("|:- \t") or "-" not in rule_row or "|" not in rule_row:
        return False
    processor = TableProcessor(blocks, {"use_align_attribute": True})
    return processor.test(etree.Element("div"), f"{lines[at].strip()}\n{rule_row}")


def _is_row(line: str) -> bool:
    begins = ln.interrupts(line) or ln.marker(line) or ln.indent(line) >= ln.CODE_INDENT
    return bool(line.strip()) and not begins


def _unwrap_only(parent: etree.Element) -> None:
    if len(parent) == 1:
        unwrap(parent)


def unwrap(item: etree.Element) -> None:
    """Paragraphs of a tight list lose their `p`, not their text."""
    for child in [child for child in item if child.tag == "p" and not child.attrib]:
        place = list(item).index(child)
        text = (child.text or "") + (child.tail or "")
        item.remove(child)
        if place:
            item[place - 1].tail = (item[place - 1].tail or "") + text
        else:
            item.text = (item.text or "").rstrip("\n") + text
