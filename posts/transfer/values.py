"""Cleaners: one front matter value into fields. Each raises Unfit for a value it cannot use."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from . import dates
from . import people as bylines
from .problems import Notes, SourceError

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--[^<>]*-->")
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_SPLIT = re.compile(r"[,、]")


class Unfit(ValueError):
    """Not a value of this key: it is kept with the unknown ones."""


@dataclass(frozen=True)
class Case:
    """What a cleaner may look at besides the value."""

    zone: tzinfo
    jekyll: bool
    line: int
    key: str
    notes: Notes
    has_file_day: bool = False
    people: Mapping[str, str] = field(default_factory=dict)


Cleaner = Callable[[Any, Case], Mapping[str, Any]]


def is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def text(value: Any) -> str:
    """The text of a scalar as it was written (I-21)."""
    if not isinstance(value, str):
        raise Unfit
    return str(value)


def plain(value: Any) -> str:
    """Text without markup, entities resolved once (I-23, I-24, I-53)."""
    return html.unescape(_TAG.sub("", text(value)))


def words(value: Any) -> list[str]:
    """A list whose items are kept whole, or the text as one item (I-47)."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list):
        raise Unfit
    return [html.unescape(text(item)) for item in items if not is_empty(item)]


def title(value: Any, case: Case) -> Mapping[str, Any]:
    return {"title": re.sub(r"`+([^`]+)`+", r"\1", plain(value))}


def moment(value: Any, case: Case) -> Mapping[str, Any]:
    """A date nobody can read gives way to the file name's; without one the file fails (I-40)."""
    try:
        return {"date": _moment(text(value), case)}
    except ValueError as error:
        if not case.has_file_day:
            raise SourceError("date.unreadable", case.line, value=str(value)[:60]) from error
        case.notes.warn("date.unreadable_name_used", case.line, value=str(value)[:60])
        return {}


def tags(value: Any, case: Case) -> Mapping[str, Any]:
    return {"tags": _split(value, case, at_spaces=case.jekyll)}


def sections(value: Any, case: Case) -> Mapping[str, Any]:
    """`categories:`; one text is split at commas, at white space only where Jekyll would (I-46)."""
    return _sections(_split(value, case, at_spaces=case.jekyll))


def section(value: Any, case: Case) -> Mapping[str, Any]:
    """`category:`; never split at spaces."""
    return _sections(_split(value, case, at_spaces=False))


def people(value: Any, case: Case) -> Mapping[str, Any]:
    """Bylines in their order; a mapping gives its name (I-50)."""
    items = value if isinstance(value, list) else [value]
    named = words([item.get("name") if isinstance(item, dict) else item for item in items])
    names = bylines.names(named, case.people)
    return {"author": names[0], "coauthors": names[1:]} if names else {}


def expiry(value: Any, case: Case) -> Mapping[str, Any]:
    """A day to end on: often a bulk default and no decision, so it is kept and reported (I-44)."""
    found = _readable(value, case)
    case.notes.info("expiry.kept", case.line, key=case.key, value=str(value)[:60])
    return {"expires": found, "is_kept": True}


def updated(value: Any, case: Case) -> Mapping[str, Any]:
    """When the text was last changed: kept where it can be read (I-45)."""
    return {"updated": _readable(value, case), "is_kept": True}


def summary(value: Any, case: Case) -> Mapping[str, Any]:
    return {"summary": re.sub(r"\s+", " ", plain(value)).strip()}


def picture(value: Any, case: Case) -> Mapping[str, Any]:
    """An address, or a mapping that holds one, with words about it."""
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, dict):
        address = text(value).strip()
        if address.lower() in _YES + _NO:
            raise Unfit
        return {"picture": address}
    named = next(
        (value[key] for key in ("src", "url", "path", "image") if not is_empty(value.get(key))), None
    )
    more = {"cover_alt": value.get("alt"), "cover_credit": value.get("credit")}
    said = {field: text(given) for field, given in more.items() if not is_empty(given)}
    return {"picture": text(named).strip()} | said


def phrase(field: str) -> Cleaner:
    return lambda value, case: {field: plain(value)}


def one_of(field: str, *allowed: str) -> Cleaner:
    """A word of ours; others are kept as unknown."""

    def clean(value: Any, case: Case) -> Mapping[str, Any]:
        if text(value) not in allowed:
            raise Unfit
        return {field: text(value)}

    return clean


def language(value: Any, case: Case) -> Mapping[str, Any]:
    found = re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", text(value).strip())
    if not found or len(found[0]) > 15:
        raise Unfit
    return {"lang": found[0].replace("_", "-")}


def web_address(value: Any, case: Case) -> Mapping[str, Any]:
    """Only http(s) (I-56)."""
    if not re.fullmatch(r"https?://[^\s<>\"'\\]+", text(value).strip(), re.I):
        raise Unfit
    return {"canonical_url": text(value).strip()}


def site_path(value: Any, case: Case) -> Mapping[str, Any]:
    if not re.fullmatch(r"/(?!/)\S*", text(value).strip()):
        raise Unfit
    return {"translation_of": text(value).strip()}


def slug(value: Any, case: Case) -> Mapping[str, Any]:
    return {"slug": html.unescape(text(value)).strip()}


def yes(value: Any) -> bool:
    """True or false, however it is spelt; Unfit for anything else."""
    word = text(value).strip().lower()
    if word not in _YES + _NO:
        raise Unfit
    return word in _YES


def _readable(value: Any, case: Case) -> datetime:
    try:
        return _moment(text(value), case)
    except ValueError:
        raise Unfit from None


def _moment(value: str, case: Case) -> datetime:
    return dates.moment(value, case.zone)


def _split(value: Any, case: Case, at_spaces: bool) -> list[str]:
    if not isinstance(value, str):
        return words(value)
    parts = _SPLIT.split(value)
    if len(parts) == 1 and at_spaces:
        parts = value.split()
    return words(parts)


def _sections(names: list[str]) -> Mapping[str, Any]:
    return {"category": names[0], "also_in": names[1:]} if names else {}
