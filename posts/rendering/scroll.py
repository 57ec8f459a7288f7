"""What may be wider than the page scrolls on its own, and can be reached by the keyboard (WCAG 2.1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Token = dict[str, Any]

_CLASS, _TAB = (None, "class"), (None, "tabindex")


class Scroll:
    """A filter in html5lib's sense: tables get a box of their own, once; `pre` takes the focus."""

    def __init__(self, source: Iterable[Token]) -> None:
        self.source = source

    def __iter__(self) -> Iterator[Token]:
        boxed: list[bool] = []  # for each open element: is it a box, or a table that has just got one?
        for token in self.source:
            kind = token["type"]
            if kind == "StartTag":
                name = token["name"]
                new_box = name == "table" and not (boxed and boxed[-1])
                if new_box:
                    yield _tag("StartTag", {_CLASS: "scroll", _TAB: "0"})
                if name == "pre":
                    token["data"][_TAB] = "0"
                boxed.append(new_box or (name == "div" and _is_box(token)))
            yield token
            if kind == "EndTag" and boxed.pop() and token["name"] == "table":
                yield _tag("EndTag", {})


def _is_box(token: Token) -> bool:
    is_box = "scroll" in token["data"].get(_CLASS, "").split()
    if is_box:
        token["data"][_TAB] = "0"
    return is_box


def _tag(kind: str, data: dict[Any, str]) -> Token:
    return {"type": kind, "name": "div", "namespace": None, "data": data}
