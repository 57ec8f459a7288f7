"""Inline rules of our own: hard breaks, bare addresses, soft breaks between Japanese characters."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.inlinepatterns import InlineProcessor, SubstituteTagInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, HTML_PLACEHOLDER, INLINE_PLACEHOLDER_RE, STX, AtomicString

# Scripts written without spaces: kana, ideographs, their punctuation and full-width forms; not Hangul.
CJK = (
    "\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u4dbf\u4e00-\ua4cf"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
)

_ADDRESS = (
    r"(?<![A-Za-z0-9_/@.=\-])(?:https?://|www\.)(?=[A-Za-z0-9\[])[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%|{}^]+"
)
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_ENTITY_AT_END = re.compile(r"&#?\w+;$")

_BOUNDARY, _OPAQUE, _KEPT_BREAK = "\x04", "\x05", "\x06"
_PLACEHOLDER = HTML_PLACEHOLDER % r"(\d+)"
_BETWEEN = rf"(?:{_BOUNDARY}|{HTML_PLACEHOLDER % '[0-9]+'})*+"
_SOFT_BREAK = re.compile(rf"(?<=[{CJK}])({_BETWEEN})\n({_BETWEEN})(?=[{CJK}])")
_BREAKING_TAG = re.compile(r"</?(?:br|hr|img|p|div|li|td|th|tr|dt|dd|pre|code)\b", re.I)
_OPAQUE_ELEMENTS = frozenset({"br", "img", "input"})


def register_inlines(md: Markdown) -> None:
    """Add the patterns of this module; the address pattern takes magiclink's place (M-04, M-06, M-08)."""
    md.inlinePatterns.register(SubstituteTagInlineProcessor(r"(?<!\\)\\\n", "br"), "hardbreak", 185)
    md.inlinePatterns.register(BareAddress(_ADDRESS, md), "magic-link", 85)
    md.treeprocessors.register(SoftBreaks(md), "softbreaks", 12)
    md.ESCAPED_CHARS = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    for name in ("reference", "image_reference"):
        # CommonMark allows no space in `[text][label]`; Python-Markdown takes the second link for a label
        md.inlinePatterns[name].RE_LINK = re.compile(r"\[([^\]]*)\]")  # type: ignore[attr-defined]
    md.references = Labels(md)


class Abbreviations(AbbrTreeprocessor):
    """abbr that also finds `AI` in `AIは`: a word ends where Latin letters end."""

    def run(self, root: etree.Element) -> None:
        """Python-Markdown's hook."""
        if self.abbrs:
            words = "|".join(re.escape(word) for word in sorted(self.abbrs, key=len, reverse=True))
            self.RE = re.compile(rf"(?<![A-Za-z0-9_])(?:{words})(?![A-Za-z0-9_])")
            self.iter_element(root)


class Labels(dict[str, tuple[str, str]]):
    """Link definitions by label; code and escapes in a label are compared by what they show."""

    def __init__(self, md: Markdown) -> None:
        super().__init__()
        self.md = md

    def define(self, label: str, address: str, title: str) -> None:
        """Keep a definition; a label's first one wins (CommonMark 4.7)."""
        super().setdefault(_label(label), (address, title))

    def __contains__(self, label: object) -> bool:
        return super().__contains__(self._shown(str(label)))

    def __getitem__(self, label: str) -> tuple[str, str]:
        return super().__getitem__(self._shown(label))

    def _shown(self, label: str) -> str:
        return _label(INLINE_PLACEHOLDER_RE.sub(self._original, label))

    def _original(self, found: re.Match[str]) -> str:
        node = self.md.treeprocessors["inline"].stashed_nodes.get(found[1], "")  # type: ignore[attr-defined]
        if isinstance(node, str):
            return re.sub(f"{STX}(\\d+){ETX}", lambda code: chr(int(code[1])), node)
        return html.unescape("".join(node.itertext()))


def _label(text: str) -> str:
    bare = re.sub(r"\\([^\w\s])", r"\1", text.replace("`", ""))
    return " ".join(bare.split()).casefold()


class BareAddress(InlineProcessor):
    """Links `https://…` and `www.…`, up to the first character that no address holds, such as a kana."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        """Python-Markdown's hook: the link, its start and end in `data`."""
        address = trimmed(m[0])
        if len(address) < len("www.a.b"):
            return None, None, None
        link = etree.Element("a")
        link.set("href", address if "://" in address[:8] else f"https://{address}")
        link.text = AtomicString(address)
        return link, m.start(), m.start() + len(address)


def trimmed(address: str) -> str:
    """`address` without the punctuation that belongs to the sentence (GFM 6.9, extended autolinks)."""
    while address:
        last = address[-1]
        if last in "?!.,:*_~^'|":
            address = address[:-1]
        elif last == ";":
            address = (
                _ENTITY_AT_END.sub("", address) if _ENTITY_AT_END.search(address[-12:]) else address[:-1]
            )
        elif last in _CLOSERS and address.count(last) > address.count(_CLOSERS[last]):
            address = address[:-1]
        else:
            break
    return address


class SoftBreaks(Treeprocessor):
    """Joins lines where a break stands between two characters of scripts without spaces (M-08)."""

    def run(self, root: etree.Element) -> None:
        """Python-Markdown's hook. The tree is read as one string: inline elements do not hide a neighbour."""
        slots: list[tuple[etree.Element, str, str]] = []
        self._collect(root, slots)
        whole = _BOUNDARY.join([mark + _plain(element, name) for element, name, mark in slots])
        if not _SOFT_BREAK.search(whole):
            return
        joined = _SOFT_BREAK.sub(self._join, whole).split(_BOUNDARY)
        for (element, name, _mark), text in zip(slots, joined, strict=True):
            if not isinstance(getattr(element, name), AtomicString):
                setattr(element, name, text.replace(_OPAQUE, "") or None)

    def _join(self, found: re.Match[str]) -> str:
        raw = self.md.htmlStash.rawHtmlBlocks
        numbers = [int(number) for number in re.findall(_PLACEHOLDER, found[0])]
        breaks = any(number < len(raw) and _BREAKING_TAG.match(str(raw[number])) for number in numbers)
        return found[0] if breaks else found[1] + found[2]

    def _collect(self, element: etree.Element, slots: list[tuple[etree.Element, str, str]]) -> None:
        """Add (element, "text" or "tail", mark before it) in the order of the document."""
        mark = _OPAQUE if self.md.is_block_level(element.tag) or element.tag in _OPAQUE_ELEMENTS else ""
        slots.append((element, "text", mark))
        for child in element:
            self._collect(child, slots)
        slots.append((element, "tail", mark))


def _plain(element: etree.Element, name: str) -> str:
    text = getattr(element, name) or ""
    return text.replace("\n", _KEPT_BREAK) if isinstance(text, AtomicString) else text
