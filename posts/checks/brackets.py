"""Brackets and their partners."""

from collections.abc import Mapping

_CLOSERS = "」』）】〉》〕］)]"
EVERY = dict(zip("「『（【〈《〔［([", _CLOSERS, strict=True))
JAPANESE = {
    opening: EVERY[opening] for opening in "「『（【"
}  # of running text, where the others are signs as well


def unmatched(words: str, pairs: Mapping[str, str] = EVERY) -> str:
    """The first bracket without its partner, "" when all have theirs."""
    openers = {close: opening for opening, close in pairs.items()}
    opened: list[str] = []
    for c in words:
        if c in pairs:
            opened.append(c)
        elif c in openers:
            if not opened or opened[-1] != openers[c]:
                return opened[-1] if opened else c
            opened.pop()
    return opened[0] if opened else ""
