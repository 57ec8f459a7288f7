"""Two texts, two documents: what changed between them."""

from collections import Counter
from collections.abc import Iterable

from posts.document import Document

from .cut import Cut, cut
from .fields import compare_fields
from .pairs import Pairs, pairs
from .shapes import DEL, INS, Block, Counts, Difference, FieldChange, Span
from .words import spans


def compare(old: Document, new: Document) -> Difference:
    """The fields and blocks in which two documents differ; the slug is no part of what a text says."""
    fields = compare_fields(old, new)
    blocks = compare_texts(old.body, new.body)
    return Difference(
        fields=tuple(fields),
        blocks=tuple(blocks),
        counts=count(blocks, fields),
        too_large=any(block.is_coarse for block in blocks),
    )


def compare_texts(old: str, new: str) -> list[Block]:
    """The blocks of both texts in the order of the new one, removed ones where they stood.

    In the order of `new_line` the new spans and gaps give `new`; in the order of `old_line` the old ones give `old`.
    """
    before, after = cut(old), cut(new)
    return list(_blocks(before, after, pairs(before, after)))


def count(blocks: Iterable[Block], fields: Iterable[FieldChange] = ()) -> Counts:
    """How many blocks of each kind there are, and how many characters came and went."""
    blocks, fields = list(blocks), list(fields)
    kinds = Counter(block.kind for block in blocks)
    rows = [span for block in blocks for span in (*block.old, *block.new)]
    rows += [span for change in fields for span in (*change.old_spans, *change.new_spans)]
    chars: Counter[str] = Counter()
    for span in rows:
        chars[span.kind] += len(span.text)
    return Counts(
        fields=len(fields),
        spaced=sum(block.is_spaced for block in blocks),
        chars_removed=chars[DEL],
        chars_added=chars[INS],
        **kinds,
    )


def _blocks(old: list[Cut], new: list[Cut], found: Pairs) -> Iterable[Block]:
    moved = set(found.moves.values())
    i = j = 0
    for first, start in [*sorted(found.stays.items()), (len(new), len(old))]:
        yield from (_removed(old[n]) for n in range(i, start) if n not in moved)
        yield from (_new(old, new, n, found) for n in range(j, first))
        if first == len(new):
            return
        i, j = found.more_old.get(first, start) + 1, found.more_new.get(first, first) + 1
        yield _pair(old[start:i], new[first:j])


def _new(old: list[Cut], new: list[Cut], place: int, found: Pairs) -> Block:
    if place in found.moves:
        return _pair([old[found.moves[place]]], [new[place]], kind="moved")
    block = new[place]
    return Block(
        "added", new=_whole(block.text, INS), new_line=block.line, role=block.role, new_gap=block.gap
    )


def _removed(block: Cut) -> Block:
    return Block(
        "removed", old=_whole(block.text, DEL), old_line=block.line, role=block.role, old_gap=block.gap
    )


def _pair(old: list[Cut], new: list[Cut], kind: str = "") -> Block:
    before, after = _text(old), _text(new)
    old_spans, new_spans, is_coarse = spans(before, after)
    return Block(
        kind=kind or ("same" if before == after else "changed"),
        old=old_spans,
        new=new_spans,
        old_line=old[0].line,
        new_line=new[0].line,
        role=new[0].role,
        old_gap=old[-1].gap,
        new_gap=new[-1].gap,
        is_coarse=is_coarse,
    )


def _text(cuts: list[Cut]) -> str:
    return "".join(c.text + c.gap for c in cuts[:-1]) + cuts[-1].text


def _whole(text: str, kind: str) -> tuple[Span, ...]:
    return (Span(text, kind),) if text else ()
