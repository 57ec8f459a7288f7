"""Two rows of things laid side by side: what stays in its order."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence

from rapidfuzz.distance import Indel

CELLS = 64_000_000  # of one table of common subsequences: 8 MB, some 20 ms
Match = tuple[int, int]


def matches(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Match]:
    """[(place in a, place in b)] of equal things, rising in both.

    What stands once on each side comes first (patience), then as many as possible between them; where that would be
    too much work, nothing.
    """
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    found = [(n, n) for n in range(head)]
    low, end_a, end_b = (head, head), len(a) - tail, len(b) - tail
    for high in [*_unique(a, b, head, end_a, end_b), (end_a, end_b)]:
        found += _between(a, b, low, high)
        if high != (end_a, end_b):
            found.append(high)
        low = (high[0] + 1, high[1] + 1)
    return found + [(end_a + n, end_b + n) for n in range(tail)]


def equal_runs(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int, int]] | None:
    """[(place in a, place in b, length)] of a longest common subsequence; None when it would be too much work."""
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    if (len(a) - head - tail) * (len(b) - head - tail) > CELLS:
        return None
    steps = Indel.opcodes(a, b)
    return [(s.src_start, s.dest_start, s.src_end - s.src_start) for s in steps if s.tag == "equal"]


def rising(pairs: list[Match]) -> list[Match]:
    """The longest part of the pairs, sorted by their first place, that rises in the second too."""
    tops: list[int] = []
    at: list[int] = []
    before = [-1] * len(pairs)
    for number, (_, place) in enumerate(pairs):
        rank = bisect_left(tops, place)
        before[number] = at[rank - 1] if rank else -1
        tops[rank : rank + 1] = [place]
        at[rank : rank + 1] = [number]
    chain, number = [], at[-1] if at else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _unique(a: Sequence[Hashable], b: Sequence[Hashable], start: int, end_a: int, end_b: int) -> list[Match]:
    """What stands exactly once on each side, as far as it keeps its order."""
    once_a, once_b = Counter(a[start:end_a]), Counter(b[start:end_b])
    places = {thing: n for n, thing in enumerate(b[start:end_b], start) if once_b[thing] == 1}
    pairs = [
        (n, places[thing])
        for n, thing in enumerate(a[start:end_a], start)
        if once_a[thing] == 1 and thing in places
    ]
    return rising(pairs)


def _between(a: Sequence[Hashable], b: Sequence[Hashable], low: Match, high: Match) -> list[Match]:
    part_a, part_b = a[low[0] : high[0]], b[low[1] : high[1]]
    if not part_a or not part_b:
        return []
    runs = equal_runs(part_a, part_b) or []
    return [(low[0] + i + n, low[1] + j + n) for i, j, size in runs for n in range(size)]


def _common(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """How many things are equal at the beginning of both."""
    size = min(len(a), len(b))
    return next((n for n in range(size) if a[n] != b[n]), size)
