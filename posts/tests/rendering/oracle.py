"""nh3, an independent sanitiser, with the same lists as `policy`: it must find nothing left to remove."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3

from posts.rendering import policy

_ADDED = {"a": {"rel"}, "img": {"loading", "decoding"}, "div": {"tabindex"}, "pre": {"tabindex"}}


def leftovers(text: str) -> str:
    """What nh3 changes in `text` beyond its spelling, as words for a failing test; "" when nothing."""
    ours, theirs = events(text), events(nh3_clean(text))
    if ours == theirs:
        return ""
    at = next(
        (n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs))
    )
    return f"ours {ours[at : at + 4]} nh3 {theirs[at : at + 4]}"


def nh3_clean(text: str) -> str:
    """`text` through nh3 with our elements, attributes and protocols."""
    attributes: dict[str, set[str]] = {}
    for element, attribute in policy.ATTRIBUTES:
        attributes.setdefault(element, set()).add(attribute)
    for element, names in _ADDED.items():
        attributes.setdefault(element, set()).update(names)
    return nh3.clean(
        text,
        tags=set(policy.ELEMENTS),
        clean_content_tags=set(policy.DROPPED - {"head", "frameset"}),
        attributes=attributes,
        attribute_filter=_allowed,
        url_schemes=set(policy.PROTOCOLS),
        link_rel=None,
    )


def events(text: str) -> list[tuple[str, ...]]:
    """Tags with sorted attributes and text, in order, without differences of spelling."""
    parser = _Events()
    parser.feed(text)
    parser.close()
    merged: list[tuple[str, ...]] = []
    for event in parser.events:
        if merged and event[0] == merged[-1][0] == "text":
            merged[-1] = ("text", merged[-1][1] + event[1])
        else:
            merged.append(event)
    return merged


def _allowed(element: str, attribute: str, value: str) -> str | None:
    if attribute in _ADDED.get(element, ()):
        return value
    return value if policy.is_allowed(element, attribute, html.escape(value)) else None


class _Events(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.events.append(("start", tag, *(f"{name}={value or ''}" for name, value in sorted(attrs))))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(("end", tag))

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\r\n?", "\n", data)
        # a parser swallows the first line break of a pre
        self.events.append(("text", text.lstrip("\n") if self.lasttag == "pre" and self._opened() else text))

    def _opened(self) -> bool:
        return bool(self.events and self.events[-1][0] == "start")

    def handle_comment(self, data: str) -> None:
        self.events.append(("comment", data))
