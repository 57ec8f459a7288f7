"""The body of any origin in our markdown: one conversion after the other, none of them inside code."""

import re
from dataclasses import dataclass

from posts.document import Document
from posts.pictures import Picture

from . import captions, headings, images, links, liquid, losses, shortcodes
from .normalise import Normal
from .problems import Problem
from .scan import outside_code
from .surroundings import Surroundings
from .walk import spare

_DATA = re.compile(r"data:image/[^\s()<>\"']*+")  # goes into files of their own
_MORE = re.compile(r"<!--\s*more\s*-->", re.I)
_OURS, _THEIRS = re.compile(r"^<{7} ", re.M), re.compile(r"^(?:={7}|>{7} .*)$", re.M)
_MARKUP = re.compile(
    r"!\[[^\]]*\]\([^)]*\)|\[([^\]]*)\]\([^)]*\)|</?[A-Za-z][^<>]*>|^[ ]{0,3}(?:#{1,6}|>)[ \t]*|[*_`]", re.M
)


@dataclass(frozen=True)
class Converted:
    """The document as it is to be stored, with its pictures by address (and the words beside each)."""

    document: Document
    pictures: dict[str, tuple[Picture, str]]
    holds: tuple[str, ...]
    problems: tuple[Problem, ...]


def convert(normal: Normal, around: Surroundings) -> Converted:
    """Everything between the origin's text and ours. Raises DocumentError when a value is over its limit."""
    document, holds = normal.document, list(normal.holds)
    body = document.body
    Document(body=_DATA.sub("", body)).check_limits()  # before any time is spent on it
    if conflict := _conflict(body, around):
        around.notes.error("hold.conflict_markers", conflict)
        holds.append("hold.conflict_markers")
    body = captions.convert(shortcodes.convert(body, around), around)
    body, left = liquid.convert(body, around)
    if left:
        around.notes.warn("hold.liquid")
        holds.append("hold.liquid")
    body, summary = _without_more(body, around)
    if not around.html and not conflict:
        body, rules = headings.settle(body, document.title)
        for rule in rules:
            around.notes.info(rule)
    body = links.convert(images.convert(body, around), around)
    for rule, times in losses.count(body, around).items():
        around.notes.info(rule, count=times)
    document = _with_cover(normal, document, around).replace(body=body, summary=document.summary or summary)
    if around.is_bundle:
        images.beside(around)
    document.check_limits()
    return Converted(document, around.pictures, tuple(holds), (*normal.problems, *around.notes.problems))


def taken_back(normal: Normal, around: Surroundings) -> Converted:
    """A file that export wrote: only its pictures are looked at, and they mostly keep their address."""
    document = normal.document
    body = images.taken_back(document.body, around)
    if document.cover:
        document = document.replace(cover=images.taken_back(document.cover, around))
        if document.cover not in around.pictures:
            extra = dict(document.extra)
            kept = {spare("image", extra): document.cover}
            document = document.replace(cover="", extra=extra | kept)
    document = document.replace(body=body)
    document.check_limits()
    return Converted(document, around.pictures, (), (*normal.problems, *around.notes.problems))


def _with_cover(normal: Normal, document: Document, around: Surroundings) -> Document:
    """The cover when it could be taken; else its address is kept beside our keys."""
    if not normal.picture:
        return document
    if taken := images.cover(normal.picture, around, document.cover_alt):
        return document.replace(cover=taken)
    extra = dict(document.extra)
    return document.replace(extra=extra | {spare(normal.picture_key, extra): normal.picture})


def _without_more(body: str, around: Surroundings) -> tuple[str, str]:
    """(the body without `<!--more-->`, what stood before the first one as plain text) (I-66)."""
    places: list[int] = []

    def change(text: str, start: int) -> str:
        places.extend(start + found.start() for found in _MORE.finditer(text))
        return _MORE.sub("", text)

    changed = outside_code(body, change, html=around.html)
    lead = body[: places[0]] if places else ""
    return changed, " ".join(_MARKUP.sub(lambda m: m[1] or "", lead).split())[:5_000]


def _conflict(body: str, around: Surroundings) -> int:
    """The line of the first conflict marker that git left in the text, 0 when there is none (I-69)."""
    ours: list[int] = []
    theirs: list[int] = []

    def look(text: str, start: int) -> str:
        ours.extend(start + found.start() for found in _OURS.finditer(text))
        theirs.extend(start + found.start() for found in _THEIRS.finditer(text))
        return text

    outside_code(body, look, html=around.html)
    return around.line(body, ours[0]) if ours and theirs and theirs[-1] > ours[0] else 0
