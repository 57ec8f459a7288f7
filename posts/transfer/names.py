"""What a file's own name and folders say: day, slug, language, whether it is a draft (I-26 to I-32)."""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from . import dates

_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ ](.*))?\Z", re.S)
_BUNDLE = re.compile(r"index(?:\.([a-z]{2}(?:[-_][A-Za-z]{2,4})?))?\Z")
_PATH = re.compile(r"(?:[^/]*/)*?(\d{4})/(\d{1,2})/(\d{1,2})/([^/]+)/?\Z")
_LANGUAGES = frozenset(
    "ar bg bn ca cs da de el en es et eu fa fi fr he hi hr hu id it ja ko lt lv ms nb nl pl pt ro ru sk sl sr sv "
    "ta th tr uk ur vi zh".split()
)
_REGION = re.compile(r"([a-z]{2})(?:[-_](?:[A-Za-z]{2}|Hans|Hant))?\Z")


@dataclass(frozen=True)
class Name:
    """`slug` as it is spelt, "" when the name has none; `day` from the front of the name."""

    slug: str
    day: date | None
    lang: str
    in_drafts: bool
    in_jekyll: bool


def name_of(source: str, root: str = "") -> Name:
    """Read the path of a file below its root; `root` is the name of the root's folder."""
    path = PurePosixPath(source)
    folders = [root, *path.parts[:-1]]
    stem = _stem(path)
    bundle = _BUNDLE.match(stem)
    if bundle and (len(path.parts) > 1 or root):
        stem = path.parent.name or root  # a page bundle
    found = _DATED.match(stem)
    day = dates.file_day(found[1], found[2], found[3]) if found else None
    slug = (found[4] or "") if found and day else stem
    return Name(
        slug,
        day,
        _language((bundle[1],) if bundle and bundle[1] else path.parts[:-1]),
        "_drafts" in folders,
        bool({"_posts", "_drafts"} & set(folders)),
    )


def is_bundle(source: str) -> bool:
    """Whether a file stands for its folder, below the root: `harbour/index.md`."""
    path = PurePosixPath(source)
    return len(path.parts) > 1 and bool(_BUNDLE.match(_stem(path)))


def _stem(path: PurePosixPath) -> str:
    """The name without its ending; other dots belong to it (I-27)."""
    return re.sub(r"\.(md|markdown|mkd|html)\Z", "", path.name, flags=re.I)


def with_path(name: Name, path: Any) -> Name:
    """The name of a file whose key `path` ends in `2017/03/16/slug`, as Zola's blogs have it (I-39)."""
    found = _PATH.match(path) if isinstance(path, str) else None
    day = dates.file_day(found[1], found[2], found[3]) if found else None
    if not found or not day:
        return name
    return replace(name, slug=found[4], day=name.day or day)


def _language(folders: tuple[str, ...]) -> str:
    for folder in folders:
        found = _REGION.match(folder)
        if found and found[1] in _LANGUAGES:
            return folder.replace("_", "-")
    return ""
