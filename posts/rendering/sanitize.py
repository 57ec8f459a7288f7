"""The one sanitiser: all HTML that is ever shown went through `sanitize_html`; only this file knows bleach.

bleach ended upstream on 2026-06-05 and is the customer's choice. So it stands alone here, the tests hold nh3
against it, and the site's CSP is the second wall (attacks.md A0).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, cast

from bleach.sanitizer import Cleaner

from . import policy, reading
from .finish import Finish, Notes, Token
from .scroll import Scroll

# Random tag soup needs up to three; each costs as much as the first.
_ROUNDS = 5

_local = threading.local()


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
    cleaner = _cleaner()
    cleaner.filters = [cast(Any, partial(Finish, notes=notes)), cast(Any, Scroll)]
    return Clean(cleaner.clean(html), notes)


class _Cleaner(Cleaner):
    """bleach, with a filter before it that takes out elements together with their content.

    bleach removes only the tags of what it refuses and would show the code of a script as text; the parser
    must therefore know more elements than the sanitiser allows.
    """

    def __init__(self) -> None:
        parsed = policy.ELEMENTS | policy.DROPPED | policy.EMBEDS | {"source"}
        super().__init__(
            tags=parsed,
            attributes=policy.is_allowed,
            protocols=policy.PROTOCOLS,
            strip=True,
            strip_comments=True,
        )
        self.tags = policy.ELEMENTS
        walker: Any = self.walker
        self.walker: Any = lambda dom: _without_dropped(walker(dom))


def _cleaner() -> _Cleaner:
    # bleach's parser has state: one per thread, and building it costs as much as a short text
    if not hasattr(_local, "cleaner"):
        _local.cleaner = _Cleaner()
    cleaner: _Cleaner = _local.cleaner
    return cleaner


def _without_dropped(tokens: Iterable[Token]) -> Iterator[Token]:
    """Leave out dropped elements whole; put a link in the place of an embed."""
    depth, embed, links = 0, _Embed(), 0
    for token in tokens:
        kind, name = token["type"], token.get("name")
        if depth:
            embed.see(token)
            depth += {"StartTag": 1, "EndTag": -1}.get(kind, 0)
            if not depth:
                yield from embed.link(inside_link=bool(links))
        elif kind == "StartTag" and name in policy.DROPPED | policy.EMBEDS:
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
