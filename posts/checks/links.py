"""Checks of links, images, sources and labels of advertising (specs/checks.md 3, nos. 25 to 27, 30)."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from .around import Around
from .finding import ERROR, INFO, Hit
from .prepared import Prepared, norm

_LINK = re.compile(
    r"(?<!!)\[((?:\\.|[^\[\]\\\n])*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:[ \t]+\"[^\"\n]*\")?[ \t]*\)"
)
_UNFINISHED = re.compile(r"(?<!!)\[[^\[\]\n]{1,200}\]\((?![^()\n]*\))(?!\S*\([^()\n]*\)\S*\))")
_ANCHOR = re.compile(r"<a\b[^<>]*>", re.I)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*(\S+)", re.M)
_ADDRESS = re.compile(r"https?://[^\s<>\"'「」（）、。\])]+")
_IMAGE = re.compile(r"!\[((?:\\.|[^\[\]\\\n])*)\]\(")
_IMG = re.compile(r"<img\b[^<>]*>", re.I)
_ALT = re.compile(r"\balt\s*=\s*(?:\"[^\"]*[^\s\"][^\"]*\"|'[^']*[^\s'][^']*'|[^\s\"'>]+)", re.I)
_DECORATIVE = re.compile(r"\brole\s*=\s*[\"']?(?:presentation|none)|\baria-hidden\s*=\s*[\"']?true", re.I)
_GENERIC = {
    "こちら",
    "ここ",
    "コチラ",
    "リンク",
    "詳細",
    "here",
    "clickhere",
    "link",
    "thislink",
    "readmore",
    "more",
}
_SOURCE = re.compile(
    r"出典|参考(?:文献|資料|記事|リンク|[:：])|引用元|情報源|ソース[:：]|\b(?:Sources?|References)\b"
)
_LABEL = re.compile(
    r"広告|(?<![A-Za-z])PR(?![A-Za-z])|プロモーション|アフィリエイト|タイアップ"
    r"|\bsponsored\b|\badvertisement\b|affiliate link",
    re.I,
)
_LABEL_BLOCKS = 2  # a label stands above the text or opens it
_AFFILIATE_HOSTS = re.compile(
    r"(?:^|\.)(?:amzn\.to|amzn\.asia|a8\.net|moshimo\.com|valuecommerce\.(?:com|ne\.jp)|afl\.rakuten\.co\.jp|r10\.to|accesstrade\.net"
    r"|felmat\.net|linksynergy\.com|linksynergy\.jp|jdoqocy\.com"
    r"|dpbolvw\.net|anrdoezrs\.net|tkqlhce\.com|kqzyfj\.com|shareasale\.com|affiliate-b\.com|trafficgate\.net|janet\.jp)$"
)
_AMAZON = re.compile(r"(?:^|\.)amazon\.[a-z.]{2,6}$")
_TAG = re.compile(r"(?:^|[&;])tag=[\w-]+")


def broken(text: Prepared, around: Around) -> Iterator[Hit]:
    for number, line in _read(text):
        for words, target in _links(line):
            if target in ("", "#"):
                yield Hit(number, words or line, severity=ERROR, params={"what": "empty"})
            elif target in around.missing:
                yield Hit(number, f"{words} {target}", params={"what": "missing"})
            elif norm(words) in _GENERIC:
                yield Hit(number, words, severity=INFO, params={"what": "generic"})
        yield from (
            Hit(number, found[0], params={"what": "unfinished"}) for found in _UNFINISHED.finditer(line)
        )


def no_alt(text: Prepared, around: Around) -> Iterator[Hit]:
    for number, line in _read(text):
        for found in _IMAGE.finditer(line):
            if not found[1].strip():
                yield Hit(number, line[found.start() :])
        for found in _IMG.finditer(line):
            if not _ALT.search(found[0]) and not _DECORATIVE.search(found[0]):
                yield Hit(number, found[0])
    if text.document.cover and not text.document.cover_alt.strip():
        yield Hit(0, text.document.cover, "cover_alt")


def no_source(text: Prepared, around: Around) -> Iterator[Hit]:
    size, least = (text.size, 1_000) if text.is_ja else (text.words, 500)
    if size < least or any(not is_affiliate(target) for target in targets(text) if _is_outside(target)):
        return
    if not any(_SOURCE.search(line) for line in text.bare):
        yield Hit(0, "", params={"n": size})


def ad_label(text: Prepared, around: Around) -> Iterator[Hit]:
    """The template prints the label of an article that says what it is; others need one at the top of their text."""
    if text.document.sponsorship:
        return
    paid = [
        (number, target) for number, line in _read(text) for target in _targets(line) if is_affiliate(target)
    ]
    if not paid or any(_LABEL.search(block.words) for block in text.blocks[:_LABEL_BLOCKS]):
        return
    yield from (Hit(number, target) for number, target in paid)


def targets(text: Prepared) -> list[str]:
    """Every address that the body links to."""
    return [target for _, line in _read(text) for target in _targets(line)]


def is_affiliate(target: str) -> bool:
    """Whether somebody earns by this address: networks by their hosts, shops by the tag in the query."""
    try:
        parts = urlsplit(target)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if _AFFILIATE_HOSTS.search(host):
        return True
    return bool(_AMAZON.search(host) and _TAG.search(parts.query))


def _read(text: Prepared) -> Iterator[tuple[int, str]]:
    return ((number, text.without_code(line)) for number, line in enumerate(text.lines, 1))


def _links(line: str) -> Iterator[tuple[str, str]]:
    """(words, target) of the links of a line."""
    yield from ((found[1], found[2].strip("<>")) for found in _LINK.finditer(line))
    for anchor in _ANCHOR.finditer(line):
        if href := _HREF.search(anchor[0]):
            yield "", next(filter(None, href.groups()), "").strip()


def _targets(line: str) -> list[str]:
    return [*(target for _, target in _links(line)), *_REFERENCE.findall(line), *_ADDRESS.findall(line)]


def _is_outside(target: str) -> bool:
    return target.startswith(("http://", "https://", "//"))
