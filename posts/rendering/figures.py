"""A picture alone in its paragraph, with a title: a figure, and the title is its caption (specs/readers.md 1)."""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString


class Figures(Treeprocessor):
    """`![words](address "caption")`, also as a link, between two blank lines."""

    def run(self, root: etree.Element) -> None:
        """Python-Markdown's hook, after attribute lists: what a paragraph is called stays with the figure."""
        for element in root.iter("p"):
            picture = _alone(element)
            if picture is not None and (caption := picture.get("title", "").strip()):
                element.tag = "figure"
                del picture.attrib["title"]
                etree.SubElement(element, "figcaption").text = AtomicString(caption)


def _alone(element: etree.Element) -> etree.Element | None:
    """The picture that is all an element holds, itself or in a link."""
    if len(element) != 1 or (element.text or "").strip() or (element[0].tail or "").strip():
        return None
    only = element[0]
    if only.tag == "a":
        return _alone(only) if len(only) and only[0].tag == "img" else None
    return only if only.tag == "img" else None
