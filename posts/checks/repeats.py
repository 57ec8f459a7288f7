"""What an article says twice (specs/checks.md 3, nos. 15 to 18)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .around import Around
from .finding import ERROR, WARNING, Hit
from .headings import bold_words
from .prepared import Block, Prepared, norm

GRAM = 5  # characters
MOST_BLOCKS = 400  # compared for near repeats: the pairs grow with the square
_SENTENCE = re.compile(r"[^。！？!?]+")
_FIFTH, _HALF = 0.2, 0.5
COVERED = 0.9  # share of a block's grams that earlier blocks have: a merged paragraph


@dataclass(frozen=True)
class Near:
    """A block that is nearly an earlier one, or is put together of earlier ones (then `first` is None)."""

    block: Block
    first: Block | None


def repeated(text: Prepared) -> list[tuple[Block, Block]]:
    """[(block, the earlier one that says the same)] of paragraphs, items and quotes, in their order."""
    least = 30 if text.is_ja else 60
    seen: dict[str, Block] = {}
    found = []
    for block in text.prose:
        if len(block.norm) >= least and seen.setdefault(block.norm, block) is not block:
            found.append((block, seen[block.norm]))
    return found


def merged(text: Prepared) -> list[Block]:
    """The near repeats that add nothing: earlier blocks say each of their sentences, letter for letter."""
    order = {id(block): at for at, block in enumerate(text.prose)}
    found = []
    for near in nearly_repeated(text):
        said = "\0".join(block.norm for block in text.prose[: order[id(near.block)]])
        if all(norm(sentence) in said for sentence in _SENTENCE.findall(near.block.words)):
            found.append(near.block)
    return found


def repeated_heads(text: Prepared) -> list[Block]:
    """Headings, also those that are only bold, which an earlier one says and under which stands nothing new."""
    said_before = {id(block) for block, _ in repeated(text)} | {id(block) for block in merged(text)}
    seen: set[str] = set()
    found: list[Block] = []
    for at, block in enumerate(text.blocks):
        if not (block.kind == "heading" or bold_words(block)):
            continue
        if block.norm in seen and _nothing_new(text.blocks[at + 1 :], said_before):
            found.append(block)
        seen.add(block.norm)
    return found


def _nothing_new(following: list[Block], said_before: set[int]) -> bool:
    """Whether all that stands under a heading, up to the next, was said before."""
    for block in following:
        if block.kind == "heading" or bold_words(block):
            return True
        if block.norm and id(block) not in said_before:
            return False
    return True


def repeat(text: Prepared, around: Around) -> Iterator[Hit]:
    found = repeated(text)
    size = sum(len(block.norm) for block, _ in found)
    grave = _is_grave(text, [block for block, _ in found])
    for block, _first in found:
        yield Hit(block.line, block.words, severity=ERROR if grave else WARNING, params={"c": size})


def _is_grave(text: Prepared, found: list[Block]) -> bool:
    """Too much (specs/checks.md 3, no. 15). Refrains of a verse are none; formulas of minutes and change logs, such as
    "adopted without objection", are when what they say once is a fifth of the text, or all of them half of it.
    """
    least, much = (60, 300) if text.is_ja else (120, 800)
    found = [block for block in found if not _is_verse(block, text.is_ja)]
    long = [block for block in found if len(block.norm) >= least]
    size = sum(len(block.norm) for block in long)
    if len(long) >= 3 or size >= much or (long and size >= 0.05 * text.size):
        return True
    once, whole = sum(map(len, {block.norm for block in found})), sum(len(block.norm) for block in found)
    return bool(found) and (once >= _FIFTH * text.size or whole >= _HALF * text.size)


def _is_verse(block: Block, is_ja: bool) -> bool:
    """Two lines or more, all of them short, and none that ends a sentence in Japanese."""
    lines = [line.strip() for line in block.source.split("\n") if line.strip()]
    most = 26 if is_ja else 56
    return len(lines) >= 2 and all(len(line) <= most and not line.endswith("。") for line in lines)


def near_repeat(text: Prepared, around: Around) -> Iterator[Hit]:
    for near in nearly_repeated(text):
        yield Hit(near.block.line, near.block.words)


def nearly_repeated(text: Prepared) -> list[Near]:
    """Blocks that an earlier one, or several together, nearly say; exact repeats are not among them."""
    least, alike = (80, 0.7) if text.is_ja else (160, 0.85)
    index: dict[str, list[int]] = defaultdict(list)
    grams_of: list[frozenset[str]] = []
    blocks: list[Block] = []
    seen: set[str] = set()
    found: list[Near] = []
    for block in text.prose[:MOST_BLOCKS]:
        if block.norm in seen:
            continue
        seen.add(block.norm)
        grams = frozenset(block.norm[at : at + GRAM] for at in range(len(block.norm) - GRAM + 1))
        if len(block.norm) >= least and (near := _near(block, grams, blocks, grams_of, index, alike)):
            found.append(near)
        for gram in grams:
            index[gram].append(len(blocks))
        blocks.append(block)
        grams_of.append(grams)
    return found


def _near(
    block: Block,
    grams: frozenset[str],
    blocks: list[Block],
    grams_of: list[frozenset[str]],
    index: dict[str, list[int]],
    alike: float,
) -> Near | None:
    shared: Counter[int] = Counter()
    known = 0
    for gram in grams:
        if gram in index:
            known += 1
            shared.update(index[gram])
    for other, count in shared.most_common(3):
        if count >= COVERED * len(grams) or count >= alike * (len(grams) + len(grams_of[other]) - count):
            return Near(block, blocks[other])
    return Near(block, None) if known >= COVERED * len(grams) else None


def title_repeat(text: Prepared, around: Around) -> Iterator[Hit]:
    first, title = text.first, norm(text.title)
    if first is None or not title or first.kind == "item":
        return
    if first.norm == title or (text.is_ja and _says_title(first, title)):
        yield Hit(first.line, first.words)


def _says_title(first: Block, title: str) -> bool:
    """The title and a little more that is no sentence, or a part of the title."""
    more = len(first.norm) - len(title)
    if first.norm.startswith(title) and more <= 40 and "。" not in first.words:
        return True
    return len(first.norm) >= 12 and first.norm in title


def heading_repeat(text: Prepared, around: Around) -> Iterator[Hit]:
    least = 10 if text.is_ja else 25
    seen: set[str] = set()
    for block in text.blocks:
        if block.kind == "heading" and len(block.norm) >= least:
            if block.norm in seen:
                yield Hit(block.line, block.words)
            seen.add(block.norm)
