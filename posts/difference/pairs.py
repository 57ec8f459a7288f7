"""Which block of the old text is which of the new one: equal, edited, moved, split or joined."""

from bisect import bisect, insort
from collections import defaultdict
from dataclasses import dataclass, field

from .align import matches
from .cut import Cut
from .likeness import Bigrams, bigrams, candidates, holds, likeness

ALIKE = 0.35  # an edited block at its place; unrelated Japanese paragraphs have some 0.1, those of one subject 0.2
MOVED = 0.6  # an edited block at another place
PART = 0.6  # how much of a neighbour must stand in a paragraph for it to be split off or joined
LETTERS, CODE_LETTERS = 2, 8  # a block of fewer letters is too common to be called moved
GRAMS = 8  # a block of fewer bigrams tells too little to be found elsewhere edited, or as a part
MANY = 20_000  # blocks that are in one text only: more are not asked what they have in common
ROWS = 40  # short runs of rows, items and headings are paired by their place


@dataclass
class Pairs:
    """`stays`: {new: old} in order; `moves`: {new: old} across; `more_old`, `more_new`: blocks joined to a pair.

    `more_new[n]` is the last new block of the pair that begins at n, `more_old[n]` the last old one of it.
    """

    stays: dict[int, int] = field(default_factory=dict)
    moves: dict[int, int] = field(default_factory=dict)
    more_new: dict[int, int] = field(default_factory=dict)
    more_old: dict[int, int] = field(default_factory=dict)


class Pairing:
    """The work of finding pairs; `found` is the result."""

    def __init__(self, old: list[Cut], new: list[Cut]):
        self.old, self.new = old, new
        self.found = Pairs()
        self.free_old = set(range(len(old)))
        self.free_new = set(range(len(new)))
        self.grams_old: dict[int, Bigrams] = {}
        self.grams_new: dict[int, Bigrams] = {}
        self.kept: list[tuple[int, int]] = []  # pairs in order, sorted

    def run(self) -> Pairs:
        for i, j in matches([c.text for c in self.old], [c.text for c in self.new]):
            self._stay(i, j)
        self._move_equal()
        if len(self.free_old) + len(self.free_new) < MANY:
            self._pair_alike()
            self._pair_by_place()
            self._absorb()
        return self.found

    def _stay(self, i: int, j: int) -> None:
        insort(self.kept, (i, j))
        self.found.stays[j] = i
        self.free_old.discard(i)
        self.free_new.discard(j)

    def _move(self, i: int, j: int) -> None:
        self.found.moves[j] = i
        self.free_old.discard(i)
        self.free_new.discard(j)

    def _move_equal(self) -> None:
        places = defaultdict(list)
        for i in sorted(self.free_old, reverse=True):
            places[self.old[i].text].append(i)
        for j in sorted(self.free_new):
            text = self.new[j].text
            enough = CODE_LETTERS if self.new[j].role == "code" else LETTERS
            if places.get(text) and sum(map(str.isalnum, text[:200])) >= enough:
                self._move(places[text].pop(), j)

    def _pair_alike(self) -> None:
        self.grams_old = {i: bigrams(self.old[i].text) for i in self.free_old}
        self.grams_new = {j: bigrams(self.new[j].text) for j in self.free_new}
        for share, i, j in candidates(self.grams_old, self.grams_new):
            if i not in self.free_old or j not in self.free_new:
                continue
            if share >= ALIKE and self._keeps_order(i, j):
                self._stay(i, j)
            elif share >= MOVED and len(self.grams_new[j]) > GRAMS:
                self._move(i, j)

    def _keeps_order(self, i: int, j: int) -> bool:
        at = bisect(self.kept, (i, j))
        before = self.kept[at - 1][1] if at else -1
        after = self.kept[at][1] if at < len(self.kept) else len(self.new)
        return before < j < after

    def _pair_by_place(self) -> None:
        """Between two pairs: as many old as new rows, items or headings are each other's, one by one."""
        gaps = [(-1, -1), *self.kept, (len(self.old), len(self.new))]
        for (low_i, low_j), (high_i, high_j) in zip(gaps, gaps[1:], strict=False):
            olds = [i for i in range(low_i + 1, high_i) if i in self.free_old]
            news = [j for j in range(low_j + 1, high_j) if j in self.free_new]
            if len(olds) == len(news) <= ROWS and [self.old[i].role for i in olds] == [
                self.new[j].role for j in news
            ]:
                for i, j in zip(olds, news, strict=True):
                    if self._may_stand_for(i, j):
                        self._stay(i, j)

    def _may_stand_for(self, i: int, j: int) -> bool:
        short = len(self.old[i].text) + len(self.new[j].text) < 60
        if self.old[i].role == "code":
            short = self.old[i].text in self.new[j].text or self.new[j].text in self.old[i].text
        return short or likeness(self.grams_old[i], self.grams_new[j]) > 0.15

    def _absorb(self) -> None:
        """A free neighbour that stands in the other side's paragraph was split off from it or joined to it."""
        for j, i in list(self.found.stays.items()):
            if i not in self.grams_old:
                continue  # an equal one
            first, last = self._around(j, self.old[i], self.grams_old[i], self.new, self.free_new)
            if first < last:
                del self.found.stays[j]
                self.found.stays[first], self.found.more_new[first] = i, last
                continue
            first, last = self._around(i, self.new[j], self.grams_new[j], self.old, self.free_old)
            if first < last:
                self.found.stays[j], self.found.more_old[j] = first, last

    def _around(
        self, at: int, whole: Cut, grams: Bigrams, blocks: list[Cut], free: set[int]
    ) -> tuple[int, int]:
        """From the first to the last of the free blocks around `at` that stand in the whole; free no more."""
        ends = []
        for step in (-1, 1):
            end = at
            while end + step in free and _is_part(blocks[end + step], whole, grams):
                end += step
                free.discard(end)
            ends.append(end)
        return ends[0], ends[1]


def _is_part(block: Cut, whole: Cut, grams: Bigrams) -> bool:
    if block.role not in ("text", "item") and (block.role != "code" or whole.role == "code"):
        return False
    part = bigrams(block.text)
    return block.text in whole.text or (len(part) > GRAMS and holds(grams, part) >= PART)


def pairs(old: list[Cut], new: list[Cut]) -> Pairs:
    """The pairs of two rows of blocks."""
    return Pairing(old, new).run()
