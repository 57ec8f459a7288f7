"""The one sanitiser: all HTML that is ever shown went through `sanitize_html`; only this file knows bleach.

bleach ended upstream on 2026-06-05 and is the customer's choice. So it stands alone here, the tests hold nh3
against it, and the site's CSP is the second wall (attacks.md A0). `tokens`, `tree` and `stream` are mixed into
its parts and only shorten the way of what is plain; the tests hold them against the parts as they are delivered.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, cast

from bleach import html5lib_shim, sanitizer
from bleach._vendor.html5lib.constants import voidElements
from bleach._vendor.html5lib.treebuilders import getTreeBuilder
from bleach._vendor.html5lib.treebuilders.base import listElementsMap

from . import policy, reading
from .dropped import without_dropped
from .finish import Finish, Notes, Token
from .scroll import Scroll
from .stream import Filter, Serializer
from .tokens import PlainTokens
from .tree import Builder, Loop, Node, walk

# Random tag soup needs up to three; each costs as much as the first.
_ROUNDS = 5

# Longer attributes, such as pictures written into the text, are not remembered.
_LONGEST_REMEMBERED = 300

_local = threading.local()

# The stubs of bleach describe what it is used for, not what it is made of.
_shim: Any = html5lib_shim
_Judge: Any = sanitizer.BleachSanitizerFilter
_Tree: Any = getTreeBuilder("etree")


@dataclass(frozen=True)
class Clean:
    """Sanitised HTML and what was noticed on the way."""

    html: str
    notes: Notes


def sanitize_html(html: str) -> str:
    """`html` with nothing in it that is not on the lists of `policy`. Applying it twice changes nothing."""
    return clean(html).html


def clean(html: str) -> Clean:
    """As `sanitize_html`, with headings, text and counts of the result.

    Misnested tags may come out of one parser in a shape that the next one changes again (tables push out what
    does not belong in them). So the result goes round until it stays as it is; what never does becomes text.
    """
    done = clean_once(html)
    for _ in range(_ROUNDS):
        again = clean_once(done.html)
        if again.html == done.html:
            return again
        done = again
    return clean_once(
        "\n".join(f"<p>{escape(line)}</p>" for line in reading.plain(done.notes.text).split("\n"))
    )


def clean_once(html: str) -> Clean:
    """One round of `clean`: enough for well-formed HTML, such as markdown without raw tags makes."""
    notes = Notes()
    if not html:
        return Clean("", notes)
    sanitized = _Filter(without_dropped(walk(_parser().parseFragment(html), voidElements)), **_RULES)
    return Clean(_SERIALIZER.render(Scroll(Finish(sanitized, notes))), notes)


class _Between(PlainTokens, _shim.HTMLTokenizer):
    plain_names = policy.ELEMENTS


class _Tokenizer(_shim.BleachHTMLTokenizer, _Between):
    """bleach's, which mends html5lib's tokens; it finds `PlainTokens` where it looks for html5lib's loop."""


class _Node(Node, _Tree.elementClass):
    pass


class _Builder(Builder, _Tree):
    scopes = listElementsMap
    elementClass = _Node


class _Parser(Loop, _shim.BleachHTMLParser):
    """It knows more elements than the sanitiser allows: what it does not know loses its tags and stays as text."""

    def __init__(self) -> None:
        known = policy.ELEMENTS | policy.DROPPED | policy.EMBEDS | {"source"}
        super().__init__(
            known, strip=True, consume_entities=False, tree=_Builder, namespaceHTMLElements=False
        )

    def _parse(self, stream: str, *_args: object, **_kwargs: object) -> None:
        """bleach's hook, as it is, with our tokenizer; only fragments of text come here."""
        self.innerHTMLMode, self.container, self.scripting = True, "div", True
        self.tokenizer = _Tokenizer(stream=stream, consume_entities=False, parser=self)
        self.reset()
        self.mainLoop()


class _Filter(Filter, _Judge):
    def allow_token(self, token: Token) -> Token:
        """bleach's decision about the attributes, remembered."""
        pairs = tuple(token["data"].items()) if "data" in token else ()
        if sum(len(name) + len(value) for (_space, name), value in pairs) > _LONGEST_REMEMBERED:
            return cast(Token, super().allow_token(token))
        if pairs:
            token["data"] = dict(_allowed(token["name"], pairs))
        return token


class _Serializer(Serializer, _shim.BleachHTMLSerializer):
    pass


_RULES: dict[str, Any] = {
    "allowed_tags": policy.ELEMENTS,
    "attributes": policy.is_allowed,
    "allowed_protocols": policy.PROTOCOLS,
    "strip_disallowed_tags": True,
    "strip_html_comments": True,
}
# As bleach.Cleaner has it; it keeps nothing from one text to the next but errors nobody reads.
_SERIALIZER = _Serializer(
    quote_attr_values="always", omit_optional_tags=False, escape_lt_in_attrs=True, resolve_entities=False
)


@lru_cache(maxsize=2048)
def _allowed(name: str, pairs: tuple[tuple[Any, str], ...]) -> tuple[tuple[Any, str], ...]:
    token = {"type": "StartTag", "name": name, "data": dict(pairs)}
    return tuple(_Judge([], **_RULES).allow_token(token)["data"].items())


def _parser() -> _Parser:
    # it has state: one per thread, and building it costs as much as a short text
    if not hasattr(_local, "parser"):
        _local.parser = _Parser()
    parser: _Parser = _local.parser
    return parser
