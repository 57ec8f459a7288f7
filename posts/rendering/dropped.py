"""Elements that vanish together with their content, and the links that stand in for embeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from . import policy

Token = dict[str, Any]

_WHOLE = policy.DROPPED | policy.EMBEDS
_NOTED = _WHOLE | {"a"}


def without_dropped(tokens: Iterable[Token]) -> Iterator[Token]:
    """Leave out dropped elements whole; put a link in the place of an embed.

    bleach removes only the tags of what it refuses and would show the code of a script as text.
    """
    depth, embed, links = 0, _Embed(), 0
    for token in tokens:
        name = token.get("name")
        if not depth and name not in _NOTED:
            yield token
            continue
        kind = token["type"]
        if depth:
            embed.see(token)
            depth += {"StartTag": 1, "EndTag": -1}.get(kind, 0)
            if not depth:
                yield from embed.link(inside_link=bool(links))
        elif kind == "StartTag" and name in _WHOLE:
            depth, embed = 1, _Embed(name if name in policy.EMBEDS else "")
            embed.see(token)
        elif name not in policy.DROPPED:
            links += {"StartTag": 1, "EndTag": -1}.get(kind, 0) if name == "a" else 0
            yield token


class _Embed:
    """The address an iframe, video or audio element would have shown."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.address = ""

    def see(self, token: Token) -> None:
        wanted = self.name and not self.address and token.get("name") in (self.name, "source")
        if wanted and token["type"] in ("StartTag", "EmptyTag"):
            self.address = policy.address(policy.decoded(token["data"].get((None, "src"), ""))) or ""

    def link(self, *, inside_link: bool) -> list[Token]:
        if not self.address:
            return []
        shown: Token = {"type": "Characters", "data": policy.encoded(self.address)}
        if inside_link:
            return [shown]
        attributes: dict[Any, str] = {(None, "href"): policy.encoded(self.address)}
        start: Token = {"type": "StartTag", "name": "a", "namespace": None, "data": attributes}
        return [start, shown, {"type": "EndTag", "name": "a", "namespace": None}]
