"""Checks of links, images, sources and labels of advertising (specs/checks.md 3, nos. 25 to 27, 30)."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from .around import Around
from .finding import ERROR, INFO, Hit
from .prepared import Block, Prepared, norm

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
_TO_TOP = re.compile(
    r"トップ|先頭|上へ|上に|戻る|もどる|\btop\b|\bback\b|[▲△↑⇧]", re.I
)  # `#` is the top of a page
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
_LABEL_LETTERS = 20
_SAYS_SO = re.compile(
    r"(?:広告|PR|プロモーション|アフィリエイト|タイアップ)[^。]{0,30}(?:含|利用|使用|掲載|参加|提携|収益|報酬|記事です|配信)"
    r"|(?:提供|協賛)[^。]{0,20}(?:広告|PR|プロモーション)|\bsponsored\b|affiliate (?:links?|commission)|\bearn\b",
    re.I,
)
_LABEL_BLOCKS = 2  # a label stands above the text or opens it
_AFFILIATE_HOSTS = re.compile(
    r"(?:^|\.)(?:amzn\.to|a8\.net|moshimo\.com|valuecommerce\.(?:com|ne\.jp)|afl\.rakuten\.co\.jp|r10\.to|accesstrade\.net"
    r"|felmat\.net|linksynergy\.com|linksynergy\.jp|jdoqocy\.com"
    r"|dpbolvw\.net|anrdoezrs\.net|tkqlhce\.com|kqzyfj\.com|shareasale\.com|affiliate-b\.com|afi-b\.com|trafficgate\.net|j-a-net\.jp|janet\.jp|link-ag\.net|link-a\.net"
    r"|rentracks\.jp|presco\.asia|tcs-asp\.net|smart-c\.jp|al\.dmm\.com|al\.dmm\.co\.jp|al\.fanza\.co\.jp"
    r"|awin1\.com|prf\.hn|pxf\.io|sjv\.io|shrsl\.com|skimresources\.com|rstyle\.me)$"
)
_AMAZON = re.compile(r"(?:^|\.)amazon\.[a-z.]{2,6}$")
_TAG = re.compile(r"(?:^|[&;])tag=[\w-]+")


def broken(text: Prepared, around: Around) -> Iterator[Hit]:
    for number, line in _read(text):
        for words, target in _links(line):
            if target in ("", "#") and not (target and _TO_TOP.search(words)):
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
    if not paid or any(_is_label(block) for block in text.blocks[:_LABEL_BLOCKS]):
        return
    yield from (Hit(number, target) for number, target in paid)


def _is_label(block: Block) -> bool:
    """A few words, or a sentence that says that there is advertising: a text about it says the word as well."""
    return bool(
        _LABEL.search(block.words) and (len(block.norm) <= _LABEL_LETTERS or _SAYS_SO.search(block.words))
    )


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
    """The lines with a sign that a link or image needs."""
    needs = tuple(sign for sign in ("[", "<", "://") if sign in text.body)
    if not needs:
        return iter(())
    lines = ((n, line) for n, line in enumerate(text.lines, 1) if any(sign in line for sign in needs))
    return ((number, text.without_code(line)) for number, line in lines)


def _links(line: str) -> Iterator[tuple[str, str]]:
    """(words, target) of the links of a line."""
    yield from ((found[1], found[2].strip("<>")) for found in _LINK.finditer(line))
    for anchor in _ANCHOR.finditer(line):
        if href := _HREF.search(anchor[0]):
            said = line[anchor.end() : anchor.end() + 40].partition("</")[0]
            yield said, next(filter(None, href.groups()), "").strip()


def _targets(line: str) -> list[str]:
    found = [*(target for _, target in _links(line)), *_REFERENCE.findall(line), *_ADDRESS.findall(line)]
    return list(dict.fromkeys(found))


def _is_outside(target: str) -> bool:
    return target.startswith(("http://", "https://", "//"))
