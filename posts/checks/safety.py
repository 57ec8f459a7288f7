"""HTML that would act in a reader's browser. The sanitiser drops it; here a person is told, and has to take it out."""

import html
import re
from collections.abc import Iterator

from .around import Around
from .finding import WARNING, Hit
from .prepared import INLINE_CODE, Prepared

_TAG = re.compile(r"<\s*+/?+[a-zA-Z](?:[^<>]*+>|[^<>\n]*+)")
_LINK = re.compile(
    r"\]\(\s*+<?\s*+[^\s()<>][^\n()<>]*+\)?|^ {0,3}\[[^\]\n]++\]:[ \t]*+\n?[ \t]*+\S++|<[a-zA-Z&][^\s<>/]*+:[^<>]*+>",
    re.M,
)
_ACTS = re.compile(
    r"<(?:script|object|embed|applet|base|meta|frame|frameset)(?=[\s/>]|$)"
    r"|<[a-z][^<>]*?[\s/\"']on[a-z]{3,}\s*+="
    r"|<[a-z][^<>]*?[\s/\"'](?:srcdoc|style)\s*+=\s*+[\"']?[^<>\"']*?(?:<script|expression\(|url\(['\"]?javascript:)",
    re.I,
)
_DROPPED = re.compile(r"<(?:form|input|button|select|textarea|link)(?=[\s/>]|$)", re.I)
# Where a value of an attribute, or a target of a link, begins with a scheme that acts; after `_plain`
_SCHEME = re.compile(
    r"(?:=[\"']?|\]\(<?|\]:<?|^<)(?:javascript|vbscript|livescript|data:text/html|data:image/svg)[:;,]?"
)
_NOTHING = re.compile(r"(?:=[\"']?|\]\(<?)javascript:(?:void\(?0?\)?|return(?:false|true))?;*[\"'\s)>]")

# Old embed codes of well-known players and posts, scripts of one's own site, and what only says a character set:
# dropped by the sanitiser like all others, and no attack
_KNOWN = (
    r"(?:https?:)?//(?:[\w-]+\.)*(?:twitter\.com|x\.com|instagram\.com|facebook\.(?:com|net)|tiktok\.com|youtube(?:-nocookie)?\.com"
    r"|vimeo\.com|flickr\.com|github\.com|speakerdeck\.com|soundcloud\.com|pinterest\.com|storify\.com|infogram\.com|infogr\.am"
    r"|datawrapper\.de|dwcdn\.net|nicovideo\.jp|hatena\.ne\.jp|note\.com|codepen\.io|jsfiddle\.net|reddit(?:media)?\.com|scribd\.com"
    r"|slideshare\.net|slidesharecdn\.com|documentcloud\.org|embedly\.com|dailymotion\.com|ustream\.tv|viddler\.com|blip\.tv|polldaddy\.com"
    r"|google\.com|googlevideo\.com|bandcamp\.com|spotify\.com|ted\.com|brightcove\.com|macromedia\.com|bsky\.app)/"
)
_EMBED = re.compile(
    rf"<\s*script\b[^<>]*?\bsrc\s*+=\s*+[\"']?(?:/(?!/)|(?![a-z]+:|//)[\w.-]+|{_KNOWN})"
    rf"|<\s*(?:object|embed)\b[^<>]*?\b(?:data|src)\s*+=\s*+[\"']?{_KNOWN}"
    r"|<\s*object\b(?![^<>]*\bdata\s*=)[^<>]*>"
    r"|<\s*meta\s+charset\s*=\s*[\"']?[\w-]+[\"']?\s*/?>",
    re.I,
)
_HANDLER = re.compile(r"[\s/\"']on[a-z]{3,}\s*+=", re.I)
_BLOGGER = re.compile(r"\son[a-z]+\s*+=\s*+\"try \{parent\.deselectBlogger[^\"<>]*\"", re.I)
_COMMENT = re.compile(r"<!--(?!-?>)(?:[^-]|-(?!-))*+-->")  # in which no parser finds a tag

_PAIRED = re.compile(r"<\s*(script|object|applet|form|button|select|textarea|frameset)\b", re.I)


def unsafe(text: Prepared, around: Around) -> Iterator[Hit]:
    comments = [found.span() for found in _COMMENT.finditer(_source(text))]
    for start, end in _places(text):
        piece = _source(text)[start:end]
        quiet = _is_harmless(piece) or any(first <= start and end <= last for first, last in comments)
        yield Hit(_source(text).count("\n", 0, start) + 1, piece, severity=WARNING if quiet else "")


def without_unsafe(text: Prepared) -> str:
    """The body without what is never shown. A script goes with what it says; the words between other tags stay."""
    kept, at = [], 0
    source = _source(text)
    lines = text.body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for start, end in sorted(_with_their_ends(source, _places(text))):
        if start >= at:
            kept.append((start, end))
            at = end
    for start, end in reversed(kept):
        first, last = source.count("\n", 0, start), source.count("\n", 0, end)
        column = start - (source.rfind("\n", 0, start) + 1)
        rest = lines[last][end - (source.rfind("\n", 0, end) + 1) :]
        lines[first : last + 1] = [lines[first][:column] + rest]
    return "\n".join(lines)


def _with_their_ends(source: str, places: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places, and the closing tags of those that have one; a script's place reaches to its end."""
    hopeless: set[str] = set()
    for start, end in places:
        opening = _PAIRED.match(source, start)
        name = opening[1].lower() if opening else ""
        closing = (
            re.compile(rf"</\s*{name}\s*>", re.I).search(source, end)
            if name and name not in hopeless
            else None
        )
        if closing is None:
            hopeless.add(name)
            yield start, end
        elif name == "script":
            yield start, closing.end()
        else:
            yield start, end
            yield closing.span()


def _source(text: Prepared) -> str:
    return text.shown


def _places(text: Prepared) -> list[tuple[int, int]]:
    """(start, end) of each tag and target that would act, outside code."""
    source = _source(text)
    if "<" not in source and "](" not in source and "]:" not in source:
        return []
    codes = iter([found.span() for found in INLINE_CODE.finditer(source)])
    code = next(codes, None)
    found = []
    for match in sorted([*_TAG.finditer(source), *_LINK.finditer(source)], key=lambda one: one.span()):
        while code and code[1] <= match.start():
            code = next(codes, None)
        if not (code and code[0] <= match.start()) and _is_active(match[0]):
            found.append(match.span())
    return list(dict.fromkeys(found))


def _is_active(piece: str) -> bool:
    tag = re.sub(r"^<\s+", "<", piece)
    if tag.startswith("<") and (_ACTS.match(tag) or _DROPPED.match(tag)):
        return True
    if ":" not in tag and "&" not in tag:
        return False
    return bool(_SCHEME.search(_plain(tag)))


def _is_harmless(piece: str) -> bool:
    rest = _BLOGGER.sub("", piece)
    if _EMBED.match(rest) or _DROPPED.match(rest):
        return not _HANDLER.search(rest) and not _SCHEME.search(_plain(rest))
    if rest != piece:
        return not _is_active(rest)
    plain = _plain(piece)
    return bool(_NOTHING.search(plain)) and not _ACTS.match(piece)


def _plain(piece: str) -> str:
    """As a browser reads an address: entities are signs, and control characters and spaces in it are nothing."""
    return re.sub(r"[\x00-\x20\u200b\u00ad]+", "", html.unescape(html.unescape(piece))).lower()
