"""Front matter in TOML, JSON and Pelican's headers: measured before it is built, and read as text (I-01, I-21)."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any, NoReturn

from posts.document.frontmatter import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_EVENTS,
    Block,
    FrontMatterError,
    Plain,
)

MAX_PARTS = 32  # of one dotted TOML key: their cost is quadratic (specs/import.md 5)

Loaded = tuple[dict[str, Any], list[tuple[str, int]]]  # the keys, and those that came twice with their lines

_TOML_END = re.compile(r"^\+\+\+[ \t]*(?:\n|\Z)", re.M)
_TOML_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)' + r"|'''(?:[^']|'(?!''))*+(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*+"?' + r"|'[^'\n]*+'?" + r"|\#[^\n]*+|[\[\]{}=,]|[A-Za-z0-9_-]++|\.",
    re.S,
)
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},]', re.S)
_HEADER = re.compile(r"[ ]{0,3}([A-Za-z0-9_-]+):(?:[ \t]+(.*)|[ \t]*)$")
_HEADER_KEYS = frozenset("title date slug category tags author authors summary status modified lang".split())


def is_pelican(start: str) -> bool:
    """Whether a text begins with headers, one of them known: `Note: a sentence` is a text."""
    names = {name.lower() for name, _value, _line in _headers(start.split("\n", 200)[:200])}
    return bool(names & _HEADER_KEYS)


def split_toml(text: str) -> Block:
    """Cut off what stands between the lines `+++`."""
    lead = len(text) - len(text.lstrip("\n \t"))
    first = text.count("\n", 0, lead) + 1
    start = text.index("\n", lead) + 1
    closing = _TOML_END.search(text, start)
    if not closing:
        raise FrontMatterError("frontmatter.unclosed", "The front matter has no closing line +++.", first)
    inside = text[start : closing.start()]
    return Block(inside, text[closing.end() :], first + 1, first + 2 + inside.count("\n"))


def split_json(text: str) -> Block:
    """Cut off the object that the text begins with; the rest of its last line belongs to the body when it says any."""
    lead = len(text) - len(text.lstrip("\n \t"))
    first = text.count("\n", 0, lead) + 1
    depth = 0
    for count, token in enumerate(_JSON_TOKEN.finditer(text, lead, lead + MAX_CHARACTERS + 1)):
        depth += (token[0] in "[{") - (token[0] in "]}")
        if depth > MAX_DEPTH or count > 2 * MAX_EVENTS:
            line = text.count("\n", 0, token.start()) + 1
            _refuse("depth" if depth > MAX_DEPTH else "entries", line)
        if depth == 0:
            break
    else:
        _check_size(text[lead:], first)
        raise FrontMatterError("frontmatter.unclosed", "The front matter's brace is never closed.", first)
    inside = text[lead : token.end()]
    _check_size(inside, first)
    rest = text[token.end() :]
    after = re.match(r"[ \t]*\n", rest)
    last = first + inside.count("\n")
    return Block(inside, rest[after.end() :] if after else rest, first, last + bool(after))


def split_pelican(text: str) -> Block:
    """Cut off the headers, up to a blank line or the first line that is none."""
    lead = len(text) - len(text.lstrip("\n \t"))
    first = text.count("\n", 0, lead) + 1
    rows = text[lead:].split("\n")
    count = max(line for _name, _value, line in _headers(rows)) + 1
    while count < len(rows) and _is_continued(rows[count]):
        count += 1
    skipped = count < len(rows) and not rows[count].strip()
    return Block(
        "\n".join(rows[:count]), "\n".join(rows[count + skipped :]), first, first + count + bool(skipped)
    )


def load_toml(text: str, line: int) -> Loaded:
    """TOML as text, lists and mappings; `line` is the file's line of its first one. Raises FrontMatterError."""
    _check_size(text, line)
    _scan_toml(text, line)
    try:
        data = tomllib.loads(text, parse_float=Plain)
    except (ValueError, RecursionError) as error:
        said = str(error)
        found = _AT_LINE.search(said)
        at = line + (
            int(found[1]) - 1 if found and found[1] else text.rstrip("\n").count("\n") if found else 0
        )
        raise FrontMatterError("frontmatter.syntax", _AT_LINE.sub("", said), at) from None
    return {key: _as_text(value, line) for key, value in data.items()}, []


