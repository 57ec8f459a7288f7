"""Document: a frozen record of one text, to and from markdown with front matter, and its seal."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from posts import text

from . import frontmatter
from .keys import KEYS, TABLE
from .tidy import CLEANERS, DocumentError, lines

# Longest value of each field, in characters (tags: how many). Sources: specs/import.md 5 and the columns.
LIMITS = {
    "title": 500,
    "slug": text.SLUG_COLUMN,
    "summary": 5_000,
    "body": 200_000,
    "tags": 200,
    "also_in": 20,
    "coauthors": 50,
    "lang": 15,
    "format": 10,
    "cover": 500,
    "cover_alt": 1_000,
    "cover_credit": 300,
    "translation_of": 300,
    "sponsorship": 20,
    "ai_use": 20,
    "disclosure": 300,
    "update_kind": 20,
    "update_note": 2_000,
    "canonical_url": 1_000,
}
NAME_LIMIT = 100
EXTRA_LIMIT = 32_000


@dataclass(frozen=True)
class Document:
    """What a revision says. Values are tidied when made, so equal texts are equal documents.

    `date` is aware or None; `category` is the section it stands in, `also_in` the others; `cover` is the address of
    an image; `extra` holds front matter that is not ours: text, true/false, whole numbers, lists and mappings.
    Raises DocumentError for NUL, surrogates, a date without a zone, or `extra` with a key of ours.
    """

    title: str = ""
    date: datetime | None = None
    category: str = ""
    also_in: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    author: str = ""
    coauthors: tuple[str, ...] = ()
    summary: str = ""
    cover: str = ""
    cover_alt: str = ""
    cover_credit: str = ""
    lang: str = ""
    slug: str = ""
    format: str = "markdown"
    translation_of: str = ""
    sponsorship: str = ""
    ai_use: str = ""
    disclosure: str = ""
    update_kind: str = ""
    update_note: str = ""
    canonical_url: str = ""
    noindex: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""

    def __post_init__(self) -> None:
        for name, tidy in CLEANERS.items():
            object.__setattr__(self, name, tidy(name, getattr(self, name)))
        if clash := set(self.extra) & set(KEYS):
            raise DocumentError(
                "key_taken", "extra", f"Extra front matter may not use {', '.join(sorted(clash))}."
            )

    def replace(self, **changes: Any) -> "Document":
        return dataclasses.replace(self, **changes)

    def names(self) -> tuple[str, ...]:
        """Every section, person and tag that is named."""
        return tuple(filter(None, (self.category, *self.also_in, self.author, *self.coauthors, *self.tags)))

    def check_limits(self) -> None:
        """Raise DocumentError for the first value that is longer than LIMITS allows."""
        for name, limit in LIMITS.items():
            _allow(name, len(getattr(self, name)), limit)
        for label in self.names():
            _allow("name", len(text.label(label)), NAME_LIMIT)
        _allow("extra", len(json.dumps(self.extra)), EXTRA_LIMIT)
        try:
            frontmatter.load(self._front_matter())  # what is saved must be readable again
        except frontmatter.FrontMatterError:
            raise DocumentError(
                "too_long", "extra", "The front matter has too many entries.", EXTRA_LIMIT
            ) from None

    def to_text(self) -> str:
        """Markdown with front matter: our keys in their order, then the unknown ones, then the body."""
        return f"---\n{self._front_matter()}---\n\n{self.body}\n"

    def pairs(self) -> list[tuple[str, Any]]:
        """Our keys with their values as they are written, in their order; `extra` is not among them."""
        ours = ((key, write(self)) for key, (write, _) in TABLE.items())
        return [(key, value) for key, value in ours if value or key == "title"]

    def _front_matter(self) -> str:
        return frontmatter.dump([*self.pairs(), *self.extra.items()])

    @classmethod
    def from_text(cls, source: str) -> "Document":
        """The document that `to_text` wrote. Raises DocumentError or FrontMatterError."""
        block = frontmatter.split(lines(source))
        if block is None:
            raise DocumentError("no_frontmatter", "title", "The text has no front matter.")
        return cls.from_data(frontmatter.load(block.text, block.line)[0], block.body)

    @classmethod
    def from_data(cls, data: Mapping[str, Any], body: str) -> "Document":
        """The document of loaded front matter and a body; keys that are not ours become `extra`."""
        values: dict[str, Any] = {"body": body}
        for key, (_, read) in TABLE.items():
            if key in data:
                values |= read(data[key])
        rest = {key: value for key, value in data.items() if key not in TABLE}
        return cls(**values, extra=frontmatter.plain_values(rest))


# Fields from after the first approvals: a seal knows them only where they say something, so that no older one breaks.
_LATER = ("disclosure",)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIELDS = tuple(item.name for item in fields(Document))


def seal(document: Document, keys: Mapping[str, Any]) -> str:
    """SHA-256 over everything an approval covers."""
    return hashlib.sha256(sealed_text(document, keys).encode()).hexdigest()


def sealed_text(document: Document, keys: Mapping[str, Any]) -> str:
    """What a seal is the hash of, as JSON: the document without its slug.

    `keys` replaces names by what survives a rename: primary keys of category, also_in, tags, author, coauthors and
    translation_of, and the sha256 of the cover. Moments are taken in UTC.
    """
    content = {name: getattr(document, name) for name in FIELDS if name != "slug"} | dict(keys)
    content = {name: value for name, value in content.items() if value or name not in _LATER}
    if document.date:
        content["date"] = (document.date - _EPOCH) // timedelta(microseconds=1)
    return json.dumps(content, sort_keys=True, default=list)


def _allow(name: str, size: int, limit: int) -> None:
    if size > limit:
        raise DocumentError("too_long", name, f"{name}: {size:,} is over the limit of {limit:,}.", limit)
