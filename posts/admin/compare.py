"""Two texts line by line, with what is equal cut short."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 2  # equal lines that are shown beside a change


@dataclass(frozen=True)
class Line:
    """`kind` is same, gone, new, or left_out (then `count` lines are not shown)."""

    kind: str
    text: str = ""
    count: int = 0


def compared(old: str, new: str) -> list[Line]:
    """What has to be done to `old` to get `new`."""
    before, after = old.split("\n"), new.split("\n")
    return [line for part in _parts(before, after) for line in part]


def _parts(before: list[str], after: list[str]) -> Iterator[list[Line]]:
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for number, (kind, a, b, c, d) in enumerate(steps):
        if kind == "equal":
            yield _equal(before[a:b], is_first=number == 0, is_last=number == len(steps) - 1)
        else:
            yield [Line("gone", text) for text in before[a:b]] + [Line("new", text) for text in after[c:d]]


def _equal(rows: list[str], *, is_first: bool, is_last: bool) -> list[Line]:
    head, tail = (0 if is_first else AROUND), (0 if is_last else AROUND)
    hidden = len(rows) - head - tail
    if hidden < 2:
        return [Line("same", text) for text in rows]
    shown = [Line("same", text) for text in rows]
    return [*shown[:head], Line("left_out", count=hidden), *shown[len(rows) - tail :]]
