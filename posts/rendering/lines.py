"""What one line of markdown is: the starts of blocks, indents, fences, markers.

The rules are those of CommonMark 0.31 (https://spec.commonmark.org/0.31.2/), sections 4 and 5.
"""

from __future__ import annotations

import re
from typing import NamedTuple

CODE_INDENT = 4

# Before a line that continues a paragraph from outside its container: it must not begin or underline anything.
# A control character: the source has none left.
LAZY = "\x07"

# What a line begins with that is, or interrupts, anything but a paragraph or a table.
SIGN = re.compile(r"[\s\d`~#>+*_<\[{-]|\Z")

# Lists and quotes inside each other; honest text stays below 10, markdown-it stops at 100.
MAX_DEPTH = 60

_BLANKS = frozenset({"", " ", "\t"})
_RULES = frozenset({"-", "*", "_"})
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)$")
_MARKER = re.compile(r"([-+*]|(\d{1,9})[.)])(?=[ \t]|$)")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*(.*)$")
_ABBREVIATION = re.compile(r"\*\[([^\]]+)\][ ]?:[ \t]*(.+)$")
_DEFINITION = re.compile(r":[ \t]+(?=\S)")
_ATTRIBUTES = re.compile(r"\{:([^{}]*(?:\{[^{}]*\}[^{}]*)?)\}[ \t]*$")
_WORDLESS = re.compile(r"\{::.*\}[ \t]*$")
_RAW_TAGS = "script|pre|style|textarea"
_BLOCK_TAGS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|"
    "fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|"
    "menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|"
    "track|ul|svg|math|noscript|template|object|video|audio|picture"
)
_ATTRIBUTE = r"""\s+[A-Za-z_:][\w.:-]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
_LONE_TAG = re.compile(rf"(?:<[A-Za-z][\w-]*+(?:{_ATTRIBUTE})*+\s*+/?>|</[A-Za-z][\w-]*+\s*+>)[ \t]*$")

# start of a raw block, and what ends it: a pattern in the last line, or None for a blank line
HTML_BLOCKS: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...] = (
    (re.compile(rf"<(?:{_RAW_TAGS})(?=[\s>]|$)", re.I), re.compile(rf"</(?:{_RAW_TAGS})>", re.I)),
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile("<![A-Za-z]"), re.compile(">")),
    (re.compile(rf"</?(?:{_BLOCK_TAGS})(?=[\s>]|/>|$)", re.I), None),
)


class Fence(NamedTuple):
    """An opening code fence: its indent, the run that closes it, its info string."""

    indent: int
    run: str
    info: str


class Marker(NamedTuple):
    """A list marker: kind (`-`, `+`, `*`, `.`, `)`), number, column of its content, first line."""

    kind: str
    number: int | None
    offset: int
    rest: str


def indent(line: str) -> int:
    """Columns of leading white space; a tab goes to the next multiple of four."""
    if line[:1] not in _BLANKS:
        return 0
    column = 0
    for char in line:
        if char == " ":
            column += 1
        elif char == "\t":
            column += 4 - column % 4
        else:
            break
    return column


def dedent(line: str, columns: int) -> str:
    """`line` without at most `columns` columns of leading white space; the rest is left as it is."""
    column = 0
    for place, char in enumerate(line):
        if column >= columns or char not in " \t":
            return " " * (column - columns) + line[place:]
        column += 4 - column % 4 if char == "\t" else 1
    return " " * max(0, column - columns)


def fence(line: str) -> Fence | None:
    """The opening fence on this line, if any (a backtick fence has no backtick in its info string)."""
    found = _at_margin(_FENCE, line)
    if not found or (found[1][0] == "`" and "`" in found[2]):
        return None
    return Fence(indent(line), found[1], found[2].strip())


def closes(line: str, opened: Fence) -> bool:
    """Does this line close the fence?"""
    text = line.strip()
    return indent(line) < CODE_INDENT and len(text) >= len(opened.run) and not text.strip(opened.run[0])


def heading(line: str) -> tuple[int, str] | None:
    """(level, text) of an ATX heading. `#hashtag` is none: the hash needs a space."""
    text = line.strip()
    level = len(text) - len(text.lstrip("#"))
    if not 1 <= level <= 6 or indent(line) >= CODE_INDENT or text[level : level + 1] not in ("", " ", "\t"):
        return None
    body = text[level:].strip()
    bare = body.rstrip("#")
    return level, bare.rstrip() if not bare or bare[-1] in " \t" else body


def underline(line: str) -> int:
    """Level of a setext underline, else 0."""
    text = line.strip()
    if text[:1] not in ("=", "-") or indent(line) >= CODE_INDENT or set(text) not in ({"="}, {"-"}):
        return 0
    return 1 if text[0] == "=" else 2


def is_rule(line: str) -> bool:
    """A thematic break."""
    if line.lstrip()[:1] not in _RULES:
        return False
    text = "".join(line.split())
    return len(text) >= 3 and indent(line) < CODE_INDENT and set(text) in ({"-"}, {"*"}, {"_"})


def is_quote(line: str) -> bool:
    """A line of a block quote."""
    return line.lstrip(" ").startswith(">") and indent(line) < CODE_INDENT


def marker(line: str) -> Marker | None:
    """The list marker that begins this line, with the column where the item's content begins."""
    found = _at_margin(_MARKER, line)
    if not found or is_rule(line):
        return None
    start = indent(line)
    after = start + len(found[1])
    rest = line.lstrip(" \t")[len(found[1]) :]
    width = indent(" " * (after % 4) + rest) - after % 4 if rest.strip() else 1
    width = width if width <= CODE_INDENT else 1
    kind = found[1][-1]
    number = int(found[2]) if found[2] else None
    return Marker(kind, number, after + width, dedent(" " * (after % 4) + rest, after % 4 + width))


