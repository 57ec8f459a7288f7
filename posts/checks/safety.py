"""HTML that would act in a reader's browser. The sanitiser drops it; here a person is told, and has to take it out."""

import re
from collections.abc import Iterator

from .around import Around
from .finding import WARNING, Hit
from .prepared import Prepared

_ACTS = re.compile(
    r"<\s*(?:script|object|embed|applet|base|meta|frame|frameset)(?=[\s/>])[^<>]*>?"
    r"|<[a-z][^<>]*[\s/\"']on[a-z]{3,}\s*=[^<>]*>?"
    r"|<[a-z][^<>]*\b(?:href|src|action|formaction|xlink:href)\s*=\s*[\"']?\s*(?:javascript|vbscript|data:text/html)[^<>]*>?"
    r"|\]\(\s*<?\s*(?:javascript|vbscript)\s*:[^)\s]*",
    re.I,
)
_DROPPED = re.compile(r"<\s*(?:form|input|button|select|textarea|link)(?=[\s/>])[^<>]*>?", re.I)
# Old embed codes of well-known players and posts, and scripts of one's own site: dropped, and no attack
_EMBED = re.compile(
    r"<\s*script\b[^<>]*\bsrc\s*=\s*[\"']?(?:/(?!/)|(?![a-z]+:|//)[\w.-]+|(?:https?:)?//(?:[\w-]+\.)*(?:twitter\.com|x\.com|instagram\.com|facebook\.(?:com|net)"
    r"|tiktok\.com|youtube\.com|vimeo\.com|flickr\.com|github\.com|speakerdeck\.com|soundcloud\.com|pinterest\.com|storify\.com|infogram\.com|datawrapper\.de)/)",
    re.I,
)


def unsafe(text: Prepared, around: Around) -> Iterator[Hit]:
    for number, pieces in spans(text):
        for piece in pieces:
            harmless = _EMBED.match(piece) or _DROPPED.match(piece)
            yield Hit(number, piece, severity=WARNING if harmless else "")


def spans(text: Prepared) -> Iterator[tuple[int, list[str]]]:
    """(line, what of it is never shown) for each line that has such a thing."""
    for number, line in enumerate(text.shown_source, 1):
        if "<" in line or "](" in line:
            said = text.without_code(line)
            pieces = [found[0] for pattern in (_ACTS, _DROPPED) for found in pattern.finditer(said)]
            if pieces:
                yield number, pieces
