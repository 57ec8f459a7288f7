"""One cleaner per field: what a value looks like in a document, and what no document may hold."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from posts import text

_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f]")  # XML cannot carry them (I-06); NUL is refused, not stripped
_BROKEN = re.compile("[\x00\ud800-\udfff]")
_KEY = 1_000  # a key of YAML ends at 1,024 characters as written
_DEPTH = 24  # of nested values; the scan of front matter stops at 32


class DocumentError(ValueError):
    """A text that is no document. `code` says why, `field` where, `limit` how much is allowed."""

    def __init__(self, code: str, field: str, message: str, limit: int = 0):
        super().__init__(message)
        self.code, self.field, self.limit = code, field, limit


def lines(value: str) -> str:
    """Line ends as LF."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


def sound(field: str, value: Any) -> str:
    """Text that both databases and XML can hold; raises DocumentError for NUL and surrogates."""
    value = "" if value is None else str(value)
    if bad := _BROKEN.search(value):
        raise DocumentError(
            "broken_character", field, f"Character U+{ord(bad[0]):04X} in {field} is not allowed."
        )
    return _CONTROL.sub("", lines(value))


def one_line(field: str, value: Any) -> str:
    return text.line(sound(field, value))


def running(field: str, value: Any) -> str:
    return sound(field, value).strip()


def body(field: str, value: Any) -> str:
    return re.sub(r"\A(?:[ \t]*\n)+", "", sound(field, value)).rstrip()


def names(field: str, value: Iterable[str] | None) -> tuple[str, ...]:
    """Names in the order given, each once however it is spelt (I-48, I-49)."""
    kept: dict[str, str] = {}
    for item in value or ():
        if tidy := one_line(field, item):
            kept.setdefault(text.key(tidy), tidy)
    return tuple(kept.values())


def moment(field: str, value: datetime | None) -> datetime | None:
    """An aware moment with a fixed offset: a zone's repeated hour would not come back from text as it went."""
    if value is None:
        return None
    offset = value.utcoffset()
    if offset is None:
        raise DocumentError("naive_date", field, "A document's date needs a time zone.")
    return value.astimezone(timezone(timedelta(seconds=round(offset.total_seconds()))))


def flag(field: str, value: Any) -> bool:
    return bool(value)


def word(field: str, value: Any) -> str:
    return one_line(field, value) or "markdown"


def extra(field: str, value: Any, depth: int = 0) -> Any:
    """Front matter that is not ours: text, true/false, None, whole numbers, lists, mappings; the rest as text."""
    if depth > _DEPTH:
        raise DocumentError("too_deep", field, "Other front matter is nested too deeply.", _DEPTH)
    if isinstance(value, Mapping):
        if any(len(json.dumps(str(name))) > _KEY for name in value):
            raise DocumentError("too_long", field, "A key of other front matter is too long.", _KEY)
        return {sound(field, name): extra(field, item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [extra(field, item, depth + 1) for item in value]
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 10**18):
        return value
    return sound(field, value)


CLEANERS: dict[str, Callable[[str, Any], Any]] = {
    "title": one_line,
    "date": moment,
    "category": one_line,
    "also_in": names,
    "tags": names,
    "author": one_line,
    "coauthors": names,
    "summary": running,
    "cover": one_line,
    "cover_alt": one_line,
    "cover_credit": one_line,
    "lang": one_line,
    "slug": one_line,
    "format": word,
    "translation_of": one_line,
    "sponsorship": one_line,
    "ai_use": one_line,
    "disclosure": one_line,
    "update_kind": one_line,
    "update_note": running,
    "canonical_url": one_line,
    "noindex": flag,
    "extra": extra,
    "body": body,
}