def footnote(line: str) -> re.Match[str] | None:
    """`[^label]: text`: groups label and text."""
    return _at_margin(_FOOTNOTE, line)


def abbreviation(line: str) -> re.Match[str] | None:
    """`*[HTML]: words`: groups short and long form."""
    return _at_margin(_ABBREVIATION, line)


def definition(line: str) -> re.Match[str] | None:
    """`: text` under a term."""
    return _at_margin(_DEFINITION, line)


def attributes(line: str) -> str | None:
    """Inner text of a kramdown attribute list that stands alone on its line; "" for `{::options /}`."""
    found = _at_margin(_ATTRIBUTES, line)
    if found and not found[1].startswith(":"):
        return found[1].strip()
    return "" if _at_margin(_WORDLESS, line) else None


def html_end(line: str) -> tuple[re.Pattern[str] | None] | None:
    """For the first line of a raw HTML block: (pattern of its last line,), or (None,) for a blank line."""
    text = line.lstrip(" ")
    if not text.startswith("<") or indent(line) >= CODE_INDENT:
        return None
    return next(((end,) for start, end in HTML_BLOCKS if start.match(text)), None)


def is_lone_tag(line: str) -> bool:
    """One complete tag of any name alone on its line (CommonMark's seventh kind of HTML block)."""
    return bool(_at_margin(_LONE_TAG, line))


def interrupts(line: str) -> bool:
    """May this line end a paragraph by beginning another block?"""
    if not SIGN.match(line) or indent(line) >= CODE_INDENT:
        return False
    starts = (heading, fence, is_quote, is_rule, html_end, footnote, abbreviation)
    return any(start(line) for start in starts) or attributes(line) is not None or _interrupting_item(line)


def is_prose(line: str) -> bool:
    """Behind its quote and list markers, is the line paragraph text, which a lazy line may continue?"""
    for _ in range(MAX_DEPTH):
        item = marker(line)
        if not item and not is_quote(line):
            break
        line = item.rest if item else unquote(line)
    plain = indent(line) < CODE_INDENT and not interrupts(line)
    return bool(line.strip()) and plain


def unquote(line: str) -> str:
    """A quote line without its marker and the one space after it."""
    text = line.lstrip(" ")[1:]
    return dedent(" " + text, 2) if text[:1] in (" ", "\t") else text


def _interrupting_item(line: str) -> bool:
    item = marker(line)
    return bool(item and item.rest.strip() and item.number in (None, 1))


def _at_margin(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    if line[:1] not in _BLANKS:
        return pattern.match(line)
    return pattern.match(line.lstrip(" \t")) if indent(line) < CODE_INDENT else None
