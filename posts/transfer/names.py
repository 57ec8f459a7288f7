"""What a file's own name and folders say: day, slug, language, whether it is a draft (I-26 to I-32)."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from . import dates

_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ ](.*))?\Z", re.S)
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
    stem = re.sub(
        r"\.(md|markdown|mkd|html)\Z", "", path.name, flags=re.I
    )  # other dots belong to the name (I-27)
    if stem == "index" and len(path.parts) > 1:
        stem = path.parent.name  # a page bundle
    found = _DATED.match(stem)
    day = dates.file_day(found[1], found[2], found[3]) if found else None
    slug = (found[4] or "") if found and day else stem
    return Name(
        slug,
        day,
        _language(path.parts[:-1]),
        "_drafts" in folders,
        bool({"_posts", "_drafts"} & set(folders)),
    )


def _language(folders: tuple[str, ...]) -> str:
    for folder in folders:
        found = _REGION.match(folder)
        if found and found[1] in _LANGUAGES:
            return folder.replace("_", "-")
    return ""
