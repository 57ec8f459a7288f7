"""How much two blocks have in common, and which of many blocks are worth asking."""

import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache

BUDGET = 1_500_000  # pairs of blocks counted over all bigrams, the rarest bigrams first: some 0.3 s
ASKED = 4  # of those that share most, how many are compared in full
WHOLE = 20  # bigrams of a block that may be found as a part
Bigrams = frozenset[str]


@lru_cache(maxsize=2_000)
def bigrams(text: str) -> Bigrams:
    """Pairs of neighbouring characters, folded so that full width and half width are alike."""
    folded = "^" + "".join(unicodedata.normalize("NFKC", text).casefold().split()) + "$"
    return frozenset(map("".join, zip(folded, folded[1:], strict=False)))


def likeness(a: Bigrams, b: Bigrams) -> float:
    """0 to 1: the share of bigrams that both have (Dice)."""
    return 2 * len(a & b) / (len(a) + len(b))


def holds(whole: Bigrams, part: Bigrams) -> float:
    """0 to 1: how much of the part stands in the whole."""
    return len(whole & part) / len(part)


def _share(a: Bigrams, b: Bigrams) -> float:
    """Likeness; what stands whole in a longer one is half alike, however long that is."""
    shorter = min(len(a), len(b))
    return max(likeness(a, b), len(a & b) / shorter / 2 if shorter > WHOLE else 0)


def candidates(old: dict[int, Bigrams], new: dict[int, Bigrams]) -> list[tuple[float, int, int]]:
    """[(likeness, old, new)] of the blocks that share most, the most alike first."""
    where_old, where_new = _index(old), _index(new)
    shared: dict[int, Counter[int]] = defaultdict(Counter)
    budget = BUDGET
    for gram in sorted(where_old.keys() & where_new, key=lambda g: len(where_old[g]) * len(where_new[g])):
        budget -= len(where_old[gram]) * len(where_new[gram])
        if budget < 0:
            break
        for number in where_old[gram]:
            shared[number].update(where_new[gram])
    asked = ((i, j) for i, counts in shared.items() for j, _ in counts.most_common(ASKED))
    return sorted(((_share(old[i], new[j]), i, j) for i, j in asked), key=lambda row: (-row[0], row[1:]))


def _index(blocks: dict[int, Bigrams]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, grams in blocks.items():
        for gram in grams:
            found[gram].append(number)
    return found
