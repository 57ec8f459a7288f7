"""Plain HTML to tokens by one regular expression; all else stays with the tokenizer that this is mixed into.

html5lib's tokenizer calls a function for each character of a tag. Nearly all tags are plain: a known name in small
letters, attributes in double quotes. For these, and for text, `PlainTokens` makes the very same tokens (the tests
compare them); where it sees anything else, the stock states go on from the same place.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Any

# html5lib.constants.tokenTypes
CHARACTERS, SPACES, START, END, PARSE_ERROR = 1, 2, 3, 4, 7

_ATTRIBUTE = r' ([a-z][a-z0-9-]*)="([^"\x00]*)"'
_PLAIN = re.compile(
    r"([^&<\x00\t\n\x0c\r ][^&<\x00]*)"  # 1: text that does not begin with a space
    r"|([\t\n\x0c\r ]+)"  # 2: spaces
    r"|</([a-z][a-z0-9]*)>"  # 3: name of an end tag
    rf"|<([a-z][a-z0-9]*)((?:{_ATTRIBUTE})*+) ?(/?)>"  # 4: name of a start tag, 5: attributes, 8: slash
    r"|(&)"  # 9: an ampersand: bleach reads no entities here
)
_TEXT, _TEXTS, _AMPERSAND = 1, (1, 2), 9
_PAIRS = re.compile(_ATTRIBUTE)


class PlainTokens:
    """Goes between bleach's tokenizer and html5lib's: `class T(BleachHTMLTokenizer, Between)`."""

    # Never one whose content the parser reads by other rules, such as a script.
    plain_names: frozenset[str] = frozenset()

    stream: Any
    state: Any
    dataState: Any
    tokenQueue: Any
    currentToken: Any
    emitted_last_token: Any

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """html5lib's loop, which asks for plain tokens first."""
        self.tokenQueue = queue = deque[dict[str, Any]]()
        source, between = self.stream._inner_stream, self.dataState
        while True:
            while self.state == between and (token := self._plain(source)) is not None:
                yield token
            if not self.state():
                return
            while source.errors:
                yield {"type": PARSE_ERROR, "data": source.errors.pop(0)}
            while queue:
                yield queue.popleft()

    def _plain(self, source: Any) -> dict[str, Any] | None:
        """The next token with the stream moved behind it, or None with nothing changed."""
        found = _PLAIN.match(source.chunk, source.chunkOffset)
        if found is None:
            return None
        kind, end = found.lastindex, found.end()
        token: dict[str, Any] | None = None
        if kind in _TEXTS:
            if end < source.chunkSize:  # else it may go on in the next chunk
                token = {"type": CHARACTERS if kind == _TEXT else SPACES, "data": found[0]}
        elif kind == _AMPERSAND:
            token = {"type": CHARACTERS, "data": "&"}
        elif (token := self._end_tag(found) if found[3] else self._start_tag(found)) is not None:
            self.currentToken = self.emitted_last_token = token
        if token is not None:
            source.chunkOffset = end
        return token

    def _end_tag(self, found: re.Match[str]) -> dict[str, Any] | None:
        if found[3] not in self.plain_names:
            return None
        return {"type": END, "name": found[3], "data": [], "selfClosing": False}

    def _start_tag(self, found: re.Match[str]) -> dict[str, Any] | None:
        _, _, _, name, attributes, _, _, slash, _ = found.groups()
        pairs = _PAIRS.findall(attributes) if attributes else ()
        data = dict(pairs)
        if name not in self.plain_names or len(data) < len(pairs):
            return None  # of two attributes with one name the first wins, and it is an error
        return {
            "type": START,
            "name": name,
            "data": data,
            "selfClosing": bool(slash),
            "selfClosingAcknowledged": False,
        }
