"""Hugo's shortcodes: those of the table are made; of the others the text is kept (I-60, I-61)."""

import re

from .shortcode_table import PAIRED, SINGLE, Place
from .shortcode_tags import Shortcode, find, pairs
from .surroundings import Surroundings

_LINE_ENDS = re.compile(r"[ \t]*+(?:\n|\Z)")


def convert(body: str, around: Surroundings) -> str:
    """The body without shortcodes; lines stay where they are. What is inside code is not looked at."""
    found = find(body, around)
    if not found:
        return body
    return _Expansion(body, found, around).between(0, len(body), 0, len(found))


class _Expansion:
    """One body with its shortcodes paired."""

    def __init__(self, body: str, found: list[Shortcode], around: Surroundings):
        self.body, self.found, self.around = body, found, around
        self.closes = pairs(found)

    def between(self, start: int, end: int, first: int, last: int) -> str:
        """The text from `start` to `end`, in which the shortcodes `first` to `last` stand."""
        out, at, number = [], start, first
        while number < last:
            tag = self.found[number]
            out.append(self.body[at : tag.start])
            close = self.closes.get(number)
            if close is None:
                out.append(self._single(tag))
                at, number = tag.end, number + 1
            else:
                out.append(self._paired(number, close))
                at, number = self.found[close].end, close + 1
        out.append(self.body[at:end])
        return "".join(out)

    def _single(self, tag: Shortcode) -> str:
        if tag.shown is not None:
            return self._padded(tag.shown, tag.start, tag.end)
        place = self._place(tag, tag.end)
        known = SINGLE.get(tag.name)
        made = known(tag, place, self.around) if known else None
        if made is None:
            rule = "shortcode.open" if tag.name in PAIRED or tag.is_closing else "shortcode.unknown"
            self._tell(rule, tag, place)
            made = "" if tag.is_closing or not tag.words or tag.name in PAIRED else tag.words[0]
        return self._padded(made, tag.start, tag.end)

    def _paired(self, number: int, close: int) -> str:
        tag, end = self.found[number], self.found[close]
        place = self._place(tag, end.end)
        if tag.name == "highlight":
            inside = self.body[tag.end : end.start]
        else:
            inside = self.between(tag.end, end.start, number + 1, close)
        known = PAIRED.get(tag.name)
        if known is None:
            self._tell("shortcode.unknown", tag, place)
        made = known(tag, inside, place, self.around) if known else inside
        return self._padded(made, tag.start, end.end)

    def _padded(self, made: str, start: int, end: int) -> str:
        """As many lines as there were, so that what follows is reported with its line."""
        return made + "\n" * (self.body.count("\n", start, end) - made.count("\n"))

    def _place(self, tag: Shortcode, end: int) -> Place:
        start = tag.start
        while start and self.body[start - 1] in " \t":
            start -= 1
        is_first = not start or self.body[start - 1] == "\n"
        is_last = bool(_LINE_ENDS.match(self.body, end))
        indent = self.body[start : tag.start] if is_first else ""
        return Place(is_first and is_last, indent, self.around.line(self.body, tag.start))

    def _tell(self, rule: str, tag: Shortcode, place: Place) -> None:
        shown = " ".join(self.body[tag.start : tag.end].split())[:60]
        self.around.notes.warn(rule, place.line, tag=shown)
