"""Parts of a file: what the walks through the four formats have in common."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice

Part = tuple[bytes, bytes]  # name, payload
MOST = 8_192  # the gate writes one for each 64 KB, and some for each frame or scan


class Foreign(Exception):
    """Something that the gate does not write."""


def must(holds: object) -> None:
    if not holds:
        raise Foreign


def in_order(parts: Iterable[Part], letters: Mapping[bytes, str], pattern: str) -> list[Part]:
    """The parts, when their names, a letter for each, follow the pattern and they are not too many to be ours."""
    found = list(islice(parts, MOST + 1))
    must(len(found) <= MOST)
    must(re.fullmatch(pattern, "".join(letters.get(name, "?") for name, _ in found)))
    return found
