"""The files that export writes and import takes back as they stand: a document, and how its article stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from posts.document import Document, DocumentError, frontmatter, read_moment, write_moment
from posts.document.tidy import lines, sound

VERSION = "1"
ROOM = 4  # times the front matter of a document: notices and redirects stand in it as well
MEDIA = "/media/"  # what pictures are called in the files, wherever a site serves them from
MAX_PATH = 500

_MARK = "editorial"
_MOMENTS = ("live_from", "live_until", "first_live", "notice_at")
STATE = (_MARK, "permalink", "published", *_MOMENTS, "notice", "redirect_from")
_NEST = "extra"  # holds unknown front matter whose names are taken by what is above
# the mark or the end of the front matter, whichever comes first
_CLAIM = re.compile(rb"(?m)^(?:%s: %s|---|\.\.\.)[ \t]*\r?$" % (_MARK.encode(), VERSION.encode()))
# made by posts/pictures; a store adds `_` and seven characters when two save one picture at the same time
_PICTURE = r"images/[0-9a-f]{2}/[0-9a-f]{24}(?:_[A-Za-z0-9]{7})?\.(?:png|jpg|webp|gif)"
_PERMALINK = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/([^/]+)/\Z")


@dataclass(frozen=True)
class Standing:
    """How an article stands besides its text; moments are aware.

    `permalink`: its public path, decoded, "" before it has one. `live_from`, `live_until`: the interval of the
    revision, None without one. `first_live`: when the article first was public, if that was earlier. `notice`: the
    public words of a retraction, since `notice_at`. `redirect_from`: old paths that lead to it, decoded. `is_public`:
    whether readers could open it when this was written.
    """

    permalink: str = ""
    is_public: bool = True
    live_from: datetime | None = None
    live_until: datetime | None = None
    first_live: datetime | None = None
    notice: str = ""
    notice_at: datetime | None = None
    redirect_from: tuple[str, ...] = ()

    @property
    def day(self) -> date | None:
        """The day in the address."""
        found = _PERMALINK.match(self.permalink)
        return date(*map(int, found.groups()[:3])) if found else None

    @property
    def slug(self) -> str:
        """The slug in the address, "" without one."""
        found = _PERMALINK.match(self.permalink)
        return found[4] if found else ""


def write(document: Document, standing: Standing) -> str:
    """The file of an article: Jekyll's keys, then ours, then the unknown ones in the order of their names."""
    free: dict[str, Any] = {}
    taken: dict[str, Any] = {}
    for key, value in sorted(document.extra.items()):
        (taken if key in (*STATE, _NEST) else free)[key] = _sorted(value)
    nested = [(_NEST, taken)] if taken else []
    head = frontmatter.dump([*document.pairs(), *_pairs(standing), *free.items(), *nested])
    return f"---\n{head}---\n\n{document.body}\n"


def pictures(prefix: str) -> re.Pattern[str]:
    """Addresses of stored pictures below `prefix`, not the end of a longer address; group 1 is the name."""
    return re.compile(rf"(?<![\w./%@-]){re.escape(prefix)}({_PICTURE})(?!\w)", re.ASCII)


def claims(data: bytes) -> bool:
    """Whether the YAML front matter of a file says that export wrote it."""
    if not data.lstrip(b"\xef\xbb\xbf").startswith(b"---"):
        return False
    found = _CLAIM.search(data, 6, ROOM * 4 * frontmatter.MAX_CHARACTERS)
    return found is not None and found[0].startswith(_MARK.encode())


def read(text: str) -> tuple[Document, Standing, frontmatter.Block]:
    """What `write` wrote, and the front matter as it stands. Raises DocumentError and FrontMatterError."""
    block = frontmatter.split(lines(text.removeprefix("\ufeff")))
    if block is None:
        raise DocumentError("no_frontmatter", "title", "The text has no front matter.")
    data = frontmatter.load(block.text, block.line, ROOM)[0]
    nested = data.pop(_NEST, {})
    rest: dict[str, Any] = {key: value for key, value in data.items() if key not in STATE}
    rest.update(nested if isinstance(nested, Mapping) else {_NEST: nested})
    document = Document.from_data(rest, block.body)
    return document, _standing(data), block


def _pairs(standing: Standing) -> list[tuple[str, Any]]:
    moments = {name: write_moment(getattr(standing, name)) for name in _MOMENTS}
    said = {
        _MARK: int(VERSION),
        "permalink": standing.permalink,
        "published": None if standing.is_public else False,
        "live_from": moments["live_from"],
        "live_until": moments["live_until"],
        "first_live": moments["first_live"],
        "notice": standing.notice,
        "notice_at": moments["notice_at"],
        "redirect_from": list(standing.redirect_from),
    }
    return [(key, value) for key, value in said.items() if value or value is False]


def _standing(data: Mapping[str, Any]) -> Standing:
    moments = {name: read_moment(name, data[name]) for name in _MOMENTS if name in data}
    return Standing(
        permalink=_permalink(data.get("permalink", "")),
        is_public=data.get("published") != "false",
        notice=sound("notice", data.get("notice")).strip(),
        redirect_from=_paths(data.get("redirect_from", [])),
        **moments,
    )


def _permalink(value: Any) -> str:
    found = _PERMALINK.match(value) if isinstance(value, str) else None
    try:
        if found:
            date(*map(int, found.groups()[:3]))
    except ValueError:
        found = None
    if value and not found:
        raise DocumentError("bad_value", "permalink", "A permalink looks like /2025/09/22/slug/.")
    return found[0] if found else ""


def _paths(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    if not all(
        isinstance(path, str) and re.match(r"/(?!/)", path) and len(path) <= MAX_PATH for path in items
    ):
        raise DocumentError("bad_value", "redirect_from", "Old paths are texts that begin with one slash.")
    return tuple(sound("redirect_from", path) for path in items)


def _sorted(value: Any) -> Any:
    """Mappings in the order of their names: databases do not keep another one."""
    if isinstance(value, Mapping):
        return {key: _sorted(item) for key, item in sorted(value.items())}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
