"""kramdown's attribute lists: read, put on an element, never shown (I-62)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

_PART = r"""(?:[.#][\w:-]+|[\w-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}]+))"""
_PARTS = re.compile(_PART)

# `{: …}` holding nothing but attributes, or kramdown's one-word lists
_STRAY = re.compile(rf"\{{:[ ]*+(?:{_PART}[ ]*+)*+(?:toc|no_toc|footnotes)?[ ]*+\}}")


def parse_attributes(text: str) -> list[tuple[str, str]]:
    """`.cta #top title="x"` → [("class", "cta"), ("id", "top"), ("title", "x")]; the rest is left out."""
    return [_pair(part) for part in _PARTS.findall(text)]


def apply(element: etree.Element, pairs: list[tuple[str, str]]) -> None:
    """Set the attributes; classes add up. The sanitiser decides which of them survive."""
    for name, value in pairs:
        if name == "class" and element.get("class"):
            value = f"{element.get('class')} {value}"
        element.set(name, value)


def _pair(part: str) -> tuple[str, str]:
    if part[0] == ".":
        return "class", part[1:]
    if part[0] == "#":
        return "id", part[1:]
    name, value = part.split("=", 1)
    return name, value[1:-1] if value[0] in "\"'" else value


class AttributeLists(AttrListTreeprocessor):
    """attr_list for lists of attributes only: `{{ x }}` and `{key}` after an element stay text (A17)."""

    BASE_RE = rf"(\{{:?[ ]*{_PART}(?:[ ]+{_PART})*+[ ]*\}})"  # type: ignore[misc]
    HEADER_RE = re.compile(rf"(?<![ ])[ ]+{BASE_RE}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(BASE_RE)  # type: ignore[misc]

    def assign_attrs(self, elem: etree.Element, attrs_string: str, *, strict: bool = False) -> str:
        """Python-Markdown's hook; there is never a remainder."""
        apply(elem, parse_attributes(attrs_string))
        return ""


class StrayLists(Treeprocessor):
    """A list that follows plain text belongs to nothing and vanishes (code is atomic and stays)."""

    def run(self, root: etree.Element) -> None:
        """Python-Markdown's hook, after `AttributeLists`."""
        for element in root.iter():
            if element.text and not isinstance(element.text, AtomicString):
                element.text = _STRAY.sub("", element.text)
            if element.tail and not isinstance(element.tail, AtomicString):
                element.tail = _STRAY.sub("", element.tail)
