"""Python-Markdown's inline patterns, each asked only about a text that holds what it begins with."""

from __future__ import annotations

import re
from typing import Any

from markdown import Markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

# What stands in each text that the pattern of this name finds anything in.
_SIGNS = {
    "backtick": ("`",),
    "hardbreak": ("\\\n",),
    "escape": ("\\",),
    "footnote": ("[^",),
    "reference": ("[",),
    "link": ("[",),
    "image_link": ("![",),
    "image_reference": ("![",),
    "short_reference": ("[",),
    "short_image_ref": ("![",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  \n",),
    "html": ("<",),
    "magic-link": ("http", "www."),
    "magic-mail": ("@",),
    "entity": ("&",),
    "em_strong": ("*", "_"),
    "delimiter": ("~",),
}


class Inlines(InlineProcessor):
    """Most texts hold no sign at all, and Python-Markdown would ask all nineteen patterns about each of them."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.patterns = list(md.inlinePatterns)
        places = {md.inlinePatterns.get_index_for_name(name): signs for name, signs in _SIGNS.items()}
        self.signs = [(places[place][0], places[place][-1]) for place in range(len(self.patterns))]
        every = sorted({sign for signs in self.signs for sign in signs})
        self.any_sign = re.compile("|".join(re.escape(sign) for sign in every))

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        """Python-Markdown's private loop over the patterns, from `patternIndex` on."""
        if isinstance(data, AtomicString) or not self.any_sign.search(data):
            return data
        apply: Any = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        for index in range(patternIndex, len(self.patterns)):
            start, matched = 0, True
            first, second = self.signs[index]
            while matched and (first in data or second in data):
                data, matched, start = apply(self.patterns[index], data, index, start)
        return data
