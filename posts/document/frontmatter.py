"""Front matter: cut off, scanned before it is built, read as text, written as JSON that is also YAML."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

MAX_CHARACTERS = 64 * 1024
MAX_EVENTS = 5_000
MAX_DEPTH = 32

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_CONSTANTS = {"true": True, "false": False}
_HIDDEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


_CAUSES = {
    "alias": "Anchors, aliases and merges (&, * and <<) are not allowed.",
    "tag": "Type tags (!) are not allowed.",
    "entries": f"More than {MAX_EVENTS:,} entries.",
    "depth": f"Nested more than {MAX_DEPTH} levels deep.",
    "character": "A character that is no character (surrogate or NUL).",
}


class FrontMatterError(ValueError):
    """Front matter that is not taken. `rule` names the rule, `line` the line in the file (1 is the first)."""

    def __init__(self, rule: str, message: str, line: int = 1, refused: bool = False, cause: str = ""):
        super().__init__(message)
        self.rule, self.message, self.line = rule, message, line
        self.cause = cause  # of a refusal: alias, tag, entries, depth, character
        self.refused = refused  # by the scan: never to be tried again in another way


class Plain(str):
    """A YAML scalar without quotes: text for us, and a value again when an unknown key is handed on."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        if self in _CONSTANTS:
            return _CONSTANTS[self]
        return int(self) if _INTEGER.match(self) else str(self)


@dataclass(frozen=True)
class Block:
    """Front matter as text, the body behind it, and the file's line on which each begins."""

    text: str
    body: str
    line: int
    body_line: int


def split(text: str) -> Block | None:
    """Cut `---` front matter off LF text; None when there is none, FrontMatterError when it never ends (I-20)."""
    lead = len(text) - len(text.lstrip("\n \t\ufeff"))
    first = text[:lead].count("\n") + 1
    opening = re.compile(r"---[ \t]*(\n|\Z)").match(text, lead)
    if not opening:
        return None
    closing = re.compile(r"^(---|\.\.\.)[ \t]*(\n|\Z)", re.M).search(text, opening.end())
    if not closing:
        raise FrontMatterError("frontmatter.unclosed", "The front matter has no closing line ---.", first)
    inside = text[opening.end() : closing.start()]
    return Block(inside, text[closing.end() :], first + 1, first + 2 + inside.count("\n"))


def load(text: str, line: int = 2, room: int = 1) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    """YAML front matter as a mapping of text, lists and mappings, and the (key, line) pairs that came twice.

    Scalars stay the text that was written, `title: no` is "no" (I-21). `line` is the file's line of the first
    character; `room` how many times the usual size is allowed. Raises FrontMatterError for what is refused (alias,
    tag, depth, size) or cannot be read.
    """
    if len(text) > room * MAX_CHARACTERS:
        raise FrontMatterError(
            "frontmatter.size", f"Front matter over {room * MAX_CHARACTERS:,} characters.", line, True
        )
    try:
        doubled = _scan(text, line, room * MAX_EVENTS)
        data = yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a safe loader without any type
    except yaml.MarkedYAMLError as error:
        at = line + (error.problem_mark.line if error.problem_mark else 0)
        raise FrontMatterError("frontmatter.syntax", str(error.problem or error), at) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, FrontMatterError):
            raise
        raise FrontMatterError("frontmatter.syntax", str(error).splitlines()[0], line) from None
    if data is None:
        return {}, doubled
    if not isinstance(data, dict):
        raise FrontMatterError(
            "frontmatter.mapping", "The front matter is not a list of keys and values.", line
        )
    return {str(name): value for name, value in data.items()}, doubled


def dump(pairs: Iterable[tuple[str, Any]]) -> str:
    """Keys and values as YAML, one line each: every value is JSON, so there is one way to write it."""
    return "".join(f"{_name(name)}: {_json(value)}\n" for name, value in pairs)


def plain_values(value: Any) -> Any:
    """Loaded data with its `Plain` scalars turned into what they mean: true, false, whole numbers, else text."""
    if isinstance(value, Plain):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): plain_values(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    return value


def _name(name: str) -> str:
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) and name.lower() != "null"
    return name if plain else _json(name)


def _json(value: Any) -> str:
    return _HIDDEN.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))


def _scan(text: str, line: int, most: int) -> list[tuple[str, int]]:
    """Walk the events before anything is built: refuses bombs, finds keys that come twice (specs/import.md 5)."""
    stack: list[dict[str, Any]] = []
    doubled: list[tuple[str, int]] = []
    for count, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
        at = line + (event.start_mark.line if event.start_mark else 0)
        _refuse(event, count > most, len(stack), at)
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            if stack and stack[-1]["mapping"] and (name := _known_key(stack[-1], event)) and len(stack) == 1:
                doubled.append((name, at))
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                stack.append(
                    {"mapping": isinstance(event, yaml.MappingStartEvent), "nodes": 0, "seen": set()}
                )
    return doubled


def _known_key(level: dict[str, Any], event: yaml.NodeEvent) -> str:
    """Count a node of a mapping; the key when it stood there before, else ""."""
    level["nodes"] += 1
    if level["nodes"] % 2 == 0 or not isinstance(event, yaml.ScalarEvent):
        return ""
    known = event.value in level["seen"]
    level["seen"].add(event.value)
    return event.value if known else ""


def _refuse(event: yaml.Event, too_many: bool, depth: int, at: int) -> None:
    cause = ""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or _is_merge(event):
        cause = "alias"
    elif getattr(event, "tag", None):
        cause = "tag"
    elif too_many:
        cause = "entries"
    elif depth > MAX_DEPTH:
        cause = "depth"
    elif any(0xD800 <= ord(c) <= 0xDFFF or c == "\0" for c in getattr(event, "value", None) or ""):
        cause = "character"
    if cause:
        raise FrontMatterError("frontmatter.refused", _CAUSES[cause], at, refused=True, cause=cause)


def _is_merge(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.value == "<<" and not event.style


class _TextLoader(yaml.CSafeLoader):
    """Builds text, lists and mappings only: YAML 1.1 would read `no`, `012` and `1:30` as other things."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag.endswith(":null")]
        for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _text(loader: _TextLoader, node: yaml.ScalarNode) -> str:
    return node.value if node.style else Plain(node.value)


_TextLoader.add_constructor("tag:yaml.org,2002:str", _text)
