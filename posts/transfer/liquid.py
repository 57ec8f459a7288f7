"""Liquid, read and never evaluated: a table of tags; what is not in it stays text (I-57 to I-59, I-61)."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from .names import name_of
from .scan import Piece, pieces
from .surroundings import Surroundings, source_key, stem_key

# a mark inside ends the search, so that a thousand open ones cost no more than one
_TAG = re.compile(r"\{%-?\s*+([A-Za-z_]\w*+)((?:[^%{]|%(?!\})|\{(?!%))*+)%\}")
_OUTPUT = re.compile(r"\{\{-?((?:[^{}]|\{(?!\{)|\}(?!\}))*+)\}\}")
_EITHER = re.compile(f"(?P<tag>{_TAG.pattern})|(?P<output>{_OUTPUT.pattern})")
_LITERAL = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)')((?:\s*\|\s*[\w-]+)*)\s*-?\s*""")
_STRINGS = re.compile(r""""([^"]*)"|'([^']*)'""")
_SITE = re.compile(r"\s*site\.(?:baseurl|url)\s*-?\s*")
_URL_FILTERS = {"url", "relative_url", "absolute_url", "prepend_site_url"}


@dataclass(frozen=True)
class Spot:
    """Where a tag stands: what is before it in its stretch of text, and its line in the file."""

    before: str
    line: int


Tag = Callable[[str, Spot, Surroundings], str | None]


def convert(body: str, around: Surroundings) -> tuple[str, bool]:
    """(the body without Liquid that is known, whether some is left)."""
    out, left = [], False
    for piece in pieces(body, liquid=True, html=around.html):
        if piece.kind == "text":
            text, some = _text(body, piece, around)
            left = left or some
        else:
            text = BLOCKS[piece.kind](piece, around)
        out.append(text)
    return "".join(out), left


def _text(body: str, piece: Piece, around: Surroundings) -> tuple[str, bool]:
    left: list[int] = []

    def change(found: re.Match[str]) -> str:
        line = around.line(body, piece.start + found.start())
        if found["tag"]:
            made = _tag(found[2].lower(), found[3], Spot(piece.text[: found.start()], line), around)
        else:
            made = _output(found[0][2:-2].strip("-"))
        if made is None:
            left.append(found.start())
            around.notes.warn("liquid.left", line, tag=" ".join(found[0].split())[:60])
            return found[0]
        return made + "\n" * (found[0].count("\n") - made.count("\n"))

    return _EITHER.sub(change, piece.text), bool(left)


def _tag(name: str, args: str, spot: Spot, around: Surroundings) -> str | None:
    tag = TAGS.get(name)
    return tag(args.strip(" -"), spot, around) if tag else None


def _output(inside: str) -> str | None:
    """`site.baseurl` is nothing; a text that only goes through address filters is itself."""
    if _SITE.fullmatch(inside):
        return ""
    found = _LITERAL.fullmatch(inside)
    if found and set(re.findall(r"[\w-]+", found[3])) <= _URL_FILTERS:
        return found[1] if found[1] is not None else found[2]
    return None


def _raw(piece: Piece, around: Surroundings) -> str:
    return piece.inside


def _comment(piece: Piece, around: Surroundings) -> str:
    return "\n" * piece.text.count("\n")


def _highlight(piece: Piece, around: Surroundings) -> str:
    """`{% highlight ruby linenos %}` as a fence."""
    language = re.match(r"[\w+#-]*", piece.args)
    return fenced(piece.inside, language[0] if language else "", around.html)


def fenced(code: str, language: str, is_html: bool) -> str:
    """Code in a fence that is longer than any inside, or in elements."""
    if is_html:
        return f"<pre><code>{html.escape(code.strip(chr(10)))}</code></pre>"
    longest = max((len(run) for run in re.findall("`{3,}", code)), default=2)
    fence = "`" * max(3, longest + 1)
    head = fence + re.sub(r"[^\w+#-]", "", language)
    if not code.startswith("\n"):
        code = "\n" + code
    last = code.rpartition("\n")[2]
    return f"{head}{code}{fence}" if not last.strip() else f"{head}{code}\n{fence}"


def _post_url(args: str, spot: Spot, around: Surroundings) -> str | None:
    """The planned address of a post; of one that comes later, the address its name gives."""
    stem = PurePosixPath(args.strip("\"' ")).name
    if known := around.links.get(stem_key(stem)):
        return known
    name = name_of(f"{stem}.md")
    return f"/{name.day:%Y/%m/%d}/{name.slug}/" if name.day and name.slug else None


def _link(args: str, spot: Spot, around: Surroundings) -> str | None:
    path = args.strip("\"' ").removeprefix("/")
    inside = path.removeprefix(f"{around.root_name}/")
    found = around.links.get(source_key(inside)) or around.links.get(source_key(path))
    return found or _post_url(path.rpartition("/")[2].rpartition(".")[0], spot, around)


def _dropped(args: str, spot: Spot, around: Surroundings) -> str:
    """An include; one that was given values may have shown something of the article."""
    tell = around.notes.warn if re.search(r"[=:]", args) else around.notes.info
    tell("liquid.dropped", spot.line, tag=" ".join(args.split())[:60])
    return ""


def _image(args: str, spot: Spot, around: Surroundings) -> str | None:
    """11ty's `image "path" "alt"`; inside raw HTML as an element (I-58)."""
    strings = [a or b for a, b in _STRINGS.findall(args)]
    if not strings:
        return None
    path = strings[0] if re.match(r"/|[a-z]+:", strings[0]) else f"/{strings[0]}"
    alt = strings[-1] if len(strings) > 1 else ""
    if around.html or spot.before.rpartition("\n\n")[2].lstrip().startswith("<"):
        return f'<img src="{html.escape(path)}" alt="{html.escape(alt)}">'
    alt = re.sub(r"([\[\]])", r"\\\1", alt)
    return f"![{alt}](<{path}>)" if re.search(r"[\s()]", path) else f"![{alt}]({path})"


BLOCKS: dict[str, Callable[[Piece, Surroundings], str]] = {
    "code": lambda piece, around: piece.text,
    "shortcode": lambda piece, around: piece.text,
    "raw": _raw,
    "comment": _comment,
    "highlight": _highlight,
}
TAGS: dict[str, Tag] = {
    "post_url": _post_url,
    "link": _link,
    "include": _dropped,
    "include_relative": _dropped,
    "image": _image,
    "image_with_class": _image,
}
