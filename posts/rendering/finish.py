"""The last look at the sanitised stream: ids, links, images, checkboxes; it collects contents and text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pymdownx.slugs import slugify

from . import policy
from .nesting import HEADINGS, OUTSIDE, Open, inside

Token = dict[str, Any]

_SLUG = slugify(case="lower", normalize="NFKC")
_CONTENTS = frozenset({"h2", "h3", "h4"})
_INLINE = policy.words("""
    a abbr b bdi cite code del dfn em i img input ins kbd mark meter progress q rb rp rt ruby s samp small
    span strong sub sup time tt u var wbr
    """)
_RUBY = frozenset({"rb", "rt", "rp"})
_SPACE = re.compile(r"\s+")
_CELLS = frozenset({"td", "th"})
# These are shown in one form only, or not at all.
_REPLACED = frozenset({"img", "input"})


@dataclass(frozen=True)
class Heading:
    """One line of the table of contents: level 2 to 4, id as it stands in the HTML, plain name."""

    level: int
    id: str
    name: str


@dataclass
class Notes:
    """What was seen in one text: headings, all plain text, the prose that takes time to read, images."""

    toc: list[Heading] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    images: int = 0
    ids: dict[str, int] = field(default_factory=dict)


class Finish:
    """A filter in html5lib's sense: an iterable of tokens around another."""

    def __init__(self, source: Iterable[Token], notes: Notes) -> None:
        self.source = source
        self.notes = notes
        self.open: list[Open] = [OUTSIDE]
        self.heading: list[Token] | None = None
        self.name: list[str] = []
        self.pre_just_opened = False

    def __iter__(self) -> Iterator[Token]:
        for token in self.source:
            kind = token["type"]
            stays = _HANDLERS.get(kind, Finish._characters)(self, token)
            if self.heading is None:
                if stays:
                    yield token
                continue
            if stays:
                self.heading.append(token)
            if kind == "EndTag" and not self.open[-1].in_heading:
                yield from self._finished_heading()

    def _start(self, token: Token) -> bool:
        name = token["name"]
        attributes = _decoded(token) if token["data"] else {}
        if name in _REPLACED and not self._is_complete(name, attributes):
            return False
        if self._is_misplaced(name):
            # html5lib builds what the next parser would take apart (links in links through tables, loose rt)
            self.open.append(self.open[-1]._replace(hidden=True))
            return False
        if attributes:
            kept = self._attributes(name, attributes)
            token["data"] = {(None, key): policy.encoded(value) for key, value in kept.items()}
        self._boundary(name)
        if token["type"] == "StartTag":
            self.open.append(inside(self.open[-1], name, attributes.get("class", "")))
            if name in HEADINGS and self.heading is None:
                self.heading, self.name = [], []
        self.notes.images += name == "img"
        self.pre_just_opened = name == "pre"
        return True

    def _is_complete(self, name: str, attributes: dict[str, str]) -> bool:
        """A picture with an address, a checkbox of a task."""
        if name == "img":
            return bool(policy.address(attributes.get("src", "")))
        return self.open[-1].task and attributes.get("type", "").lower() == "checkbox"

    def _is_misplaced(self, name: str) -> bool:
        if name == "a":
            return self.open[-1].in_link
        return name in _RUBY and self.open[-1].name != "ruby"

    def _end(self, token: Token) -> bool:
        if self.open.pop().hidden:
            return False
        self._boundary(token["name"])
        self.pre_just_opened = False
        return True

    def _characters(self, token: Token) -> bool:
        data = token.get("data", "") if token["type"] != "Entity" else html.unescape(f"&{token['name']};")
        if not data:
            return False  # `&#14;` and the like: XML has no place for them (A12)
        if self.pre_just_opened and data.startswith("\n"):
            # a parser swallows the first line break of a pre: what is to stay must be written twice
            token["data"] = "\n" + token["data"]
        self.pre_just_opened = False
        self._read(data)
        return True

    def _read(self, data: str) -> None:
        last = self.open[-1]
        if last.silent:
            return
        text = data if last.in_pre else _SPACE.sub(" ", data)
        self.notes.text.append(text)
        if not last.code:
            self.notes.prose.append(text)
        if self.heading is not None:
            self.name.append(text)

    def _boundary(self, name: str) -> None:
        if name not in _INLINE:
            mark = " " if name in _CELLS else "\n"
            self.notes.text.append(mark)
            self.notes.prose.append(mark)

    def _attributes(self, name: str, attributes: dict[str, str]) -> dict[str, str]:
        kept = {key: value for key, value in attributes.items() if key not in _HANDLED}
        for key, handle in _HANDLED.items():
            if key in attributes and (value := handle(self, attributes[key])):
                kept[key] = value
        if name == "a" and policy.is_external(kept.get("href", "")):
            kept["rel"] = "nofollow noopener noreferrer"
        if name == "img":
            kept |= {"loading": "lazy", "decoding": "async"}
        if side := kept.pop("align", ""):  # of a cell; HTML has no such attribute any more
            kept["class"] = f"{kept.get('class', '')} {side}".strip()
        if name == "input":
            kept = {"type": "checkbox", "disabled": ""} | ({"checked": ""} if "checked" in attributes else {})
        return kept

    def _classes(self, value: str) -> str:
        return policy.classes(value)

    def _address(self, value: str) -> str | None:
        return policy.address(value)

    def _id(self, value: str) -> str:
        """The id with its prefix; one that was there before gets a number."""
        return self._unique(policy.prefixed(value)) if value.strip() else ""

    def _unique(self, name: str) -> str:
        candidate, number = name, self.notes.ids.get(name, 0)
        while candidate in self.notes.ids:
            number += 1
            candidate = f"{name}_{number}"
        # how far this name has been counted: thousands of equal headings stay linear
        self.notes.ids[name], self.notes.ids[candidate] = number, self.notes.ids.get(candidate, 0)
        return candidate

    def _finished_heading(self) -> list[Token]:
        tokens, self.heading = self.heading or [], None
        start, name = tokens[0], " ".join("".join(self.name).split())
        found = policy.decoded(start["data"].get((None, "id"), ""))
        if not found:
            found = self._unique(policy.PREFIX + _SLUG(name, "-"))
            start["data"][(None, "id")] = policy.encoded(found)
        if start["name"] in _CONTENTS and name:
            self.notes.toc.append(Heading(int(start["name"][1]), found, name))
        return tokens


_HANDLED = {"class": Finish._classes, "id": Finish._id, "href": Finish._address, "src": Finish._address}

_HANDLERS = {"StartTag": Finish._start, "EmptyTag": Finish._start, "EndTag": Finish._end}


def _decoded(token: Token) -> dict[str, str]:
    return {name: policy.decoded(value) for (_space, name), value in token["data"].items()}
