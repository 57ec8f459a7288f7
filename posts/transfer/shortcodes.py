"""Hugo's shortcodes: a table of those that are known; of the others the text is kept (I-60, I-61)."""

import html
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from .liquid import fenced
from .scan import pieces
from .surroundings import Surroundings, page_key, source_key, stem_key

# a mark inside ends the search, so that a thousand open ones cost no more than one
_TAG = re.compile(r"\{\{(?=[<%])((?:[^{}]|\{(?!\{)|\}(?!\}))*+)\}\}")
_NAME = re.compile(r"[A-Za-z_][\w./-]*+")
_VALUE = r""""((?:[^"\\]|\\.)*+)"|`([^`]*+)`|([^\s"`=]++)"""
_ARGUMENT = re.compile(rf"(?:([\w-]++)\s*+=\s*+)?+(?:{_VALUE})", re.S)
_LINE_ENDS = re.compile(r"[ \t]*+(?:\n|\Z)")
MAX_ARGUMENTS = 2_000  # characters
MAX_DEPTH = 32
_VIDEO = re.compile(r"[\w-]{1,64}")


@dataclass(frozen=True)
class Shortcode:
    """One tag from `start` to `end` of the body; `close` is where its closing tag begins and ends, if it has one."""

    name: str
    start: int
    end: int
    is_closing: bool = False
    is_whole: bool = False
    words: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    shown: str | None = None  # what an escaped one shows

    def value(self, name: str, place: int = 0) -> str:
        return self.named.get(name) or (self.words[place] if place < len(self.words) else "")


@dataclass(frozen=True)
class Place:
    """Where a shortcode stands: whether alone on its line, the white space before it, and its line in the file."""

    is_alone: bool
    indent: str
    line: int


Single = Callable[[Shortcode, Place, Surroundings], str | None]
Paired = Callable[[Shortcode, str, Place, Surroundings], str]


def convert(body: str, around: Surroundings) -> str:
    """The body without shortcodes; lines stay where they are. What is inside code is not looked at."""
    found = _found(body, around)
    if not found:
        return body
    return _Expansion(body, found, around).between(0, len(body), 0, len(found))


def _found(body: str, around: Surroundings) -> list[Shortcode]:
    """The shortcodes outside code, and those that hold code themselves (highlight), in their order."""
    found: list[Shortcode] = []
    for piece in pieces(body, liquid=True, html=around.html):
        if piece.kind in ("text", "shortcode"):
            tags = [_read(tag, piece.start) for tag in _TAG.finditer(piece.text)]
            kept = [tag for tag in tags if tag]
            found += kept if piece.kind == "text" else [kept[0], kept[-1]]
    return found


def _read(tag: re.Match[str], start: int) -> Shortcode | None:
    at, end = start + tag.start(), start + tag.end()
    first, inside, last = tag[1][0], tag[1][1:-1].strip(), tag[1][-1]
    if last not in ">%" or len(tag[1]) < 2:
        return None
    if inside.startswith("/*") and inside.endswith("*/"):
        shown = html.escape(f"{first} {inside[2:-2].strip()} {last}", quote=False)
        return Shortcode("", at, end, shown=f"&#123;&#123;{shown}&#125;&#125;")
    is_closing, is_whole = inside.startswith("/"), inside.endswith("/")
    inside = inside.removeprefix("/").lstrip()
    found = _NAME.match(inside)
    if not found:
        return None
    words, named = _arguments(inside[found.end() :][:MAX_ARGUMENTS].removesuffix("/"))
    return Shortcode(found[0].lower().rstrip("/"), at, end, is_closing, is_whole, words, named)


def _arguments(text: str) -> tuple[tuple[str, ...], dict[str, str]]:
    words, named = [], {}
    for argument in _ARGUMENT.finditer(text):
        quoted, raw, bare = argument.groups()[1:]
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else raw if raw is not None else bare
        if argument[1]:
            named[argument[1].lower()] = value
        else:
            words.append(value)
    return tuple(words), named


class _Expansion:
    """One body with its shortcodes paired."""

    def __init__(self, body: str, found: list[Shortcode], around: Surroundings):
        self.body, self.found, self.around = body, found, around
        self.closes = _pairs(found)

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


def _pairs(found: list[Shortcode]) -> dict[int, int]:
    """Opening tag -> closing tag, by number; a tag that is never closed stands alone."""
    closes: dict[int, int] = {}
    open_: list[int] = []
    waiting: dict[str, int] = {}
    for number, tag in enumerate(found):
        if tag.shown is None and not tag.is_closing and not tag.is_whole:
            open_.append(number)
            waiting[tag.name] = waiting.get(tag.name, 0) + 1
        elif tag.is_closing and waiting.get(tag.name):
            while found[open_[-1]].name != tag.name:
                waiting[found[open_.pop()].name] -= 1
            closes[open_.pop()] = number
            waiting[tag.name] -= 1
    return _shallow(closes)


def _shallow(closes: dict[int, int]) -> dict[int, int]:
    """The pairs that are not nested more deeply than anybody writes."""
    kept: dict[int, int] = {}
    above: list[int] = []
    for number in sorted(closes):
        while above and above[-1] < number:
            above.pop()
        if len(above) < MAX_DEPTH:
            kept[number] = closes[number]
            above.append(closes[number])
    return kept


