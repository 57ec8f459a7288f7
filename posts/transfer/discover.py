"""Which files there are: a sorted list with the identity of each, before anything is read."""

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .files import is_below
from .problems import Problem

FORMATS = {".md": "markdown", ".markdown": "markdown", ".mkd": "markdown", ".html": "html"}
KNOWN_BUT_NOT_READ = (".rst",)
_DIGITS = re.compile(r"([0-9]{1,18})")
MAX_FILES = 10_000
MAX_SOURCE = 500
MAX_SITE = 100


class DiscoverError(ValueError):
    """The run cannot begin; `rule` says why: no_such_path, same_label, label, too_many."""

    def __init__(self, rule: str, **params: object):
        super().__init__(rule)
        self.rule, self.params = rule, params


@dataclass(frozen=True)
class Found:
    """A file. `site` and `source` (its path below `root`, NFC) are its identity for ever."""

    path: Path
    root: Path
    site: str
    source: str
    format: str = "markdown"
    skip: Problem | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.site, self.source


def discover(paths: Sequence[Path], site: str = "", most: int = MAX_FILES) -> list[Found]:
    """The files of the roots in the order of their paths; a file stands for itself, its root is its folder.

    `site` is the label of the root; without it the name of its folder. `most` files are allowed. Raises DiscoverError.
    """
    labels: dict[str, Path] = {}
    found: dict[tuple[str, str], Found] = {}
    for path in paths:
        root = _root(path)
        label = site or root.name
        _check_label(label, labels.setdefault(label, root), root)
        for file in [root / path.name] if path.is_file() else _walk(root, root, frozenset()):
            item = _found(file, root, label)
            if item and item.key in found and found[item.key].path != file:
                item = _skip(item, "source.same_name", f"{item.source} ({len(found)})")
            if item:
                found[item.key] = item
            if len(found) > most:
                raise DiscoverError("too_many", limit=most)
    return sorted(found.values(), key=lambda item: (item.site, _natural(item.source)))


def _root(path: Path) -> Path:
    if path.is_dir():
        return Path(os.path.realpath(path))
    if not path.is_file():
        raise DiscoverError("no_such_path", path=str(path))
    return Path(os.path.realpath(path.parent))


def _check_label(label: str, known: Path, root: Path) -> None:
    if not label.strip() or len(label) > MAX_SITE or not _is_sound(label) or not label.isprintable():
        raise DiscoverError("label", label=label, limit=MAX_SITE)
    if known != root:
        raise DiscoverError("same_label", label=label)


def _walk(folder: Path, root: Path, above: frozenset[str]) -> Iterator[Path]:
    """Files below a folder; linked folders only inside the root, and none inside itself."""
    real = os.path.realpath(folder)
    if real in above or not is_below(Path(real), [root]):
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: unicodedata.normalize("NFC", entry.name))
    except OSError:
        return
    for entry in entries:
        path = folder / entry.name
        if path.is_dir() and path.suffix.lower() not in FORMATS:
            if not entry.name.startswith("."):
                yield from _walk(path, root, above | {real})
        elif path.suffix.lower() in (*FORMATS, *KNOWN_BUT_NOT_READ):
            yield path


def _found(path: Path, root: Path, site: str) -> Found | None:
    suffix = path.suffix.lower()
    source = unicodedata.normalize("NFC", os.path.relpath(path, root).replace(os.sep, "/"))
    item = Found(path, root, site, source, FORMATS.get(suffix, "markdown"))
    if not _is_sound(source) or len(source) > MAX_SOURCE:
        return _skip(item, "source.name", ascii(source)[-MAX_SOURCE:])
    if path.name.startswith("."):
        return _skip(item, "source.hidden")
    if suffix in KNOWN_BUT_NOT_READ:
        return _skip(item, "source.format", kind=suffix)
    if path.name.split(".")[0] == "_index":
        return _skip(item, "source.not_a_post")
    return item


def _skip(item: Found, rule: str, source: str = "", **params: object) -> Found:
    severity = "error" if rule == "source.name" else "info"
    problem = Problem(severity, rule, 0, params)
    return Found(item.path, item.root, item.site, source or item.source, item.format, problem)


def _natural(source: str) -> tuple[list[str | int], str]:
    """Paths as people count them: h.md, h-2.md, h-10.md. Export writes drafts of one slug in this order."""
    stem = source.rpartition(".")[0] or source
    return [int(part) if at % 2 else part for at, part in enumerate(_DIGITS.split(stem))], source


def _is_sound(name: str) -> bool:
    return not any(0xD800 <= ord(c) <= 0xDFFF or c == "\0" for c in name)
