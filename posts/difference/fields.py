"""The fields of a document that changed, in the order of a written document."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from posts.document import Document

from .align import matches
from .shapes import FieldChange, Item
from .words import spans

TEXTS = ("title", "summary", "cover_alt", "cover_credit", "disclosure", "update_note", "canonical_url")
LISTS = ("also_in", "tags", "coauthors")
_APART = ("body", "extra", "slug")  # the body has blocks; an address is changed by its own act


def compare_fields(old: Document, new: Document) -> list[FieldChange]:
    """What changed outside the body."""
    names = [item.name for item in fields(Document) if item.name not in _APART]
    changed = [
        field_change(name, getattr(old, name), getattr(new, name))
        for name in names
        if getattr(old, name) != getattr(new, name)
    ]
    return [*changed, *_extra(old.extra, new.extra)]


def field_change(name: str, old: Any, new: Any, key: str = "") -> FieldChange:
    """One field; texts with spans, lists with items."""
    if name in TEXTS:
        before, after, _ = spans(old, new)
        return FieldChange(name, "text", old, new, before, after)
    if name in LISTS:
        return FieldChange(name, "list", old, new, items=tuple(_items(old, new)))
    return FieldChange(name, "value", old, new, key=key)


def _items(old: Sequence[str], new: Sequence[str]) -> Iterator[Item]:
    """The items in their new order, each removed one behind the one it followed."""
    stays = {j: i for i, j in matches(old, new)}
    at = 0
    for j, text in enumerate(new):
        if j in stays:
            yield from (Item(gone, "removed") for gone in old[at : stays[j]] if gone not in new)
            at = stays[j] + 1
            yield Item(text)
        else:
            yield Item(text, "moved" if text in old else "added")
    yield from (Item(gone, "removed") for gone in old[at:] if gone not in new)


def _extra(old: Any, new: Any) -> Iterator[FieldChange]:
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if before != after:
            yield field_change("extra", before, after, key)
