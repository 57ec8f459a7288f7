"""The shapes of a difference: spans in blocks, items in lists, fields in a document."""

from dataclasses import dataclass, field
from typing import Any

SAME, DEL, INS = "same", "del", "ins"


@dataclass(frozen=True)
class Span:
    """A run of text inside a block: `same`, or `del` (only in the old text), or `ins` (only in the new one)."""

    text: str
    kind: str = SAME


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item, table row, or line of code, in its old and its new form.

    `kind` is same, changed, added, removed or moved (moved ones stand where they are now; changed on the way or not).
    `old` has spans same and del, `new` same and ins; the same spans of both are equal, one by one. Lines count from
    1, 0 where there is none. `old_gap` and `new_gap` are the line ends and empty lines that follow. `role` says what
    it is in markdown: text, heading, item, row, code. `is_coarse`: too large to be compared by characters.
    """

    kind: str
    old: tuple[Span, ...] = ()
    new: tuple[Span, ...] = ()
    old_line: int = 0
    new_line: int = 0
    role: str = "text"
    old_gap: str = ""
    new_gap: str = ""
    is_coarse: bool = False

    @property
    def old_text(self) -> str:
        return "".join(span.text for span in self.old)

    @property
    def new_text(self) -> str:
        return "".join(span.text for span in self.new)

    @property
    def is_edited(self) -> bool:
        """Whether its words changed: false for one that only moved."""
        return any(span.kind != SAME for span in (*self.old, *self.new))

    @property
    def is_spaced(self) -> bool:
        """Whether only the empty lines after it changed."""
        return self.kind == SAME and self.old_gap != self.new_gap

    @property
    def both(self) -> tuple[Span, ...]:
        """One line of spans for reading inline: what went, then what came, between what stayed."""
        return woven(self.old, self.new)


@dataclass(frozen=True)
class Item:
    """One of a list of names: same, added, removed or moved (to another place in the list)."""

    text: str
    kind: str = SAME


@dataclass(frozen=True)
class FieldChange:
    """A field of a document that changed. `kind`: text (see spans), list (see items) or value (see `old`, `new`).

    `name` is the document's own; front matter of others is `extra` with `key`.
    """

    name: str
    kind: str
    old: Any
    new: Any
    old_spans: tuple[Span, ...] = ()
    new_spans: tuple[Span, ...] = ()
    items: tuple[Item, ...] = ()
    key: str = ""

    @property
    def both(self) -> tuple[Span, ...]:
        return woven(self.old_spans, self.new_spans)


@dataclass(frozen=True)
class Counts:
    """How much changed: fields, blocks by kind, and characters that went and came (moved ones are neither)."""

    fields: int = 0
    same: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0
    moved: int = 0
    spaced: int = 0
    chars_removed: int = 0
    chars_added: int = 0

    @property
    def any(self) -> bool:
        return bool(self.fields or self.changed or self.added or self.removed or self.moved or self.spaced)


@dataclass(frozen=True)
class Difference:
    """What has to be done to one document to get another. `too_large`: parts are shown coarser than they could be."""

    fields: tuple[FieldChange, ...] = ()
    blocks: tuple[Block, ...] = ()
    counts: Counts = field(default_factory=Counts)
    too_large: bool = False


def woven(old: tuple[Span, ...], new: tuple[Span, ...]) -> tuple[Span, ...]:
    """Old and new spans as one row."""
    row: list[Span] = []
    rest = list(new)
    for span in old:
        if span.kind == DEL:
            row.append(span)
            continue
        while rest and rest[0].kind == INS:
            row.append(rest.pop(0))
        row.append(rest.pop(0))
    return (*row, *rest)