def load_json(text: str, line: int) -> Loaded:
    """JSON as text, lists and mappings; of keys that come twice the last one counts (I-12)."""
    doubled: list[tuple[str, int]] = []
    top: list[list[tuple[str, Any]]] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        top[:] = [found]  # the outermost object comes last
        return dict(found)

    try:
        data = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_int=Plain,
            parse_float=Plain,
            parse_constant=Plain,
            strict=False,
        )
    except json.JSONDecodeError as error:
        raise FrontMatterError("frontmatter.syntax", error.msg, line + error.lineno - 1) from None
    except (ValueError, RecursionError) as error:
        raise FrontMatterError("frontmatter.syntax", str(error), line) from None
    seen: set[str] = set()
    for key, _value in top[0]:
        if key in seen:
            doubled.append((key, line + text.count("\n", 0, text.rfind(json.dumps(key, ensure_ascii=False)))))
        seen.add(key)
    return {key: _as_text(value, line) for key, value in data.items()}, doubled


def load_pelican(text: str, line: int) -> Loaded:
    """Headers as text; indented lines go on with the value above them."""
    _check_size(text, line)
    data: dict[str, Any] = {}
    doubled = []
    for count, (name, value, row) in enumerate(_headers(text.split("\n"))):
        if count > MAX_EVENTS // 2:
            _refuse("entries", line + row)
        if name in data:
            doubled.append((name, line + row))
        data[name] = value
    return data, doubled


def _headers(rows: list[str]) -> Iterator[tuple[str, str, int]]:
    """(name, value, row) of each header from the first row on."""
    at = 0
    while at < len(rows) and (found := _HEADER.match(rows[at])):
        start, value = at, [found[2] or ""]
        at += 1
        while at < len(rows) and _is_continued(rows[at]):
            value.append(rows[at])
            at += 1
        yield found[1], " ".join(filter(None, map(str.strip, value))), start


def _is_continued(row: str) -> bool:
    return bool(row.strip()) and row.startswith(("    ", "\t"))


def _scan_toml(text: str, line: int) -> None:
    """Walk the signs outside strings: dotted parts, brackets and entries are counted before anything is built."""
    depth = entries = parts = 0
    dotted = False
    for token in _TOML_TOKEN.finditer(text):
        sign = token[0]
        if sign == ".":
            dotted = True
            continue
        if sign in "[]{}=,":
            depth += (sign in "[{") - (sign in "]}")
            entries += 1
            parts, dotted = 0, False
        elif not sign.startswith("#"):
            parts = parts + 1 if dotted else 1
            dotted = False
        if depth > MAX_DEPTH or entries > 2 * MAX_EVENTS or parts > MAX_PARTS:
            cause = "depth" if depth > MAX_DEPTH else "entries" if parts <= MAX_PARTS else "parts"
            _refuse(cause, line + text.count("\n", 0, token.start()))


def _as_text(value: Any, line: int, depth: int = 1) -> Any:
    """Text for a date, a number, true or false; keys and texts with a character that is none are refused."""
    if depth > MAX_DEPTH:
        _refuse("depth", line)
    if isinstance(value, Mapping):
        return {_sound(key, line): _as_text(item, line, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item, line, depth + 1) for item in value]
    if isinstance(value, bool):
        return Plain("true" if value else "false")
    if isinstance(value, date | time):
        return Plain(value.isoformat())
    if isinstance(value, int):
        return _whole(value, line)
    return value if value is None else _sound(value, line)


def _whole(value: int, line: int) -> Plain:
    try:
        return Plain(value)
    except ValueError as error:  # hexadecimal numbers of thousands of digits
        raise FrontMatterError("frontmatter.syntax", str(error), line) from None


def _sound(value: str, line: int) -> str:
    if any(0xD800 <= ord(c) <= 0xDFFF or c == "\0" for c in value):
        _refuse("character", line)
    return value


def _check_size(text: str, line: int) -> None:
    if len(text) > MAX_CHARACTERS:
        message = f"Front matter over {MAX_CHARACTERS:,} characters."
        raise FrontMatterError("frontmatter.size", message, line, True)


def _refuse(cause: str, line: int) -> NoReturn:
    raise FrontMatterError("frontmatter.refused", cause, line, refused=True, cause=cause)
