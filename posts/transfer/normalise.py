"""Front matter of any origin into a Document: two tables of keys, walked by one loop each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from urllib.parse import quote, unquote

from posts import text
from posts.document import Document

from . import dates, headings, native
from .names import Name, name_of, with_path
from .native import Standing
from .parse import Parsed
from .problems import Notes, Problem, Skipped, SourceError
from .walk import Walk
from .wishes import Wishes

DEFAULT = Wishes()


@dataclass(frozen=True)
class Normal:
    """A file as a document of ours, its body still as the origin wrote it.

    `slug` is the address it asks for, `old_paths` those it had; `picture` the cover as the file names it, with the
    key it stood under; `holds` the rules that keep it a draft; `minutes` the reading time the file claims;
    `expires` the end it names; `standing` how its article stands, when export wrote the file.
    """

    document: Document
    slug: str
    file_day: date | None = None
    origin_slug: str = ""
    old_paths: tuple[str, ...] = ()
    picture: str = ""
    picture_key: str = "image"
    is_draft: bool = False
    holds: tuple[str, ...] = ()
    minutes: int | None = None
    expires: datetime | None = None
    problems: tuple[Problem, ...] = ()
    standing: Standing | None = None

    @property
    def day(self) -> date | None:
        """The day in the address; the document's date is in the site's zone."""
        if self.standing:
            return self.standing.day if self.standing.live_from else None
        return self.document.date.date() if self.document.date else None


def normalise(
    parsed: Parsed,
    source: str,
    zone: tzinfo,
    *,
    root: str = "",
    format: str = "markdown",
    wishes: Wishes = DEFAULT,
) -> Normal:
    """Raises SourceError, Skipped and DocumentError. `root` is the name of the root's folder."""
    notes, name = Notes(), with_path(name_of(source, root), parsed.data.get("path"))
    notes.problems += parsed.problems
    if wishes.skip_empty and not parsed.body.strip():
        raise Skipped("source.no_body")
    walk = Walk(parsed, zone, notes, name, wishes)
    found = walk.known()
    if not found.get("title") and not found.get("date") and not name.day and "template" in parsed.data:
        raise Skipped("source.not_a_post")
    title = _title(found, parsed, name, notes)
    slug, origin, old = _slug(found, name, title)
    made = Document(
        **_content(found, parsed, name, zone, notes, format) | {"title": title, "extra": walk.unknown()}
    )
    return Normal(
        document=made,
        slug=slug or (f"post-{made.date:%Y%m%d}-1" if made.date else "post-1"),
        file_day=name.day,
        origin_slug=origin,
        old_paths=(*old, *found.get("old_paths", ())),
        picture=found.get("picture", ""),
        picture_key=found.get("picture_key", "image"),
        is_draft=bool(found.get("draft")) or name.in_drafts,
        holds=_holds(found, parsed, name, notes),
        minutes=found.get("minutes"),
        expires=found.get("expires"),
        problems=tuple(notes.problems),
    )


def as_written(text: str) -> tuple[Normal, int]:
    """A file that export wrote, and the line of its body: nothing is cleaned, nothing made of names.

    Raises DocumentError and FrontMatterError.
    """
    document, standing, block = native.read(text)
    if not document.title:
        raise SourceError("native.title")
    slug = standing.slug or document.slug or "post-1"
    old = [standing.permalink] if standing.permalink and not standing.live_from else []
    made = Normal(
        document=document.replace(slug=slug),
        slug=slug,
        old_paths=tuple(quote(path) for path in (*standing.redirect_from, *old)),
        picture=document.cover,
        is_draft=standing.live_from is None,
        standing=standing,
    )
    return made, block.body_line


def _title(found: Mapping[str, Any], parsed: Parsed, name: Name, notes: Notes) -> str:
    if title := text.line(found.get("title", "")):
        return title
    title = headings.first_h1(parsed.body) or text.line(re.sub(r"[-_]+", " ", unquote(name.slug)))
    notes.warn("title.made", title=title)
    return title or "?"


def _slug(found: Mapping[str, Any], name: Name, title: str) -> tuple[str, str, tuple[str, ...]]:
    """(address asked for, the spelling of the origin, old paths from a slug with slashes) (I-26 to I-30)."""
    asked = found.get("slug", "")
    last = asked.strip("/").rpartition("/")[2]
    old = (f"/{asked.strip('/')}/",) if "/" in asked.strip("/") and ".." not in asked else ()
    for spelling in (last, name.slug):
        if made := text.address(spelling):
            return made, spelling, old
    return text.slug(title), "", old


def _holds(found: Mapping[str, Any], parsed: Parsed, name: Name, notes: Notes) -> tuple[str, ...]:
    """Rules that keep a text a draft whatever is asked."""
    holds = {
        "hold.no_frontmatter": not parsed.has_head,
        "hold.no_date": not found.get("date") and not name.day,
        "hold.no_body": not parsed.body.strip(),
    }
    for rule in filter(holds.get, holds):
        notes.warn(rule)
    return tuple(filter(holds.get, holds))


def _content(
    found: Mapping[str, Any], parsed: Parsed, name: Name, zone: tzinfo, notes: Notes, format: str
) -> dict[str, Any]:
    ours = set(Document.__dataclass_fields__) - {"title", "slug", "extra", "body"}
    content = {field: value for field, value in found.items() if field in ours}
    content.setdefault("format", format)
    content.setdefault("lang", name.lang)
    if name.day and not content.get("date"):
        content["date"] = dates.midnight(name.day, zone)
    elif name.day and content["date"].date() != name.day:
        day, file_day = content["date"].date().isoformat(), name.day.isoformat()
        notes.warn("date.differs", parsed.line("date"), day=day, file_day=file_day)
    if "\ufffd" in parsed.head:
        notes.warn(
            "encoding.replaced", parsed.head_line + parsed.head.count("\n", 0, parsed.head.index("\ufffd"))
        )
    if "\ufffd" in parsed.body:
        at = parsed.body_line + parsed.body.count("\n", 0, parsed.body.index("\ufffd"))
        notes.warn("encoding.replaced", at)
    return content | {"body": parsed.body}
