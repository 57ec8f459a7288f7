"""The attack strings: one JSON text a line in payloads/<group>.txt. They are data; nothing here is to be believed."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "payloads"
TEXT = "text"  # goes into fields of one line
FILES = "front_matter"  # whole files
BODIES = ("html", "handler", "url-html", "url-md", "attr", "mxss", "css", "clobber", "unicode")


def payloads(*groups: str) -> list[str]:
    """The strings of these groups, of all bodies when none is named."""
    return [
        json.loads(line)
        for group in groups or BODIES
        for line in (FOLDER / f"{group}.txt").read_text("ascii").splitlines()
    ]


def mutations(count: int, seed: int) -> Iterator[str]:
    """Two strings joined, one put into the other, one cut at one of its `<`: `count` of them, the same each time."""
    draw, known = random.Random(seed), payloads()
    for _ in range(count):
        one, other = draw.choice(known), draw.choice(known)
        places = [at for at, sign in enumerate(one) if sign == "<"] or [len(one)]
        at = draw.choice(places)
        yield draw.choice((one + other, one[:at] + other + one[at:], one[:at] + other, one[at:] + other))
