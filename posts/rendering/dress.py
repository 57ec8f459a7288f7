"""What the site adds to sanitised HTML: sizes and smaller forms of its pictures, their credits, names of tables.

None of it could come from a text: the sanitiser takes away every attribute and class that is written here. So it can be
taken off again, and `dressed(dressed(x)) == dressed(x)` also when more has become known of a picture.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

# In pixels (static/css/site.css): as wide as a column of text can be (--measure), and what a phone leaves beside it.
COLUMN, MARGIN = 680, 32

_TABLE = {"ja": "表{}", "en": "Table {}"}

# A value that holds a double quote stands in single ones.
_ATTRIBUTES = r"""(?: [\w-]+=(?:"[^"]*+"|'[^']*+'))*+"""
_IMAGE = re.compile(rf"<img{_ATTRIBUTES}>")
_ATTRIBUTE = re.compile(r""" ([\w-]+)=(?:"([^"]*+)"|'([^']*+)')""")
_ADDED = re.compile(r' (?:srcset|sizes)="[^"]*+"')
_FIGURE = re.compile(r"<figure\b(?:[^<]|<(?!/?figure\b))*+</figure>")
_ALONE = re.compile(rf"<p>((?:<a{_ATTRIBUTES}>)?+<img{_ATTRIBUTES}>(?:</a>)?+)</p>")
_BOX = re.compile(rf'(<div{_ATTRIBUTES[:-1]}? tabindex="0")(?: role="region" aria-label="[^"]*+")?+>')
_WORDS = re.compile(r"<figcaption\b.*</figcaption>", re.S)

# No text can have these classes (policy.CLASSES).
_CREDIT = '<small class="picture-credit">{}</small>'
_CAPTION = '<figcaption class="picture-caption">{}</figcaption>'
_FRAME = '<figure class="picture-alone">{}{}</figure>'
_OLD_CREDIT = re.compile(_CREDIT.format("[^<]*+"))
_OLD_CAPTION = re.compile(_CAPTION.format("[^<]*+"))
_OLD_FRAME = re.compile(_FRAME.format("((?:[^<]|<(?!/?figure))*+)", ""))


@dataclass(frozen=True)
class Shown:
    """A picture of the site: pixels, its smaller forms as (address, width in pixels), and whom it is owed to."""

    width: int
    height: int
    forms: tuple[tuple[str, int], ...] = ()
    credit: str = ""

    @property
    def srcset(self) -> str:
        """`/a-480.webp 480w, /a-960.webp 960w`, not escaped; "" when there is nothing to choose from."""
        return ", ".join(f"{address} {width}w" for address, width in self.forms)


def pictures_in(text: str) -> set[str]:
    """The addresses of all pictures in sanitised HTML."""
    if "<img" not in text:
        return set()
    return {_read(found[0]).get("src", "") for found in _IMAGE.finditer(text)} - {""}


def dressed(text: str, known: Mapping[str, Shown], lang: str = "ja") -> str:
    """Sanitised (or dressed) HTML with all that is known of its pictures, by address, and names for its tables."""
    if "<img" in text:
        text = _IMAGE.sub(lambda found: _image(found[0], known), _bare(text))
        text = _FIGURE.sub(lambda found: _figure(found[0], known), text)
        text = _ALONE.sub(lambda found: _framed(found, known), text)
    return _named(text, "ja" if lang.startswith("ja") else "en") if ' tabindex="0"' in text else text


def _bare(text: str) -> str:
    """Without frames, captions and credits that were added here."""
    text = _OLD_CAPTION.sub("", _OLD_CREDIT.sub("", text))
    return _OLD_FRAME.sub(r"<p>\1</p>", text)


def _image(tag: str, known: Mapping[str, Shown]) -> str:
    tag = _ADDED.sub("", tag)
    written = _read(tag)
    shown = known.get(written.get("src", ""))
    if shown is None:
        return tag
    added = _size(written, shown)
    if shown.forms:
        added += f' srcset="{html.escape(shown.srcset)}" sizes="{_sizes({**written, **_read(added)})}"'
    return f"{tag[:-1]}{added}>"


def _size(written: Mapping[str, str], shown: Shown) -> str:
    """The attributes of size that are missing, in the picture's own proportion."""
    width, height = written.get("width", ""), written.get("height", "")
    if width and height or not f"{width}{height}".isdigit() and (width or height):
        return ""
    if width:
        return f' height="{max(1, round(int(width) * shown.height / shown.width))}"'
    if height:
        return f' width="{max(1, round(int(height) * shown.width / shown.height))}"'
    return f' width="{shown.width}" height="{shown.height}"'


def _sizes(written: Mapping[str, str]) -> str:
    width = written.get("width", "")
    widest = min(int(width), COLUMN) if width.isdigit() else COLUMN
    return f"(max-width: {widest + MARGIN}px) calc(100vw - {MARGIN}px), {widest}px"


def _figure(text: str, known: Mapping[str, Shown]) -> str:
    """A figure with the credits of its pictures, unless its own caption names them already."""
    credit, words = _credit(text, known), _WORDS.search(text)
    if not credit or words and _names(words[0], credit):
        return text
    if words:
        return text.replace("</figcaption>", f"{_CREDIT.format(credit)}</figcaption>", 1)
    return f"{text[: -len('</figure>')]}{_CAPTION.format(credit)}</figure>"


def _names(caption: str, credit: str) -> bool:
    return 'class="credit"' in caption or bool(re.search(rf"(?<!\w){re.escape(credit)}(?!\w)", caption))


def _framed(found: re.Match[str], known: Mapping[str, Shown]) -> str:
    credit = _credit(found[1], known)
    return _FRAME.format(found[1], _CAPTION.format(credit)) if credit else found[0]


def _credit(text: str, known: Mapping[str, Shown]) -> str:
    """The credits of all pictures in a piece of HTML, each once, escaped."""
    pictures = (known.get(_read(found[0]).get("src", "")) for found in _IMAGE.finditer(text))
    credits = dict.fromkeys(shown.credit for shown in pictures if shown and shown.credit)
    return html.escape(" / ".join(credits), quote=False)


def _named(text: str, lang: str) -> str:
    """Boxes that scroll as regions with a name of their own (WCAG 4.1.2)."""
    number = 0

    def name(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f'{found[1]} role="region" aria-label="{_TABLE[lang].format(number)}">'

    return _BOX.sub(name, text)


def _read(tag: str) -> dict[str, str]:
    return {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}
