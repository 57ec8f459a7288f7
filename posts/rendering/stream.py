"""Shorter ways through bleach's filter and serialiser for tokens that ask for no decision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import chain, islice
from typing import Any

Token = dict[str, Any]

# What bleach's filter changes in a text: references and the control characters it calls invisible.
_CHANGED = re.compile(r"[&\x00-\x08\x0b\x0c\x0e-\x1f]")
# What html5lib's serialiser changes, or quotes in a way of its own, in the value of an attribute.
_QUOTED = re.compile(r"""["'<>&]""")
# Attributes that are never written without their value.
_VALUED = frozenset(
    "align alt class colspan datetime decoding dir height href id lang loading rel rowspan src start tabindex title"
    " type width".split()
)
_END = {"type": "EndTag", "name": "b", "namespace": None}


class Filter:
    """Before bleach's filter: hands it what has a reference or an attribute, and joins the rest of the text."""

    source: Iterable[Token]
    allowed_tags: frozenset[str]
    sanitize_token: Any
    sanitize_characters: Any

    def __iter__(self) -> Iterator[Token]:
        """bleach's two loops in one: tokens through `sanitize_token`, texts that follow each other joined."""
        held: list[str] = []
        for token in self.source:
            for ready in self._sanitized(token):
                if ready["type"] == "Characters":
                    held.append(ready["data"])
                    continue
                if held:
                    yield {"data": "".join(held), "type": "Characters"}
                    held = []
                yield ready
        yield {"data": "".join(held), "type": "Characters"}

    def _sanitized(self, token: Token) -> Iterable[Token]:
        kind = token["type"]
        if kind == "Characters" and not _CHANGED.search(token["data"]):
            return (token,)
        if kind == "SpaceCharacters":
            return (token,)
        if kind != "Characters" and not token.get("data") and token.get("name") in self.allowed_tags:
            return (token,)
        result = self.sanitize_token(token)
        return result if isinstance(result, list) else (result,) if result else ()


class Serializer:
    """Before bleach's serialiser, which cuts a tag into eight pieces and looks at each."""

    def serialize(self, treewalker: Iterable[Token], encoding: None = None) -> Iterator[str]:
        """The same text in larger pieces."""
        tokens, after_end = iter(treewalker), False
        for token in tokens:
            kind = token["type"]
            if kind == "Characters":
                if after_end and token["data"] == "=":
                    # bleach still thinks itself in the end tag and takes what follows for a value
                    pieces = super().serialize(chain([_END, token], tokens), encoding)  # type: ignore[misc]
                    yield from islice(pieces, 1, None)
                    return
                yield escape(token["data"], quote=False)
            elif kind == "SpaceCharacters":
                yield token["data"]
            elif kind == "EndTag":
                after_end = True
                yield f"</{token['name']}>"
            elif kind not in ("StartTag", "EmptyTag"):
                yield from super().serialize([token], encoding)  # type: ignore[misc]
            elif (attributes := _plain(token["data"])) is not None:
                after_end = False
                yield f"<{token['name']}{attributes}>"
            elif ">" in token["data"].values():
                # bleach takes this value for the end of the tag and some later text for the value
                yield from super().serialize(chain([token], tokens), encoding)  # type: ignore[misc]
                return
            else:
                after_end = False
                yield from super().serialize([token], encoding)  # type: ignore[misc]


def _plain(data: dict[tuple[str | None, str], str]) -> str | None:
    """Attributes as text, or None when one of them needs more than quotes around it."""
    written = ""
    for (_space, name), value in data.items():
        if name not in _VALUED or _QUOTED.search(value):
            return None
        written += f' {name}="{value}"'
    return written
