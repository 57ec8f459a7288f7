"""Links of a body: to planned addresses, and never protocol-relative (I-68, I-72)."""

import posixpath
import re
from urllib.parse import unquote

from . import images
from .scan import outside_code
from .surroundings import Surroundings, page_key, source_key, without_place

_INLINE = re.compile(r"(?<=\]\()(\s*+)([^\s<>()]++(?:\([^\s<>()]*+\)[^\s<>()]*+)*+)")
_POINTED = re.compile(r"(?<=\]\()(\s*+<)([^<>\n]++)(?=>)")
_REFERENCE = re.compile(r"(?m)(^[ ]{0,3}\[[^\]\n]++\]:[ \t]*<?)([^\s<>]+)")
_ELEMENT = re.compile(r"<(?:a|img|iframe|source|video|audio)\b[^<>]*+>", re.I)
_ADDRESS = re.compile(r"""(\s(?:href|src)\s*+=\s*+["']?)([^\s"'<>]++)""", re.I)


def convert(body: str, around: Surroundings) -> str:
    def change(found: re.Match[str]) -> str:
        return found[1] + target(found[2], around)

    def stretch(text: str, start: int) -> str:
        if not around.html:
            text = _REFERENCE.sub(change, _POINTED.sub(change, _INLINE.sub(change, text)))
        return _ELEMENT.sub(lambda element: _ADDRESS.sub(change, element[0]), text)

    return outside_code(body, stretch, html=around.html)


def target(address: str, around: Surroundings) -> str:
    """Where a link is to lead: the planned address of a known page, else what it says."""
    address = without_place(address)
    if address.startswith("//"):
        return f"https:{address}"
    path, mark, rest = _split(address)
    if not path or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path):
        return address
    if picture := images.linked(path, around):
        return picture
    known = _known(path, around)
    return known + mark + rest if known and unquote(path) != known else address


def _known(path: str, around: Surroundings) -> str:
    path = re.sub(r"^@/", "/", path)  # Zola's root
    folder = "" if path.startswith("/") else posixpath.dirname(around.source)
    source = posixpath.normpath(posixpath.join(folder, unquote(path).lstrip("/")))
    inside = source.removeprefix(f"{around.root_name}/")
    for key in dict.fromkeys((source, inside)):
        if found := around.links.get(source_key(key)):
            return found
    return around.links.get(page_key(path), "") if path.startswith("/") else ""


def _split(address: str) -> tuple[str, str, str]:
    found = re.search(r"[?#]", address)
    return (address[: found.start()], found[0], address[found.end() :]) if found else (address, "", "")
