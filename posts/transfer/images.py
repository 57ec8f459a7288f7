"""Pictures of a text: local ones through the gate, remote ones as they are, never fetched (I-73, I-74, C15, C26)."""

import base64
import binascii
import os
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from posts.pictures import MAX_BYTES, Picture, PictureError, take

from . import files
from .native import MEDIA, pictures
from .problems import Notes, SourceError
from .scan import outside_code
from .surroundings import Surroundings, without_place

_INLINE = re.compile(
    r"!\[(?P<alt>(?:[^\[\]]|\[[^\[\]]*+\])*+)\]\((?P<open>\s*+<?)(?P<at>data:[^\s<>()]*+|(?<=<)[^<>\n]++|[^\s<>()]++)"
    r"(?P<rest>[^()\n]*+\))"
)
_REFERENCE = re.compile(r"!\[((?:[^\[\]]|\[[^\[\]]*+\])*+)\](?:\[([^\[\]]*+)\]|(?![\[(]))")
_DEFINITION = re.compile(r"(?m)^([ ]{0,3}\[(?!\^)([^\[\]\n]++)\]:[ \t]*<?)([^\s<>]++)")
_SHOWN = re.compile(r"[^?#]+\.(?:png|jpe?g|gif|webp)", re.I)
_BESIDE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp|tiff?)\Z", re.I)
MAX_BESIDE = 1_000  # pictures of one bundle
_ELEMENT = re.compile(r"<img\b[^<>]*+>", re.I)
_SRC = re.compile(r"""(\ssrc\s*+=\s*+)(?:"([^"]*)"|'([^']*)'|([^\s"'<>]++))""", re.I)
_ALT = re.compile(r"""\salt\s*+=\s*+(?:"([^"]*)"|'([^']*)')""", re.I)
_EXPORTED = pictures(MEDIA)
_DATA = re.compile(r"data:image/[a-z0-9.+-]+(;base64)?,(.*)", re.I | re.S)


def convert(body: str, around: Surroundings) -> str:
    """The body with the final addresses of its pictures; the pictures are in `around.pictures`."""

    def stretch(text: str, start: int) -> str:
        def inline(found: re.Match[str]) -> str:
            made = address(found["at"], around, found["alt"], around.line(body, start + found.start()))
            if made is None:
                return found["alt"]
            return (
                found[0] if made == found["at"] else f"![{found['alt']}]({found['open']}{made}{found['rest']}"
            )

        def element(found: re.Match[str]) -> str:
            return _element(found[0], around, around.line(body, start + found.start()))

        def definition(found: re.Match[str]) -> str:
            name = _name(found[2])
            if name not in named:
                return found[0]
            line = around.line(body, start + found.start())
            return found[1] + (address(found[3], around, named[name], line) or "#")

        if not around.html:
            text = _DEFINITION.sub(definition, _INLINE.sub(inline, text))
        return _ELEMENT.sub(element, text)

    named = {} if around.html else _named(body)
    return outside_code(body, stretch, html=around.html)


def taken_back(text: str, around: Surroundings) -> str:
    """The text of a file that export wrote, with its pictures through the gate again."""

    def stored(found: re.Match[str]) -> str:
        places = [root / found[0].lstrip("/") for root in around.roots]
        made = _take_from(places, found[0], around, "", around.line(text, found.start()))
        return made if made in around.pictures else found[0]

    return _EXPORTED.sub(stored, text)


def linked(reference: str, around: Surroundings) -> str:
    """The final address of a local picture that a link leads to, "" when there is none."""
    reference = without_place(reference)
    if not _SHOWN.fullmatch(reference) or reference.startswith(around.media_url):
        return ""
    silent = replace(around, notes=Notes())
    made = address(reference, silent)
    return made if made in around.pictures else ""


