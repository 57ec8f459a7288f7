"""The same paragraphs in other articles, and names that stand twice (specs/checks.md 3 and 5)."""

import hashlib
from collections.abc import Iterator

from posts.text import key

from .around import Around
from .finding import ERROR, INFO, Hit
from .prepared import Prepared

LEAST = 40  # letters of a paragraph that counts
SAME = 0.8  # share of the paragraphs from which one is a copy of another article


def paragraph_hashes(text: Prepared) -> list[int]:
    """Signed 64-bit hashes of the paragraphs that say enough to be known again, each once, in their order."""
    return list(paragraph_words(text))


def paragraph_words(text: Prepared) -> dict[int, str]:
    """{hash: words} of the same."""
    found: dict[str, str] = {}
    for block in text.prose:
        if len(block.norm) >= LEAST:
            found.setdefault(block.norm, block.words)
    return {hash64(norm): words for norm, words in found.items()}


def duplicate(text: Prepared, around: Around) -> Iterator[Hit]:
    """The count is that of the article that shares most; the others are named as places."""
    for place, other in enumerate(around.shares):
        copied = other.shared >= 2 and other.shared >= SAME * around.paragraphs
        if copied or other.shared >= 3:
            params = {"n": other.shared, "link": other.title, "number": other.number}
            counts = 0 if place else other.shared
            yield Hit(0, other.title, severity=ERROR if copied else "", params=params, counts=counts)


def tag_duplicate(text: Prepared, around: Around) -> Iterator[Hit]:
    seen: set[str] = set()
    for tag in text.document.tags:
        if key(tag) in seen:
            yield Hit(0, tag, "tags")
        seen.add(key(tag))


def tag_count(text: Prepared, around: Around) -> Iterator[Hit]:
    count = len(text.document.tags)
    if not 1 <= count <= 6:
        yield Hit(0, ", ".join(text.document.tags), "tags", INFO, {"n": count})


def hash64(norm: str) -> int:
    """What equal texts have in common, as a signed number of 64 bits that a database keeps."""
    return int.from_bytes(hashlib.blake2b(norm.encode(), digest_size=8).digest(), "big", signed=True)
