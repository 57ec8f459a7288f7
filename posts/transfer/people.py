"""Bylines: keys into the file of authors, and several people in one text (I-50)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_SURE = re.compile(r" ?[;；、] ?")
_MAYBE = re.compile(r", (?:and|&) | ?[,，] ?| (?:and|und|et|y|&) ")
_PARTICLES = frozenset("de da del della der di dos du el la le van von den ter bin al".split())
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|Ph\.?D|M\.?D|Esq|Inc|Ltd|LLC)\.?", re.I)


class PeopleError(ValueError):
    """A file of authors that cannot be used."""


def names(items: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """Names in the order given; a key of `known` becomes its name, an unknown one stays text."""
    return [known.get(name, name) for item in items for name in _split(" ".join(item.split()), known)]


def table(data: Mapping[str, Any]) -> dict[str, str]:
    """key -> name, from values that are names or mappings with `name`. Raises PeopleError for anything else."""
    found = {}
    for key, value in data.items():
        name = value.get("name") if isinstance(value, Mapping) else value
        if not isinstance(name, str) or not name.strip():
            raise PeopleError(key)
        found[str(key)] = str(name).strip()
    return found


def _split(text: str, known: Mapping[str, str]) -> list[str]:
    """The people of one text. A comma or "and" parts them only where every part is known or a whole name."""
    if text in known:
        return [text]
    parts = list(filter(None, _SURE.split(text)))
    if len(parts) == 1:
        maybe = list(filter(None, _MAYBE.split(text)))
        parts = maybe if all(part in known or _is_whole_name(part) for part in maybe) else [text]
    return parts


def _is_whole_name(text: str) -> bool:
    """Two to four capitalised words, or a name in a script without capitals: 編集部."""
    words = text.split()
    if _SUFFIX.fullmatch(text) or len(words) > 4:
        return False
    if not re.search(r"[A-Za-z]", text):
        return True
    return len(words) > 1 and all(word[0].isupper() or word.lower() in _PARTICLES for word in words)
