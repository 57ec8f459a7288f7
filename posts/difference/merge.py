"""Two changes of one text put together (diff3): what only one side changed is taken, what both changed is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .cut import Cut, cut
from .pairs import Pairs, pairs
from .weave import woven_text

SIDES = ("both", "ours", "theirs", "base")  # what may be chosen; the first loses nothing and is the default


@dataclass(frozen=True)
class Piece:
    """A part of three texts. `kind`: same; ours or theirs (changed there only); alike (both made the same change);
    woven (both changed it, in different sentences); conflict. `number` counts the conflicts from 1, else 0.
    """

    kind: str
    base: str
    ours: str
    theirs: str
    number: int = 0

    @property
    def is_conflict(self) -> bool:
        return self.kind == "conflict"

    def outcome(self, choice: str = SIDES[0]) -> str:
        """The text that is taken; the choice matters for a conflict only."""
        if self.kind == "conflict":
            return self.both if choice == "both" else getattr(self, choice)
        if self.kind == "woven":
            return woven_text(self.base, self.ours, self.theirs) or self.both
        return self.theirs if self.kind == "theirs" else self.ours

    @property
    def both(self) -> str:
        """Both texts, ours first, as blocks of their own."""
        ours, theirs = self.ours.rstrip("\n"), self.theirs.lstrip("\n")
        if not ours.strip() or not theirs.strip():
            return self.ours if self.ours.strip() else self.theirs
        return ours + ("\n" if _is_listed(ours) and _is_listed(theirs) else "\n\n") + theirs


@dataclass(frozen=True)
class Merge:
    """A text put together of pieces; side by side they are the base, ours and theirs."""

    pieces: tuple[Piece, ...]

    @cached_property
    def conflicts(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.is_conflict)

    def text(self, choices: Mapping[int, str] | None = None) -> str:
        """The outcome; `choices` names a side for the numbers of conflicts: both, ours, theirs, base."""
        choices = choices or {}
        return "".join(piece.outcome(choices.get(piece.number, SIDES[0])) for piece in self.pieces)


def merge_texts(base: str, ours: str, theirs: str) -> Merge:
    """Ours and theirs, both begun from the base, as one text."""
    cuts = cut(base), cut(ours), cut(theirs)
    rows = _rows(pairs(cuts[0], cuts[1]), pairs(cuts[0], cuts[2]))
    pieces: list[Piece] = []
    places = [_Place(side, text) for side, text in zip(cuts, (base, ours, theirs), strict=True)]
    for row in [*rows, None]:
        _take(pieces, [p.up_to(row[n] if row else None) for n, p in enumerate(places)])
        if row:
            _take(pieces, [p.block(row[n]) for n, p in enumerate(places)])
    return Merge(tuple(_numbered(pieces)))


Range = tuple[int, int]  # first and last block


class _Place:
    """One text, read from its beginning to its end."""

    def __init__(self, cuts: list[Cut], text: str):
        self.text, self.at = text, 0
        self.starts: list[int] = []
        self.ends: list[int] = []
        length = 0
        for c in cuts:
            self.starts.append(length)
            self.ends.append(length + len(c.text))
            length += len(c.text) + len(c.gap)

    def up_to(self, blocks: Range | None) -> str:
        return self._read(self.starts[blocks[0]] if blocks else len(self.text))

    def block(self, blocks: Range) -> str:
        return self._read(self.ends[blocks[1]])

    def _read(self, end: int) -> str:
        start, self.at = self.at, end
        return self.text[start:end]


def _rows(ours: Pairs, theirs: Pairs) -> list[tuple[Range, Range, Range]]:
    """Blocks of the base that both sides still have, edited or not, with their places in all three."""
    a, b = _by_base(ours), _by_base(theirs)
    return [(base, a[base], b[base]) for base in sorted(a.keys() & b.keys())]


def _by_base(found: Pairs) -> dict[Range, Range]:
    return {
        (i, found.more_old.get(j, i)): (j, found.more_new.get(j, j)) for j, i in sorted(found.stays.items())
    }


def _take(pieces: list[Piece], texts: list[str]) -> None:
    base, ours, theirs = texts
    if base or ours or theirs:
        kind = kind_of(base, ours, theirs)
        if kind == "conflict" and woven_text(base, ours, theirs):
            kind = "woven"
        if pieces and pieces[-1].kind == kind == "same":
            base = ours = theirs = pieces.pop().base + base
        pieces.append(Piece(kind, base, ours, theirs))


def kind_of(base: object, ours: object, theirs: object) -> str:
    """Who changed it: same, ours, theirs, alike, or conflict when both did, each in their way."""
    if ours == theirs:
        return "same" if ours == base else "alike"
    return "theirs" if ours == base else "ours" if theirs == base else "conflict"


def _numbered(pieces: list[Piece]) -> list[Piece]:
    numbers = iter(range(1, len(pieces) + 1))
    return [Piece(p.kind, p.base, p.ours, p.theirs, next(numbers)) if p.is_conflict else p for p in pieces]


def _is_listed(text: str) -> bool:
    return cut(text.lstrip("\n"))[0].role in ("item", "row")
