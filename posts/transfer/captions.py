"""WordPress's `[caption]` around a picture as a figure with its words (I-67)."""

import html
import re

from .scan import outside_code
from .surroundings import Surroundings

_CAPTION = re.compile(r"\[caption\b([^\]\n]*+)\]((?:[^\[]|\[(?!/?caption\b))*+)\[/caption\]", re.I)
_WORDS = re.compile(r"""\bcaption\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
_LINKED = re.compile(r"\s*(<a\b[^<>]*+>\s*<img\b[^<>]*+>\s*</a>|<img\b[^<>]*+>)", re.I)
_MARKED = re.compile(
    r"\s*(?:\[!\[([^\[\]]*)\]\(([^()\s]+)[^()\n]*\)\]\(([^()\s]+)[^()\n]*\)|!\[([^\[\]]*)\]\(([^()\s]+)[^()\n]*\))"
)


def convert(body: str, around: Surroundings) -> str:
    def stretch(text: str, start: int) -> str:
        return _CAPTION.sub(_figure, text)

    return outside_code(body, stretch, html=around.html)


def _figure(found: re.Match[str]) -> str:
    """What holds no picture keeps its text."""
    inside = found[2]
    if linked := _LINKED.match(inside):
        picture, rest = linked[1], inside[linked.end() :]
    elif marked := _MARKED.match(inside):
        picture, rest = _element(marked), inside[marked.end() :]
    else:
        return inside
    named = _WORDS.search(found[1])
    words = " ".join(rest.split()) or html.unescape(next(filter(None, named.groups()), "") if named else "")
    caption = f"<figcaption>{words}</figcaption>" if words else ""
    made = f"<figure>{' '.join(picture.split())}{caption}</figure>"
    return made + "\n" * (found[0].count("\n") - made.count("\n"))


def _element(marked: re.Match[str]) -> str:
    alt, source = marked[1] or marked[4] or "", marked[2] or marked[5]
    image = f'<img src="{html.escape(source)}" alt="{html.escape(alt)}">'
    return f'<a href="{html.escape(marked[3])}">{image}</a>' if marked[3] else image
