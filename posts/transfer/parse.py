"""A file as front matter and body, whatever the front matter's format (I-01, I-02, I-10 to I-12, I-20)."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from posts.document import frontmatter
from posts.document.frontmatter import Block, FrontMatterError

from . import heads
from .decode import decode, lines
from .problems import Notes, Problem, Skipped

MAX_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Parsed:
    """`data`: keys as they are spelt, values as text, lists and mappings; `body` begins on line `body_line`."""

    verbatim: str
    data: Mapping[str, Any]
    body: str
    body_line: int = 1
    head: str = ""
    head_line: int = 1
    has_head: bool = True
    problems: tuple[Problem, ...] = ()

    def line(self, key: str) -> int:
        """The file's line on which a key stands, or the first one of the front matter."""
        name = rf"[\"']?{re.escape(key)}[\"']?[ \t]*[:=]"
        found = re.search(rf"^[ \t]*(?:{name}|\[+{re.escape(key)}\b)", self.head, re.M) or re.search(
            rf"[{{,]\s*{name}", self.head
        )
        return self.head_line + (self.head.count("\n", 0, found.start()) if found else 0)


def parse(data: bytes, name: str, encoding: str = "") -> Parsed:
    """Raises SourceError, Skipped or FrontMatterError. `encoding` is that of files that are not UTF-8."""
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise Skipped("source.empty")
    verbatim = decode(data, encoding)
    text = lines(verbatim)
    start = text.lstrip("\n \t")
    read = next((read for begins, read in FORMATS if begins(start)), _bare)
    parsed = read(verbatim, text)
    if not parsed.has_head and re.match(r"(readme|license|licence|changelog)\b", name, re.I):
        raise Skipped("source.not_a_post")
    return parsed


def _yaml(verbatim: str, text: str) -> Parsed:
    block = frontmatter.split(text)
    if block is None:  # `--- text`: a rule or a table, not front matter
        return _bare(verbatim, text)
    notes = Notes()
    data, doubled = _loaded(block, notes)
    for key, line in doubled:
        notes.warn("key.twice", line, key=key)
    return Parsed(
        verbatim, data, block.body, block.body_line, block.text, block.line, True, tuple(notes.problems)
    )


def _loaded(block: Block, notes: Notes) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    """Load; after an error of syntax, and never after a refusal, try the repairs one after the other."""
    try:
        return frontmatter.load(block.text, block.line)
    except FrontMatterError as error:
        if error.refused or error.rule != "frontmatter.syntax":
            raise
        first, text = error, block.text
    for rule, repair in REPAIRS:
        repaired = repair(text)
        if repaired == text:
            continue
        text = repaired
        try:
            loaded = frontmatter.load(text, block.line)
        except FrontMatterError as error:
            if error.refused:
                raise
            continue
        notes.warn(rule, first.line)
        return loaded
    raise first


def _no_tabs(text: str) -> str:
    return text.replace("\t", "  ")


def _quoted(text: str) -> str:
    """`key: a: b` as `key: "a: b"`, for values that do not begin a structure of their own (I-11)."""
    loose = re.compile(r"^([A-Za-z_][\w-]*):[ \t]+(?![\[\]{}|>&*!\"'#])([^\n]*:(?:[ \t][^\n]*)?)$", re.M)
    return loose.sub(lambda m: f"{m[1]}: {json.dumps(m[2].strip(), ensure_ascii=False)}", text)


def _bare(verbatim: str, text: str) -> Parsed:
    return Parsed(verbatim, {}, text, has_head=False)


def _other(
    split: Callable[[str], Block], load: Callable[[str, int], heads.Loaded]
) -> Callable[[str, str], Parsed]:
    """How a format other than YAML is read: cut off, then loaded, with no repairs."""

    def read(verbatim: str, text: str) -> Parsed:
        block, notes = split(text), Notes()
        data, doubled = load(block.text, block.line)
        for key, line in doubled:
            notes.warn("key.twice", line, key=key)
        return Parsed(
            verbatim, data, block.body, block.body_line, block.text, block.line, True, tuple(notes.problems)
        )

    return read


REPAIRS: list[tuple[str, Callable[[str], str]]] = [
    ("frontmatter.tabs", _no_tabs),
    ("frontmatter.colon", _quoted),
]

# how a file begins -> how its front matter is read; the first that says yes
FORMATS: list[tuple[Callable[[str], object], Callable[[str, str], Parsed]]] = [
    (re.compile(r"---[ \t]*(\n|\Z)").match, _yaml),
    (re.compile(r"\+\+\+[ \t]*\n").match, _other(heads.split_toml, heads.load_toml)),
    (re.compile(r"\{\s*[\"}]").match, _other(heads.split_json, heads.load_json)),
    (heads.is_pelican, _other(heads.split_pelican, heads.load_pelican)),
]
