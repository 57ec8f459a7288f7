"""Characters inside an edited block: what went and what came, so that it reads."""

from dataclasses import dataclass

from .align import equal_runs, matches
from .shapes import DEL, INS, SAME, Span
from .tokens import CLOSING, STOPS, tokens, weight

Tokens = list[str]
ANCHOR = 6  # tokens in a row that tell one place of a long paragraph from another
_SIGNS = (*CLOSING, *"、，,.:;】〉》] \t\u3000")
_OPENING = tuple("「『（【〈《([“")


@dataclass
class _Step:
    """A run that is equal (`old` == `new`), or one that went and one that came in its place."""

    old: Tokens
    new: Tokens
    is_same: bool


def spans(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...], bool]:
    """Spans of the old text, spans of the new one, and whether parts were too large to be compared closely."""
    if old == new:
        return _spans([_Step([old], [new], True)]) + (False,)
    a, b = tokens(old), tokens(new)
    steps, is_coarse = _steps(a, b)
    steps = _slid(_trimmed(_merged(steps)))
    return _spans(steps) + (is_coarse,)


def changed_runs(old: str, new: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """[(first token of the old text, the one behind the last, the tokens in their place)] of each change."""
    found: list[tuple[int, int, tuple[str, ...]]] = []
    at = 0
    for step in _trimmed(_merged(_steps(tokens(old), tokens(new))[0])):
        if not step.is_same:
            found.append((at, at + len(step.old), tuple(step.new)))
        at += len(step.old)
    return found


def _steps(a: Tokens, b: Tokens) -> tuple[list[_Step], bool]:
    runs = equal_runs(a, b)
    if runs is not None:
        return _from_runs(a, b, runs), False
    return _by_anchors(a, b)


def _from_runs(a: Tokens, b: Tokens, runs: list[tuple[int, int, int]]) -> list[_Step]:
    steps: list[_Step] = []
    i = j = 0
    for at_a, at_b, size in [*runs, (len(a), len(b), 0)]:
        if i < at_a or j < at_b:
            steps.append(_Step(a[i:at_a], b[j:at_b], False))
        i, j = at_a + size, at_b + size
        if size:
            steps.append(_Step(a[at_a:i], b[at_b:j], True))
    return steps


def _by_anchors(a: Tokens, b: Tokens) -> tuple[list[_Step], bool]:
    """For very long paragraphs: what begins a few equal tokens that stand once, then what is equal between them."""
    runs: list[tuple[int, int, int]] = []
    is_coarse = False
    i = j = 0
    for at_a, at_b in [*matches(_shingles(a), _shingles(b)), (len(a), len(b))]:
        if i < at_a and j < at_b:
            between = equal_runs(a[i:at_a], b[j:at_b])
            is_coarse = is_coarse or between is None
            runs += [(i + low, j + high, size) for low, high, size in between or []]
        runs.append((at_a, at_b, int(at_a < len(a))))
        i, j = at_a + 1, at_b + 1
    return _joined(_from_runs(a, b, runs)), is_coarse


def _shingles(pieces: Tokens) -> list[tuple[str, ...]]:
    return list(zip(*(pieces[n:] for n in range(ANCHOR)), strict=False))


def _joined(steps: list[_Step]) -> list[_Step]:
    """Neighbours of one kind as one step."""
    row: list[_Step] = []
    for step in steps:
        if row and row[-1].is_same == step.is_same:
            row[-1].old += step.old
            row[-1].new += step.new
        elif step.old or step.new:
            row.append(_Step(list(step.old), list(step.new), step.is_same))
    return row


def _merged(steps: list[_Step]) -> list[_Step]:
    """Equal runs that are tiny beside the changes around them become part of those."""
    while True:
        row: list[_Step] = []
        for at, step in enumerate(steps):
            between = step.is_same and row and at + 1 < len(steps)
            if between and _is_tiny(step, row[-1], steps[at + 1]):
                row.append(_Step(step.old, step.new, False))
            else:
                row.append(step)
        if len(joined := _joined(row)) == len(steps):
            return joined
        steps = joined


def _is_tiny(same: _Step, before: _Step, after: _Step) -> bool:
    held = sum(map(weight, same.old))
    sizes = sorted(max(_size(step.old), _size(step.new)) for step in (before, after))
    return held == 0 or held * 4 < min(sizes[0], 40) or (held <= 2 and held * 8 <= sizes[1])


def _size(pieces: Tokens) -> int:
    return sum(max(1, weight(piece)) for piece in pieces)


def _trimmed(steps: list[_Step]) -> list[_Step]:
    """What begins or ends both sides of a change alike is no part of it."""
    row: list[_Step] = []
    for step in steps:
        if step.is_same or not step.old or not step.new:
            row.append(step)
            continue
        old, new = step.old, step.new
        size = min(len(old), len(new))
        head = next((n for n in range(size) if old[n] != new[n]), size)
        tail = next((n for n in range(size - head) if old[-1 - n] != new[-1 - n]), size - head)
        row.append(_Step(old[:head], new[:head], True))
        row.append(_Step(old[head : len(old) - tail], new[head : len(new) - tail], False))
        row.append(_Step(old[len(old) - tail :], new[len(new) - tail :], True))
    return _joined(row)


def _slid(steps: list[_Step]) -> list[_Step]:
    """A run that only came or only went moves to where a reader would cut: behind 。 rather than before it."""
    row = [_Step([], [], True), *steps, _Step([], [], True)]
    for before, step, after in zip(row, row[1:], row[2:], strict=False):
        if before.is_same and after.is_same and not step.is_same and not (step.old and step.new):
            _slide(before, step, after)
    return _joined(row)


def _slide(before: _Step, step: _Step, after: _Step) -> None:
    moving = step.old or step.new
    left, right = before.old, after.old
    low = 0
    while low < min(len(left), 200) and left[-1 - low] == _ring(moving, -1 - low):
        low += 1
    high = 0
    while high < min(len(right), 200) and right[high] == _ring(moving, high):
        high += 1
    if not low and not high:
        return
    whole = left[len(left) - low :] + moving + right[:high]
    size = len(moving)
    edges = [left[-low - 1] if len(left) > low else "\n", *whole, right[high] if len(right) > high else "\n"]
    best = max(range(low + high + 1), key=lambda n: (_edge(edges, n) + _edge(edges, n + size), -abs(n - low)))
    head, tail = whole[:best], whole[best + size :]
    moving[:] = whole[best : best + size]
    for same, part in ((before, [*left[: len(left) - low], *head]), (after, [*tail, *right[high:]])):
        same.old, same.new = part, list(part)


def _ring(moving: Tokens, place: int) -> str:
    return moving[place % len(moving)]


def _edge(edges: Tokens, place: int) -> int:
    """How good a cut between `edges[place]` and the next is."""
    before, after = edges[place], edges[place + 1]
    if "\n" in (before, after):
        return 6
    if before in STOPS and after not in (*STOPS, *CLOSING):
        return 5
    if before in _SIGNS or after in _OPENING:
        return 3
    return 0 if weight(before) == weight(after) else 2 if weight(before) < weight(after) else 1


def _spans(steps: list[_Step]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    old: list[Span] = []
    new: list[Span] = []
    for step in steps:
        gone, come = "".join(step.old), "".join(step.new)
        if gone:
            old.append(Span(gone, SAME if step.is_same else DEL))
        if come:
            new.append(Span(come, SAME if step.is_same else INS))
    return tuple(old), tuple(new)
