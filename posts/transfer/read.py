"""Reading a file: once for its header, once more for its text when it is to be written."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from posts.rendering import RenderError

from . import files
from .convert import convert
from .discover import Found
from .names import is_bundle
from .normalise import Normal, normalise
from .parse import MAX_BYTES, Parsed, parse
from .plan import Header, Place, old_paths
from .problems import Skipped, SourceError
from .surroundings import Surroundings, page_key
from .wishes import Wishes
from .work import Work


@dataclass
class Reader:
    """`links` is filled when all headers are read and their addresses planned."""

    media_roots: Sequence[Path] = ()
    wishes: Wishes = field(default_factory=Wishes)
    links: Mapping[str, str] = field(default_factory=dict)

    def header(self, item: Found) -> Header:
        digest, _, normal = _read(item, self.wishes)
        place = Place(normal.day, normal.slug)
        return Header(item.key, place, normal.file_day, normal.origin_slug, normal.old_paths, digest)

    def work(self, item: Found, header: Header, place: Place, publish: bool) -> Work:
        """The file ready to be stored but for its page. Raises SourceError when it changed since its header."""
        digest, parsed, normal = _read(item, self.wishes)
        if digest != header.digest:
            raise SourceError("file.changed")
        converted = convert(normal, self._around(item, parsed, normal))
        old = old_paths(header, place)
        redirects = tuple(path for path in old if self.links.get(page_key(path), place.path) == place.path)
        unrendered = RenderError("failed")
        return Work(
            item.key,
            digest,
            parsed.verbatim,
            normal,
            converted,
            unrendered,
            place,
            redirects,
            publish,
            self.wishes,
        )

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
            media_url=settings.MEDIA_URL,
            html=normal.document.format == "html",
            first_line=parsed.body_line + parsed.body.count("\n", 0, lead),
        )


def _bytes(item: Found) -> bytes:
    """What is no file of this folder is passed over; a file that cannot be read has failed (C10, C14)."""
    try:
        return files.read(item.path, [item.root], MAX_BYTES)
    except SourceError as error:
        if error.problem.rule in ("file.outside", "file.not_regular"):
            raise Skipped(error.problem.rule) from None
        raise


def _read(item: Found, wishes: Wishes) -> tuple[str, Parsed, Normal]:
    data = _bytes(item)
    parsed = parse(data, item.path.name, wishes.encoding)
    zone = ZoneInfo(settings.TIME_ZONE)
    normal = normalise(parsed, item.source, zone, root=item.root.name, format=item.format, wishes=wishes)
    return hashlib.sha256(data).hexdigest(), parsed, normal
