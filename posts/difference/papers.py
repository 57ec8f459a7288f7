"""Two changes of one document put together: each field, and the body."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from posts.document import FIELDS, Document

from .compare import compare_texts
from .fields import LISTS
from .merge import SIDES, Merge, kind_of, merge_texts
from .weave import woven_text

_JOINED = ("summary", "update_note")  # running text, of which both may be kept


@dataclass(frozen=True)
class FieldMerge:
    """A field that somebody changed. `kind` as of a Piece; `value` is the outcome where it is no conflict."""

    name: str
    kind: str
    base: Any
    ours: Any
    theirs: Any
    value: Any = None
    key: str = ""

    @property
    def is_conflict(self) -> bool:
        return self.kind == "conflict"

    @property
    def id(self) -> str:
        """A name for this field in a form."""
        return f"{self.name}:{self.key}" if self.key else self.name

    @property
    def sides(self) -> tuple[str, ...]:
        """What may be chosen, the default first: running text may keep both."""
        return SIDES if self.name in _JOINED else ("theirs", "ours", "base")

    def outcome(self, choice: str = "") -> Any:
        if not self.is_conflict:
            return self.value
        choice = choice if choice in self.sides else self.sides[0]
        return (
            "\n\n".join(filter(None, [self.ours, self.theirs])) if choice == "both" else getattr(self, choice)
        )


@dataclass(frozen=True)
class DocumentMerge:
    """Ours and theirs as one document; `fields` are those that somebody changed."""

    theirs: Document
    fields: tuple[FieldMerge, ...]
    body: Merge

    @property
    def has_conflicts(self) -> bool:
        return bool(self.body.conflicts) or any(change.is_conflict for change in self.fields)

    def document(
        self, choices: Mapping[str, str] | None = None, pieces: Mapping[int, str] | None = None
    ) -> Document:
        """The outcome; `choices` names a side by a field's id, `pieces` by a piece's number."""
        values = {c.id: c.outcome((choices or {}).get(c.id, "")) for c in self.fields}
        extra = dict(self.theirs.extra) | {c.key: values[c.id] for c in self.fields if c.key}
        plain = {c.name: values[c.id] for c in self.fields if not c.key}
        extra = {key: value for key, value in extra.items() if value is not _ABSENT}
        return self.theirs.replace(**plain, extra=extra, body=self.body.text(pieces))


class _Absent:
    def __str__(self) -> str:
        return ""

    def __bool__(self) -> bool:
        return False


_ABSENT = _Absent()


def merge_documents(base: Document, ours: Document, theirs: Document) -> DocumentMerge:
    """Ours and theirs, both begun from the base; the slug stays theirs."""
    return DocumentMerge(
        theirs, tuple(_changed(base, ours, theirs)), merge_texts(base.body, ours.body, theirs.body)
    )


def common(ours: Document, theirs: Document) -> Document:
    """What stands in both: the base where nobody knows what they were begun from."""
    shared = {name: getattr(ours, name) for name in FIELDS if getattr(ours, name) == getattr(theirs, name)}
    blocks = (b for b in compare_texts(ours.body, theirs.body) if b.kind == "same")
    body = "".join(block.new_text + block.new_gap for block in blocks)
    return Document(**{**shared, "body": body, "format": theirs.format})


def _changed(base: Document, ours: Document, theirs: Document) -> Iterator[FieldMerge]:
    for name in (item.name for item in fields(Document) if item.name not in ("body", "extra", "slug")):
        was, mine, yours = (getattr(document, name) for document in (base, ours, theirs))
        merged = _field(name, was, mine, yours)
        if merged.kind != "same":
            yield merged
    for key in dict.fromkeys([*theirs.extra, *ours.extra, *base.extra]):
        was, mine, yours = (document.extra.get(key, _ABSENT) for document in (base, ours, theirs))
        merged = _field("extra", was, mine, yours, key)
        if merged.kind != "same":
            yield merged


def _field(name: str, base: Any, ours: Any, theirs: Any, key: str = "") -> FieldMerge:
    kind = kind_of(base, ours, theirs)
    value = theirs if kind in ("same", "theirs", "alike") else ours
    if kind == "conflict" and name in LISTS:
        kind, value = "woven", _list(base, ours, theirs)
    elif kind == "conflict" and name in _JOINED and (woven := woven_text(base, ours, theirs)):
        kind, value = "woven", woven
    return FieldMerge(name, kind, base, ours, theirs, value, key)


def _list(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Theirs with what we added, without what we removed."""
    gone = set(base) - set(ours)
    added = [name for name in ours if name not in base and name not in theirs]
    return (*(name for name in theirs if name not in gone), *added)
