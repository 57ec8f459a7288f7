"""What the conversions of a body may look at besides the body."""

import bisect
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from posts.pictures import Picture

from .problems import Notes


@dataclass(frozen=True)
class Surroundings:
    """`links`: page keys and sources -> planned address, for all files of the run and of the site.

    `folder` is that of the file, `roots` the folders that pictures may come from (real paths), `media_url` the public
    prefix of pictures; `is_bundle` says that the folder belongs to the file. `pictures`, `tried` (paths) and `notes`
    collect what the conversions find.
    """

    source: str = "post.md"
    root_name: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    roots: tuple[Path, ...] = ()
    media_url: str = "/media/"
    html: bool = False
    first_line: int = 1
    is_bundle: bool = False
    tried: set[Path] = field(default_factory=set)
    notes: Notes = field(default_factory=Notes)
    pictures: dict[str, tuple[Picture, str]] = field(default_factory=dict)

    def line(self, body: str, place: int) -> int:
        return self.first_line + bisect.bisect_left(_breaks(body), place)


def without_place(address: str) -> str:
    """Pelican says where a file lies before its path: {static}/images/a.png, {filename}b.md, |filename|b.md."""
    return re.sub(r"^(?:\{(?:static|filename|attach)\}|\|(?:static|filename|attach)\|)", "", address)


@lru_cache(maxsize=4)
def _breaks(body: str) -> list[int]:
    """Where lines end: a body with thousands of problems is not counted through for each of them."""
    return [found.start() for found in re.finditer("\n", body)]


def page_key(path: str) -> str:
    """What the spellings of one page's address have in common: decoded, NFC, no .html, no slash at the end."""
    path = unicodedata.normalize("NFC", unquote(path))
    return re.sub(r"(?:/index)?\.html?$|/+$", "", path) or "/"


def source_key(source: str) -> str:
    return f"source:{unicodedata.normalize('NFC', source)}"


def stem_key(stem: str) -> str:
    return f"stem:{unicodedata.normalize('NFC', stem)}"
