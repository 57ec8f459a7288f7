"""One walk over the front matter of a file by the two tables of keys; what is left is kept, never trusted."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from posts.document import KEYS
from posts.document.frontmatter import plain_values

from .keys import FIELDS, MARKS, fold
from .names import Name
from .parse import Parsed
from .problems import Notes
from .values import Case, Cleaner, Unfit, is_empty
from .wishes import Wishes


class Walk:
    """`known` says what the keys of the tables mean; `unknown`, asked after it, gives the rest."""

    def __init__(self, parsed: Parsed, zone: tzinfo, notes: Notes, name: Name, wishes: Wishes):
        self.parsed, self.zone, self.notes, self.name, self.wishes = parsed, zone, notes, name, wishes
        self.data = _lifted(parsed.data)
        self.jekyll = name.in_jekyll or "layout" in parsed.data
        self.kept: set[str] = set()
        self.found: dict[str, Any] = {}
        self.used: set[str] = set()
        self.unfit: set[str] = set()

    def known(self) -> dict[str, Any]:
        """Fields of the document and marks of the file, by their names."""
        spelt = self._spelt()
        for cleaners in FIELDS.values():
            for folded, cleaner in cleaners.items():
                if folded in spelt and self._clean(spelt[folded], cleaner):
                    break
        for folded, cleaner in MARKS.items():
            if folded in spelt:
                self._clean(spelt[folded], cleaner)
        return self.found

    def unknown(self) -> dict[str, Any]:
        """Keys that are not ours or not usable, kept with their spelling beside our own names (I-15, I-18)."""
        rest: dict[str, Any] = {}
        for key, value in self.data.items():
            if key in self.used or is_empty(value):
                continue
            rest[spare(key, rest)] = plain_values(value)
            if key not in self.unfit | self.kept:
                self.notes.info("key.unknown", self.parsed.line(key), key=key[:60])
        return rest

    def _spelt(self) -> dict[str, str]:
        """Folded key -> the key as it is spelt; what the operator has mapped goes first."""
        spelt: dict[str, str] = {}
        for theirs, ours in self.wishes.mapped.items():
            if not is_empty(_inside(self.data, theirs)):
                spelt[fold(ours)] = theirs
        for key, value in self.data.items():
            if not is_empty(value) and key not in self.wishes.mapped:
                spelt.setdefault(fold(key), key)
        return spelt

    def _clean(self, key: str, cleaner: Cleaner) -> bool:
        """Whether the value of the key said something."""
        has_day, people = self.name.day is not None, self.wishes.people
        case = Case(self.zone, self.jekyll, self.parsed.line(key), key, self.notes, has_day, people)
        try:
            said = dict(cleaner(_inside(self.data, key), case))
        except Unfit:
            self.notes.warn("key.unfit", case.line, key=key)
            self.unfit.add(key)
            return False
        (self.kept if said.pop("is_kept", False) else self.used).add(key)
        self._merge(said, key)
        return bool(said)

    def _merge(self, said: Mapping[str, Any], key: str) -> None:
        """What restricts stays, old paths add up, else the key that says it first counts."""
        found = self.found
        for field, value in said.items():
            if field in ("draft", "noindex"):
                found[field] = bool(found.get(field)) or value
            elif field == "old_paths":
                found[field] = (*found.get(field, ()), *value)
            else:
                found[field] = value
            if field == "picture":
                found["picture_key"] = key


def _inside(data: Mapping[str, Any], key: str) -> Any:
    """The value of a key, of `extra.hero` that of `hero` inside `extra`; None when there is none."""
    if key in data:
        return data[key]
    outer, _dot, inner = key.partition(".")
    below = data.get(outer) if inner else None
    return _inside(below, inner) if isinstance(below, Mapping) else None


def _lifted(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Zola keeps tags and categories in a table of their own: as if they stood beside the title."""
    table = data.get("taxonomies")
    if not isinstance(table, Mapping):
        return data
    rest = {key: value for key, value in data.items() if key != "taxonomies"}
    return rest | {key: value for key, value in table.items() if key not in rest}


def spare(key: str, rest: Mapping[str, Any]) -> str:
    """A name for a value that has to stand beside our keys."""
    while key in KEYS or key in rest:
        key += "_source"
    return key