def beside(around: Surroundings) -> None:
    """Take the pictures of a page bundle that its text does not name; they belong to it all the same."""
    try:
        entries = sorted(entry.name for entry in os.scandir(around.folder) if _BESIDE.search(entry.name))
    except OSError:
        return
    for name in entries[:MAX_BESIDE]:
        place = around.folder / name
        if place not in around.tried and _take_from([place], name, around, "", 0) in around.pictures:
            around.notes.info("image.beside", address=name[:200])


def _named(body: str) -> dict[str, str]:
    """What pictures are called that have their address elsewhere, `![words][name]`: name -> words."""
    found: dict[str, str] = {}

    def look(text: str, start: int) -> str:
        for picture in _REFERENCE.finditer(text):
            found.setdefault(_name(picture[2] or picture[1]), picture[1])
        return text

    outside_code(body, look)
    return found


def _name(words: str) -> str:
    return " ".join(words.casefold().split())


def cover(reference: str, around: Surroundings, alt: str, line: int = 0) -> str:
    """The final address of a cover that was taken, "" when it was not."""
    made = address(reference, around, alt, line)
    return made if made in around.pictures else ""


def address(reference: str, around: Surroundings, alt: str = "", line: int = 0) -> str | None:
    """Where a picture will be found; None for one that has to go. What is not taken is reported."""
    notes, reference = around.notes, without_place(reference)
    if reference.lower().startswith("data:"):
        return _take_data(reference, around, alt, line)
    if reference.startswith("//") or re.match(r"https?:", reference, re.I):
        notes.info("image.remote", line, address=reference[:200])
        return f"https:{reference}" if reference.startswith("//") else reference
    if reference.startswith(around.media_url):
        return reference
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|[~\\]", reference):
        notes.warn("image.outside", line, address=reference[:200])
        return reference
    return _take_local(reference, around, alt, line)


def _take_local(reference: str, around: Surroundings, alt: str, line: int) -> str:
    path = unquote(re.split(r"[?#]", reference)[0])
    return _take_from(_places(path, around), reference, around, alt, line)


def _take_from(places: list[Path], reference: str, around: Surroundings, alt: str, line: int) -> str:
    rule = "image.missing"
    for place in places:
        around.tried.add(place)
        try:
            return _keep(take(files.read(place, around.roots, MAX_BYTES)), around, alt)
        except SourceError as error:
            if error.problem.rule != "file.missing":
                rule = {"file.outside": "image.outside"}.get(error.problem.rule, "image.unreadable")
        except PictureError as error:
            around.notes.warn(f"image.{error.code}", line, address=reference[:200])
            return reference
    around.notes.warn(rule, line, address=reference[:200])
    return reference


def _places(path: str, around: Surroundings) -> list[Path]:
    inside = path.lstrip("/")
    below = [root / inside for root in around.roots]
    return below if path.startswith("/") else [around.folder / inside, *below]


def _take_data(reference: str, around: Surroundings, alt: str, line: int) -> str | None:
    found = _DATA.match(reference)
    try:
        if not found:
            raise ValueError
        packed = unquote_to_bytes(found[2])
        return _keep(take(base64.b64decode(packed, validate=True) if found[1] else packed), around, alt)
    except (PictureError, binascii.Error, ValueError):
        around.notes.warn("image.data", line)
        return None


def _keep(picture: Picture, around: Surroundings, alt: str) -> str:
    final = f"{around.media_url}{picture.name}"
    around.pictures.setdefault(final, (picture, alt))
    return final


def _element(tag: str, around: Surroundings, line: int) -> str:
    source, words = _SRC.search(tag), _ALT.search(tag)
    if not source:
        return tag
    reference = next(filter(None, source.groups()[1:]), "")
    alt = next(filter(None, words.groups()), "") if words else ""
    made = address(reference, around, alt, line) if reference else ""
    if made is None:
        return alt
    return tag if made == reference else f'{tag[: source.start()]}{source[1]}"{made}"{tag[source.end() :]}'
