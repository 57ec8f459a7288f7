"""The shortcodes that are known, and what each becomes (I-60, I-61)."""

import html
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from .liquid import fenced
from .shortcode_tags import Shortcode
from .surroundings import Surroundings, page_key, source_key, stem_key

_VIDEO = re.compile(r"[\w-]{1,64}")


@dataclass(frozen=True)
class Place:
    """Where a shortcode stands: whether alone on its line, the white space before it, and its line in the file."""

    is_alone: bool
    indent: str
    line: int


Single = Callable[[Shortcode, Place, Surroundings], str | None]
Paired = Callable[[Shortcode, str, Place, Surroundings], str]


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
