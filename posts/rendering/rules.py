"""One function per kind of block: (parser, parent, lines, place) → place after the block, or 0: not mine."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from typing import TYPE_CHECKING

from . import containers
from . import lines as ln
from .attributes import apply, parse_attributes
from .paragraphs import paragraph, reference, table, unwrap

if TYPE_CHECKING:
    from .blocks import Blocks

_MARKDOWN_INSIDE = re.compile(r"<[a-z]\w*\s[^<>]*?\bmarkdown=[\"']?(?:1|block|span)[\"']?[^<>]*>\s*$", re.I)


def blank(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """Blank lines."""
    return containers.skip_blank(lines, at) if not lines[at].strip() else 0


def indented_code(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """Lines indented by four columns."""
    end = at
    while end < len(lines) and (ln.indent(lines[end]) >= ln.CODE_INDENT or not lines[end].strip()):
        end += 1
    code = [ln.dedent(line, ln.CODE_INDENT) for line in lines[at:end]]
    while code and not code[-1].strip():
        code.pop()
    if code:
        blocks.add_code(parent, "\n".join(code) + "\n")
    return end if code else 0


def fenced_code(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """A fence up to its closing line, or to the end of its container."""
    opened = ln.fence(lines[at])
    if not opened:
        return 0
    end = at + 1
    while end < len(lines) and not ln.closes(lines[end], opened):
        end += 1
    code = "".join(ln.dedent(line, opened.indent) + "\n" for line in lines[at + 1 : end])
    blocks.add_code(parent, code, opened.info)
    return end + 1


def heading(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """`## text`."""
    found = ln.heading(lines[at])
    if found:
        blocks.add(parent, f"h{found[0]}", found[1])
    return at + 1 if found else 0


def quote(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """`> text`, with lazy lines."""
    if not ln.is_quote(lines[at]):
        return 0
    inner, after = containers.quoted(lines, at)
    blocks.parse(blocks.add(parent, "blockquote"), inner)
    return after


def rule(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """A thematic break."""
    if ln.is_rule(lines[at]):
        blocks.add(parent, "hr")
        return at + 1
    return 0


def item_list(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """Bullets and numbers; a list keeps the number it begins with."""
    found = containers.list_at(lines, at)
    if not found:
        return 0
    element = blocks.add(parent, "ul" if found.start is None else "ol")
    if found.start not in (None, 1):
        element.set("start", str(found.start))
    for item in found.items:
        child = etree.SubElement(element, "li")
        blocks.parse(child, _item_attributes(child, item.lines))
        if not found.loose:
            unwrap(child)
    return found.after


def html(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """Raw HTML; markdown goes on after a blank line, or at once inside `markdown="1"`."""
    end_rule = ln.html_end(lines[at]) or ((None,) if ln.is_lone_tag(lines[at]) else None)
    if not end_rule:
        return 0
    end = at
    if end_rule[0] is None and not _MARKDOWN_INSIDE.match(lines[at].strip()):
        while end + 1 < len(lines) and lines[end + 1].strip():
            end += 1
    while end_rule[0] and end + 1 < len(lines) and not end_rule[0].search(lines[end]):
        end += 1
    blocks.add_html(parent, "\n".join(lines[at : end + 1]))
    return end + 1


def footnote(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """`[^label]: text`, kept for the footnotes extension."""
    found = ln.footnote(lines[at])
    if not found:
        return 0
    inner, after = containers.indented(lines, at, ln.CODE_INDENT, found[2], needed=2)
    blocks.md.footnotes.setFootnote(found[1], "\n".join(inner))
    return after


def abbreviation(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """`*[HTML]: words`."""
    found = ln.abbreviation(lines[at])
    if found:
        blocks.md.abbreviations[found[1].strip()] = found[2].strip()
    return at + 1 if found else 0


def attribute_line(blocks: Blocks, parent: etree.Element, lines: list[str], at: int) -> int:
    """`{: .class}` alone on a line: for the block directly above, else for the one below (kramdown)."""
    found = ln.attributes(lines[at])
    if found is None:
        return 0
    last = parent[-1] if len(parent) else None
    if not at or not lines[at - 1].strip():
        blocks.pending = found
    elif last is None or (last.tail or "").strip():
        pass  # below raw HTML or code, which take no attributes
    elif "toc" in found.split() and last.tag in ("ul", "ol"):
        parent.remove(last)
    else:
        apply(last, parse_attributes(found))
    return at + 1


def _item_attributes(item: etree.Element, lines: list[str]) -> list[str]:
    """`- {:.class} text` (kramdown): the class goes to the item."""
    if lines[0].startswith("{:") and (close := lines[0].find("}")) > 0:
        apply(item, parse_attributes(lines[0][2:close]))
        return [lines[0][close + 1 :].lstrip(), *lines[1:]]
    return lines


# Asked in this order at each line; the last one always answers.
RULES = (
    blank,
    indented_code,
    fenced_code,
    heading,
    quote,
    rule,
    item_list,
    html,
    footnote,
    abbreviation,
    attribute_line,
    table,
    reference,
    paragraph,
)
# Those that a line which begins with no sign may be.
RUNNING = (table, paragraph)
