"""Checks of paragraphs and their marks (specs/checks.md 3, nos. 22, 23, 33, and infos)."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from .around import Around
from .brackets import JAPANESE, unmatched
from .finding import Hit
from .prepared import Block, Prepared

_LETTER = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff]$")
_FINAL = re.compile(
    r"(?:です|ます|でした|ました|ません|ください|下さい|でしょう|ましょう|ください|である|であった|だった|だろう|ない|なかった|たい|した|った|いた|れた|せた|えた|けた|げた|めた|べた|てた|きた|した|んだ|いる|ある|する|なる|れる|せる|える|ける|げる|める|べる|てる|いく|くる|よう|まい|らしい|という|こと|もの|とき|ところ|ため|はず|わけ|とおり|通り|以下|か|ね|よ|わ|ぞ|さ|な|う|く|す|つ|ぬ|ふ|む|ゆ|る|だ|い|年|月|日|円|人|件|中|後|前|等|など|まで|から|氏|者)$"
)
_POLITE = re.compile(r"(?:です|ます|でした|ました|ません|でしょう|ましょう)$")
_LITERAL = re.compile(r"(?<!（)\*\*(?!）)")
_BESIDE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff「」『』（）【】、。！？]")
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]?")
_LONG_PARAGRAPH, _LONG_SENTENCE = 400, 120


def cut(text: Prepared, around: Around) -> Iterator[Hit]:
    """A paragraph of several sentences whose last one has no end."""
    for block, following in zip_longest(text.blocks, text.blocks[1:]):
        words = _ended(block)
        if not words or (following and following.kind not in ("text", "rule", "heading")):
            continue
        if "。" in words and _LETTER.search(words) and not _FINAL.search(words):
            yield Hit(block.line, words[-30:])


def no_period(text: Prepared, around: Around) -> Iterator[Hit]:
    for block in text.blocks:
        if (words := _ended(block)) and "。" in words and _POLITE.search(words):
            yield Hit(block.line, words[-30:])


def bracket(text: Prepared, around: Around) -> Iterator[Hit]:
    for block in text.blocks:
        if block.kind in ("text", "item", "quote", "heading") and (odd := unmatched(block.words, JAPANESE)):
            yield Hit(block.line, block.words, params={"c": odd})


def literal_bold(text: Prepared, around: Around) -> Iterator[Hit]:
    """In the page as readers see it, where it is known."""
    if around.plain is None:
        return
    for found in _LITERAL.finditer(around.plain):
        start, end = max(0, found.start() - 15), found.end() + 15
        if _BESIDE.search(around.plain[max(0, found.start() - 1) : found.end() + 1]):
            words = around.plain[start:end]
            yield Hit(_line_of(text, found[0], around.plain[found.end() : found.end() + 6]), words)


def long(text: Prepared, around: Around) -> Iterator[Hit]:
    for block in text.prose:
        if block.kind == "text" and len(block.words) > _LONG_PARAGRAPH:
            yield Hit(block.line, block.words)


def long_sentence(text: Prepared, around: Around) -> Iterator[Hit]:
    for block in text.prose:
        for sentence in _SENTENCE.findall(block.words):
            if len(sentence) > _LONG_SENTENCE:
                yield Hit(block.line, sentence)


def _ended(block: Block) -> str:
    """The words of a paragraph that is long enough to have an end."""
    words = block.words.rstrip("*_ ") if block.kind == "text" else ""
    return words if len(words) >= 40 else ""


def _line_of(text: Prepared, sign: str, after: str) -> int:
    """The line of the body where the sign stands before these words; 0 when it is not found."""
    return next((number for number, line in enumerate(text.lines, 1) if sign + after.rstrip() in line), 0)