def _figure(tag: Shortcode, place: Place, around: Surroundings) -> str | None:
    """A picture with the words below it; inside a line, the picture and its words."""
    source = tag.value("src") or tag.value("link")
    if not source:
        return None
    caption = " ".join(filter(None, [tag.named.get("title"), tag.named.get("caption")]))
    alt = tag.named.get("alt") or re.sub(r"\]\([^()]*\)|<[^<>]*>|[*`\[\]]", "", caption)
    if not (place.is_alone or around.html) or not caption:
        picture = _picture(source, alt, around.html)
        return f"{picture} {caption}".strip()
    image = f'<img src="{html.escape(source)}" alt="{html.escape(alt, quote=True)}">'
    return f"<figure>{image}<figcaption>{_marked(caption)}</figcaption></figure>"


def _img(tag: Shortcode, place: Place, around: Surroundings) -> str | None:
    source = tag.value("src")
    if not source:
        return None
    if "caption" in tag.named:
        return _figure(tag, place, around)
    return _picture(source, tag.value("alt", 1) or tag.named.get("title", ""), around.html)


def _picture(source: str, alt: str, is_html: bool) -> str:
    if is_html:
        return f'<img src="{html.escape(source)}" alt="{html.escape(alt)}">'
    alt = re.sub(r"([\[\]])", r"\\\1", " ".join(alt.split()))
    return f"![{alt}](<{source}>)" if re.search(r"[\s()]", source) else f"![{alt}]({source})"


def _marked(caption: str) -> str:
    """The markdown that captions are written in: links, strong, emphasis, code; raw HTML stays for the sanitiser."""
    for pattern, made in (
        (r"\[([^\[\]]+)\]\(([^()\s\"'<>]+)\)", r'<a href="\2">\1</a>'),
        (r"\*\*([^*\n]+)\*\*", r"<strong>\1</strong>"),
        (r"(?<![\w*])[*_]([^*_\n]+)[*_](?![\w*])", r"<em>\1</em>"),
        (r"`([^`\n]+)`", r"<code>\1</code>"),
    ):
        caption = re.sub(pattern, made, caption)
    return caption


def _ref(tag: Shortcode, place: Place, around: Surroundings) -> str | None:
    """The planned address of a file of the archive; of one that is not there, the path it names."""
    wanted = tag.value("path")
    if not wanted:
        return None
    path, mark, fragment = wanted.partition("#")
    tail = mark + fragment
    if not path:
        return tail
    for key in _keys(unquote(path), around):
        if known := around.links.get(key):
            return known + tail
    around.notes.warn("link.unknown", place.line, address=wanted[:200])
    plain = re.sub(r"(?:/?\b_?index)?\.(?:md|markdown|mkd|html)$", "", path).strip("/")
    return f"/{plain}/{tail}" if plain else tail


def _keys(path: str, around: Surroundings) -> list[str]:
    """Where a reference may lead: from the file's folder, from the root, from the site; then by its name alone."""
    folder = posixpath.dirname(around.source)
    plain = path.strip("/")
    bases = [plain] if path.startswith("/") else [posixpath.join(folder, plain), plain]
    sources = []
    for base in bases:
        base = posixpath.normpath(base)
        for source in (base, base.removeprefix(f"{around.root_name}/")):
            sources += [source, f"{source}.md", f"{source}/index.md", f"{source}.html"]
    stem = re.sub(r"\.(?:md|markdown|mkd|html)$", "", plain.removesuffix("/index.md").rpartition("/")[2])
    return [*map(source_key, dict.fromkeys(sources)), page_key(f"/{plain}/"), stem_key(stem)]


def _youtube(tag: Shortcode, place: Place, around: Surroundings) -> str | None:
    video = tag.value("id")
    if not _VIDEO.fullmatch(video):
        return None
    address = f"https://www.youtube.com/watch?v={video}"
    words = tag.named.get("title") or address
    if around.html:
        return f'<a href="{address}">{html.escape(words)}</a>'
    return f"<{address}>" if words == address else f"[{words}]({address})"


def _highlight(tag: Shortcode, inside: str, place: Place, around: Surroundings) -> str:
    return fenced(inside, tag.value("lang"), around.html)


def _quote(tag: Shortcode, inside: str, place: Place, around: Surroundings) -> str:
    """A note as a quotation; one in the middle of a line is only its text."""
    title = tag.named.get("title", "")
    if around.html:
        head = f"<p><strong>{html.escape(title)}</strong></p>" if title else ""
        return f"<blockquote>{head}{inside}</blockquote>"
    if not place.is_alone:
        return inside
    rows = inside.split("\n")
    strip = place.indent
    if title:
        rows[0] = f"**{title}**" if not rows[0].strip() else f"**{title}** {rows[0]}"
    quoted = [f"{strip if at else ''}> {row.removeprefix(strip)}".rstrip() for at, row in enumerate(rows)]
    if title and len(rows) > 1 and not inside.split("\n", maxsplit=1)[0].strip():
        quoted[0] += "\\"  # the title is a line of its own
    if len(rows) > 1 and not rows[-1].strip():
        quoted[-1] = ""  # a blank line ends the quotation
    return "\n".join(quoted)


SINGLE: dict[str, Single] = {
    "figure": _figure,
    "img": _img,
    "ref": _ref,
    "relref": _ref,
    "youtube": _youtube,
}
PAIRED: dict[str, Paired] = {
    "highlight": _highlight,
    "note": _quote,
    "box": _quote,
}
