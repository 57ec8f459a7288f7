"""The one table between front matter keys (Jekyll's own) and the fields of a document."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .tidy import DocumentError

if TYPE_CHECKING:
    from .document import Document

Reader = Callable[[Any], dict[str, Any]]
Writer = Callable[["Document"], Any]


def _same(field: str) -> tuple[Writer, Reader]:
    return lambda d: getattr(d, field), lambda value: {field: value}


def _listed(first: str, others: str) -> tuple[Writer, Reader]:
    """Two fields under one key: what stands first, then the rest; one value alone may stand without a list."""

    def write(d: "Document") -> list[str]:
        both = [getattr(d, first), *getattr(d, others)]
        return both if any(both) else []

    def read(value: Any) -> dict[str, Any]:
        head, *rest = _texts(first, value) or [""]
        return {first: head, others: rest}

    return write, read


def _texts(field: str, value: Any) -> list[str]:
    """One text or a list of texts as a list."""
    items = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise DocumentError("bad_value", field, f"The value of {field} is no text and no list of texts.")
    return items


def _write_people(d: "Document") -> Any:
    return [d.author, *d.coauthors] if d.coauthors else d.author


def write_moment(moment: datetime | None) -> str:
    """Jekyll's form of an aware moment: 2025-09-22 22:00:52 +0900."""
    if moment is None:
        return ""
    day, rest = moment.isoformat().split("T")
    clock, sign, zone = re.split("([+-])", rest)
    return f"{day} {clock} {sign}{zone.replace(':', '')}"


def read_moment(field: str, value: Any) -> datetime:
    """The moment that `write_moment` wrote. Raises DocumentError."""
    found = re.fullmatch(
        r"(\S+) (\S+) ([+-]\d\d)(\d\d)(\d\d(?:\.\d+)?)?", value if isinstance(value, str) else ""
    )
    try:
        if found:
            zone = ":".join(part for part in found.groups()[2:] if part)
            return datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}")
    except ValueError:
        pass
    raise DocumentError("bad_date", field, f"The date {str(value)[:40]!r} cannot be read.")


def _write_format(d: "Document") -> str:
    return "" if d.format == "markdown" else d.format


# key: (how it is written, how it is read), in the order of a written document
TABLE: dict[str, tuple[Writer, Reader]] = {
    "title": _same("title"),
    "date": (lambda d: write_moment(d.date), lambda value: {"date": read_moment("date", value)}),
    "categories": _listed("category", "also_in"),
    "tags": (lambda d: list(d.tags), lambda value: {"tags": _texts("tags", value)}),
    "author": (_write_people, _listed("author", "coauthors")[1]),
    "excerpt": _same("summary"),
    "image": _same("cover"),
    "image_alt": _same("cover_alt"),
    "image_credit": _same("cover_credit"),
    "lang": _same("lang"),
    "slug": _same("slug"),
    "format": (_write_format, lambda value: {"format": value}),
    "translation_of": _same("translation_of"),
    "sponsorship": _same("sponsorship"),
    "ai_use": _same("ai_use"),
    "disclosure": _same("disclosure"),
    "update_kind": _same("update_kind"),
    "update_note": _same("update_note"),
    "canonical_url": _same("canonical_url"),
    "noindex": (lambda d: d.noindex, lambda value: {"noindex": value == "true"}),
}
KEYS = tuple(TABLE)
