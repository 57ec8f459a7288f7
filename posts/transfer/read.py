"""Reading a file: once for its header, once more for its text when it is to be written. No Django."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from posts.rendering import RenderError

from . import files, native
from .checked import Wanted
from .convert import convert, taken_back
from .decode import decode
from .discover import Found
from .names import is_bundle
from .normalise import Normal, as_written, normalise
from .parse import MAX_BYTES, Parsed, parse
from .plan import Header, Place, old_paths
from .problems import Skipped, SourceError
from .surroundings import Surroundings, page_key
from .wishes import Wishes
from .work import Work


@dataclass(frozen=True)
class Reader:
    """How the files of a run are read; `links` once all headers are read and their addresses planned.

    `zone`: the site's; `media_url`: the public prefix of its pictures; `forms`: whether they get smaller forms.
    """

    zone: ZoneInfo
    media_url: str
    media_roots: Sequence[Path] = ()
    wishes: Wishes = field(default_factory=Wishes)
    wanted: Wanted = field(default_factory=Wanted)
    links: Mapping[str, str] = field(default_factory=dict)
    forms: bool = True

    def header(self, item: Found) -> Header:
        digest, _, normal = self._read(item)
        return Header(
            key=item.key,
            place=Place(normal.day, normal.slug),
            file_day=normal.file_day,
            origin_slug=normal.origin_slug,
            old_paths=normal.old_paths,
            digest=digest,
            title=normal.document.title,
            translation_of=normal.document.translation_of,
            is_native=normal.standing is not None,
        )

    def work(self, item: Found, header: Header, place: Place, publish: bool) -> Work:
        """The file ready to be stored but for its page. Raises SourceError when it changed since its header."""
        digest, parsed, normal = self._read(item)
        if digest != header.digest:
            raise SourceError("file.changed")
        around = self._around(item, parsed, normal)
        converted = taken_back(normal, around) if normal.standing else convert(normal, around)
        return Work(
            key=item.key,
            digest=digest,
            verbatim=parsed.verbatim,
            normal=normal,
            converted=converted,
            page=RenderError("failed"),
            place=place,
            redirects=self._redirects(header, place, normal, publish),
            publish=publish,
            wishes=self.wishes,
        )

    def _redirects(self, header: Header, place: Place, normal: Normal, publish: bool) -> tuple[str, ...]:
        """Old paths that the plan does not give to another file."""
        old = old_paths(header, place)
        if normal.standing and normal.standing.permalink and not publish:
            old.append(quote(normal.standing.permalink))  # it becomes public later, perhaps elsewhere
        return tuple(path for path in old if self.links.get(page_key(path), place.path) == place.path)

    def _around(self, item: Found, parsed: Parsed, normal: Normal) -> Surroundings:
        roots = (item.root, *(Path(os.path.realpath(root)) for root in self.media_roots))
        lead = len(parsed.body) - len(parsed.body.lstrip("\n \t"))
        return Surroundings(
            source=item.source,
            root_name=item.root.name,
            links=self.links,
            folder=item.path.parent,
            is_bundle=is_bundle(item.source),
            roots=roots,
            media_url=self.media_url,
            html=normal.document.format == "html",
            first_line=parsed.body_line + parsed.body.count("\n", 0, lead),
        )

    def _read(self, item: Found) -> tuple[str, Parsed, Normal]:
        data = _bytes(item)
        digest = hashlib.sha256(data).hexdigest()
        if native.claims(data):
            return digest, *_as_written(data, self.zone)
        parsed = parse(data, item.path.name, self.wishes.encoding)
        normal = normalise(
            parsed, item.source, self.zone, root=item.root.name, format=item.format, wishes=self.wishes
        )
        return digest, parsed, normal


def _as_written(data: bytes, zone: ZoneInfo) -> tuple[Parsed, Normal]:
    text = decode(data)
    normal, line = as_written(text)
    document = normal.document
    if document.date:
        document = document.replace(date=document.date.astimezone(zone))
    return Parsed(text, {}, document.body, line), replace(normal, document=document)


def _bytes(item: Found) -> bytes:
    """What is no file of this folder is passed over; a file that cannot be read has failed (C10, C14)."""
    try:
        return files.read(item.path, [item.root], MAX_BYTES)
    except SourceError as error:
        if error.problem.rule in ("file.outside", "file.not_regular"):
            raise Skipped(error.problem.rule) from None
        raise
