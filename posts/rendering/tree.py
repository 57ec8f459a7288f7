"""From tokens to html5lib's tree and back: the same steps as html5lib's, without what nobody here asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as etree

from .tokens import CHARACTERS, END, PARSE_ERROR, SPACES, START

Token = dict[str, Any]

_HTML = "http://www.w3.org/1999/xhtml"
_MATHML = "http://www.w3.org/1998/Math/MathML"
_SPACE = "\t\n\x0c\r "
_NAMESPACED = re.compile("{([^}]*)}(.*)")
_METHODS = {
    0: "processDoctype",
    CHARACTERS: "processCharacters",
    SPACES: "processSpaceCharacters",
    START: "processStartTag",
    END: "processEndTag",
    6: "processComment",
}


class Loop:
    """The parser's loop. Errors are not collected: to name its line, html5lib counts all lines before each."""

    tree: Any
    tokenizer: Any
    phase: Any
    phases: Any
    isMathMLTextIntegrationPoint: Any
    isHTMLIntegrationPoint: Any

    def parseError(self, errorcode: str = "", datavars: object = None) -> None:
        """html5lib's hook."""

    def mainLoop(self) -> None:
        """html5lib's hook: hand each token to the phase the parser is in."""
        tree = self.tree
        for token in self.tokenizer:
            kind = token["type"]
            again = token if kind != PARSE_ERROR else None
            while again is not None:
                kind = again["type"]
                node = tree.openElements[-1] if tree.openElements else None
                foreign = (
                    node is not None and node.namespace is not None and self._is_foreign(node, token, kind)
                )
                phase = self.phases["inForeignContent"] if foreign else self.phase
                again = getattr(phase, _METHODS[kind])(again)
        seen = [self.phase]
        while self.phase.processEOF():
            assert self.phase not in seen
            seen.append(self.phase)

    def _is_foreign(self, node: Any, token: Token, kind: int) -> bool:
        """https://html.spec.whatwg.org/#tree-construction-dispatcher, for a node that is not of HTML."""
        if kind not in (CHARACTERS, SPACES, START):
            return True
        name = token["name"] if kind == START else ""
        if self.isMathMLTextIntegrationPoint(node) and name not in ("mglyph", "malignmark"):
            return False
        if (node.namespace, node.name) == (_MATHML, "annotation-xml") and name == "svg":
            return False
        return not self.isHTMLIntegrationPoint(node)


class Node:
    """An element of the tree: names as plain attributes instead of properties."""

    name: str = ""
    namespace: str | None = None

    def __init__(self, name: str, namespace: str | None = None) -> None:
        self.name = name
        self.namespace = namespace
        self.nameTuple = (namespace or _HTML, name)
        self.parent = None
        self._element = etree.Element(f"{{{namespace}}}{name}" if namespace else name)
        self._childNodes: list[Any] = []
        self._flags: list[Any] = []


class Builder:
    """The tree's builder: the steps that each token takes, shortened for the usual case."""

    scopes: Mapping[str | None, tuple[frozenset[tuple[str, str]], bool]] = {}

    elementClass: Any
    openElements: Any
    activeFormattingElements: Any
    _insertFromTable: bool

    def elementInScope(self, target: Any, variant: str | None = None) -> bool:
        """Is an element of this name (or this very element) open, with no border before it?"""
        if not isinstance(target, str):
            return bool(super().elementInScope(target, variant))  # type: ignore[misc]
        borders, inverted = self.scopes[variant]
        for node in reversed(self.openElements):
            name = node.nameTuple
            if name[1] == target and name[0] == _HTML:
                return True
            if inverted ^ (name in borders):
                return False
        raise AssertionError("the root element is a border")

    def reconstructActiveFormattingElements(self) -> None:
        """Nothing to do when the last one is the current element."""
        active = self.activeFormattingElements
        if active and active[-1] is not self.openElements[-1]:
            super().reconstructActiveFormattingElements()  # type: ignore[misc]

    def insertElementNormal(self, token: Token) -> Any:
        """A new element inside the current one."""
        element = self.elementClass(token["name"], token.get("namespace"))
        if token["data"]:
            element.attributes = token["data"]
        self.openElements[-1].appendChild(element)
        self.openElements.append(element)
        return element

    def insertText(self, data: str, parent: Any = None) -> None:
        """Text behind what is in the current element."""
        if parent is not None or self._insertFromTable:
            super().insertText(data, parent)  # type: ignore[misc]
            return
        element = self.openElements[-1]._element
        if len(element):
            last = element[-1]
            last.tail = last.tail + data if last.tail else data
        else:
            element.text = element.text + data if element.text else data


def walk(root: etree.Element, void: frozenset[str]) -> Iterator[Token]:
    """Tokens of a fragment in html5lib's form; its own walker looks each element up among its siblings."""
    above: list[tuple[Iterator[etree.Element], etree.Element, Token]] = []
    children = iter(root)
    yield from _text(root.text)
    while True:
        for child in children:
            start = _start(child, void)
            yield start
            if start["type"] == "StartTag":
                yield from _text(child.text)
                end = {"type": "EndTag", "name": start["name"], "namespace": start["namespace"]}
                if len(child):
                    above.append((children, child, end))
                    children = iter(child)
                    break
                yield end
            yield from _text(child.tail)
        else:
            if not above:
                return
            children, child, end = above.pop()
            yield end
            yield from _text(child.tail)


def _start(element: etree.Element, void: frozenset[str]) -> Token:
    tag: Any = element.tag
    if tag is etree.Comment:
        return {"type": "Comment", "data": element.text}
    namespace = None
    if tag[0] == "{":
        namespace, tag = _name(tag)
    data = {_name(name): value for name, value in element.attrib.items()} if element.attrib else {}
    kind = "EmptyTag" if namespace is None and tag in void else "StartTag"
    return {"type": kind, "name": tag, "namespace": namespace, "data": data}


def _name(name: str) -> tuple[str | None, str]:
    found = _NAMESPACED.match(name) if name[0] == "{" else None
    return (found[1], found[2]) if found else (None, name)


def _text(data: str | None) -> list[Token]:
    """Spaces at the ends are tokens of their own."""
    if not data:
        return []
    if data[0] not in _SPACE and data[-1] not in _SPACE:
        return [{"type": "Characters", "data": data}]
    rest = data.lstrip(_SPACE)
    middle = rest.rstrip(_SPACE)
    pieces = (
        ("SpaceCharacters", data[: len(data) - len(rest)]),
        ("Characters", middle),
        ("SpaceCharacters", rest[len(middle) :]),
    )
    return [{"type": kind, "data": piece} for kind, piece in pieces if piece]
