"""A text made ready for the checks: its language, its lines without code and tags, and its blocks.

Nothing here loses a line: what is taken out leaves its line ends, so that every hit has the line of the body.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import local

from posts.difference.cut import cut
from posts.document import Document

JAPANESE = (
    0.15  # share of kana and kanji from which a text without a language is Japanese (specs/checks.md 2)
)
Pairs = tuple[tuple[re.Pattern[str], str], ...]
_KANA_KANJI = re.compile("[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_NOT_WORD = re.compile(r"[\W_]+")

_FENCE = re.compile(r"^[ \t]*(?:[-*+>] |\d{1,9}[.)] )?[ \t]*(`{3,}(?=[^`]*$)|~{3,})")
_PAIRS = (  # what begins and ends a stretch that is not read: code of templates, comments, raw HTML
    (re.compile(r"\{%-?\s*(highlight)\b[^%}]*-?%\}"), r"\{{%-?\s*end{}\s*-?%\}}"),
    (re.compile(r"<!(--)"), r"{}>"),
    (re.compile(r"<(pre|script|style)\b[^<>]*>", re.I), r"</{}\s*>"),
)
_LIQUID = ((re.compile(r"\{(%)"), r"{}\}}"), (re.compile(r"\{(\{)"), r"\}}\}}"))
INLINE_CODE = re.compile(r"(?<![`\\])(`+)(?!`)[^\n]{1,500}?(?<!`)\1(?!`)")
_IMAGE = re.compile(
    r"!\[((?:\\.|[^\[\]\\]|\[[^\[\]]*\])*)\]\((?:[^()\s]|\([^()]*\))*(?:[ \t]+\"[^\"\n]*\")?[ \t]*\)"
)
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\((?:[^()\s]|\([^()]*\))*(?:[ \t]+\"[^\"\n]*\")?[ \t]*\)")
_ADDRESS = re.compile(r"<?\bhttps?://[^\s<>「」『』（）【】、。]+>?|\bwww\.[^\s<>「」（）、。]+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SIGNS = re.compile(r"[\[<{]|://|www\.")
_ATTRIBUTES = re.compile(r"\{:?\s*[.#][^{}\n]*\}|\{:[^{}\n]*\}")
_SIGN = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,9}[.)][ \t]+)")
_QUOTE_SIGN = re.compile(r"^[ \t]*(?:>[ \t]?)+")
_RULE = re.compile(r"^[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+|$)")
_INDENTED = re.compile(r"^(?: {4}|\t)")
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|li|ul|ol|blockquote|h[1-6]|table|tr|figure|section|article|br|hr)\b[^<>]*>", re.I
)
_QUOTED = re.compile('「[^「」]*(?:「[^「」]*」[^「」]*)*」|『[^『』]*』|“[^“”]*”|"[^"\n]{1,400}"')

# A line that a generator has left, equal to the whole line (specs/checks.md 3, ai.marker)
MARKER = re.compile(
    r"^\s*(?:-{3,}\s*(?:END|BEGIN|START|EOF)|-{2,}\s*(?:END|BEGIN|START|STOP|EOF)(?:\s+(?:OF\s+)?(?:ARTICLE|TEXT|POST|DOCUMENT|CONTENT|OUTPUT|RESPONSE|FILE))?\s*-{2,}"
    r"|\[(?:END|BEGIN|START|EOF)\]|<\|[a-z_]{3,30}\|>|\[/?INST\]|[（(【\[]?文字数[：:]\s*約?[\d,，０-９]+\s*(?:文字|字)[）)】\]]?"
    r"|【(?:既存|元|前回|上記|以下)の(?:記事|原稿|本文|文章)の(?:最後|末尾|冒頭|続き|最初)(?:の)?(?:部分|段落|文)?】"
    r"|[¹²³*※]?\s*参照データ(?:（ナレッジベース）)?より)\s*$"
)


def norm(words: str) -> str:
    """What two spellings of one text have in common: NFKC, casefold, only letters and numbers (specs/checks.md 2)."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", words).casefold())


def is_japanese(words: str) -> bool:
    """Whether a text that names no language is Japanese."""
    letters = norm(words)
    return bool(letters) and len(_KANA_KANJI.findall(letters)) > JAPANESE * len(letters)


@lru_cache(maxsize=20_000)
def width(words: str) -> float:
    """East Asian width in full-width characters: half for a Latin letter."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in words) / 2


class _Once:
    """A `cached_property` without its lock, which costs more than the work: a text can have 100,000 blocks."""

    def __init__(self, work: Callable[["Block"], str]):
        self.work = work

    def __get__(self, block: "Block | None", kind: type | None = None) -> str:
        if block is None:
            return ""
        made = block.__dict__[self.work.__name__] = self.work(block)
        return made


@dataclass(frozen=True)
class Block:
    """One block. `kind`: text, item, quote, heading, rule, row. `source` is its lines as they are written."""

    kind: str
    source: str
    line: int
    level: int = 0

    @_Once
    def words(self) -> str:
        """What is read of it, in one line: links by their words, no images, no addresses, no signs; code is kept."""
        lines = [_SIGN.sub("", _QUOTE_SIGN.sub("", line)) for line in self.source.split("\n")]
        joined = " ".join([said for line in lines if not MARKER.match(line) and (said := line.strip())])
        return spoken(joined).strip()

    @_Once
    def norm(self) -> str:
        return norm(self.words)

    @property
    def is_prose(self) -> bool:
        return self.kind in ("text", "item", "quote")


def spoken(words: str) -> str:
    """Words without images, addresses, tags and attribute lists; a link gives its words."""
    if not _SIGNS.search(words):
        return words
    words = _LINK.sub(r"\1", _IMAGE.sub("", words))
    return _ATTRIBUTES.sub("", _TAG.sub("", _ADDRESS.sub("", words)))


def prepared(document: Document) -> "Prepared":
    """The document as the checks see it. The last one is kept by each thread: checks and fixes ask for the same."""
    known = getattr(_last, "text", None)
    if known is None or known.document is not document:
        known = _last.text = Prepared(document)
    return known


_last = local()
_OF_THE_BODY = {
    "lines",
    "shown",
    "bare",
    "unquoted",
    "_unquoted",
    "blocks",
    "prose",
    "first",
    "size",
    "words",
}


class Prepared:
    """A document as the checks see it. Each part is worked out once, when a check asks for it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.title = document.title.strip()
        self.summary = document.summary.strip()
        self.body = document.body

    def of(self, document: Document) -> "Prepared":
        """Another document made ready; what has been worked out of the same body is taken along."""
        made = Prepared(document)
        if (document.body, document.format) == (self.body, self.document.format):
            made.__dict__ |= {name: value for name, value in self.__dict__.items() if name in _OF_THE_BODY}
        return made

    @cached_property
    def lang(self) -> str:
        """`ja`, or the language of the article as it is written down; "en" for every other without one."""
        named = self.document.lang.lower().split("-")[0]
        return named or ("ja" if is_japanese(f"{self.title}\n{self.body[:20_000]}") else "en")

    @property
    def is_ja(self) -> bool:
        return self.lang == "ja"

    @cached_property
    def lines(self) -> list[str]:
        """The body without blocks of code and comments; line n of the body is lines[n - 1]."""
        return without(self.shown, _PAIRS).split("\n")

    @cached_property
    def shown(self) -> str:
        """The body without fenced code, but with all HTML: what a browser could be made to act on."""
        body = self.body.replace("\r\n", "\n").replace("\r", "\n")
        return body if self.document.format == "html" else "\n".join(_without_fences(body.split("\n")))

    @cached_property
    def bare(self) -> list[str]:
        """The lines without inline code, addresses, images, tags and what templates write: what patterns look at."""
        text = INLINE_CODE.sub("", "\n".join(self.lines))
        text = _IMAGE.sub("", without(text, _LIQUID))
        text = _LINK.sub(r"\1", text)
        for pattern in (_ADDRESS, _TAG, _ATTRIBUTES):
            text = pattern.sub(_blank, text)
        return text.split("\n")

    @staticmethod
    def without_code(line: str) -> str:
        """A line without its inline code."""
        return INLINE_CODE.sub("", line) if "`" in line else line

    @staticmethod
    def without_quotations(words: str) -> str:
        return _QUOTED.sub("", words)

    @cached_property
    def unquoted(self) -> list[str]:
        """`bare` without what stands in quotation marks: words of others."""
        return _QUOTED.sub(_blank, "\n".join(self.bare)).split("\n")

    def met(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, str, re.Match[str]]]:
        """(line, its words, match) for every match outside quotations. A text without any costs one search, not one a
        line; what is anchored to the ends of a line says so by re.M, else each line is looked at."""
        if _is_free(pattern) and not pattern.search(self._unquoted):
            return
        for number, line in enumerate(self.unquoted, 1):
            for found in pattern.finditer(line):
                yield number, line, found

    @cached_property
    def _unquoted(self) -> str:
        return "\n".join(self.unquoted)

    @cached_property
    def blocks(self) -> list[Block]:
        """Paragraphs, items, quotes, headings, rules and rows of tables, in their order."""
        text = without("\n".join(self.lines), _LIQUID)
        if self.document.format == "html":
            return _of_html(text)
        return [block for part in cut(text) for block in _blocks(part.text, part.line, part.role)]

    @cached_property
    def prose(self) -> list[Block]:
        """The blocks that say something: paragraphs, items and quotes."""
        return [block for block in self.blocks if block.is_prose and block.norm]

    @cached_property
    def first(self) -> Block | None:
        """The block that the text begins with."""
        return next((block for block in self.blocks if block.norm), None)

    @cached_property
    def size(self) -> int:
        """Letters and numbers of all blocks."""
        return sum(len(block.norm) for block in self.blocks)

    @cached_property
    def words(self) -> int:
        """How many words there are, for languages with spaces."""
        return sum(len(block.words.split()) for block in self.blocks)


def _without_fences(lines: list[str]) -> list[str]:
    """Fenced and indented code as empty lines."""
    found: list[str] = []
    fence, in_list, before, in_comment = "", False, "", False
    for line in lines:
        bare = line.strip().lstrip("> ")
        if in_comment or (not fence and "<!--" in line):
            in_comment = _ends_in_comment(line, in_comment)
            found.append(line)
        elif fence:
            fence = "" if bare.startswith(fence) and not bare.strip(fence[0]) else fence
            found.append("")
        elif ("```" in line or "~~~" in line) and (opening := _FENCE.match(line)):
            fence = opening[1]
            found.append("")
        elif _INDENTED.match(line) and not in_list and before in ("", "code"):
            found.append("")
            before = "code"
            continue
        else:
            found.append(line)
            in_list = bool(_ITEM.match(line)) or (in_list and (not bare or line[:1] in " \t"))
        before = bare if bare or before != "code" else "code"
    return found


def _ends_in_comment(line: str, in_comment: bool) -> bool:
    """Whether a comment is open at the end of a line; in code there are none."""
    said = INLINE_CODE.sub("", line)
    return said.rfind("<!--") > said.rfind("-->") or (in_comment and "-->" not in line)


def _blocks(source: str, line: int, role: str) -> list[Block]:
    lines = source.split("\n")
    if not source.strip() or role == "code":
        return []
    if role in ("item", "row"):
        return [Block(role, source, line)]
    if role == "heading":
        sign = _HEADING.match(source)
        return [Block("heading", source.rstrip().rstrip("#"), line, len(sign[1]) if sign else 1)]
    if len(lines) == 1 and _RULE.match(source):
        return [Block("rule", source, line)]
    if len(lines) > 1 and (under := _UNDERLINE.match(lines[-1])):
        return [Block("heading", "\n".join(lines[:-1]), line, 1 if under[1][0] == "=" else 2)]
    return [Block("quote" if source.lstrip().startswith(">") else "text", source, line)]


def _of_html(text: str) -> list[Block]:
    """Blocks of a body in HTML: what stands between two tags of block level."""
    blocks, at, line = [], 0, 1
    kind, level = "text", 0
    for tag in [*_BLOCK_TAG.finditer(text), None]:
        piece = text[at : tag.start() if tag else len(text)]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            blocks.append(Block(kind, piece.strip(), line + piece[:lead].count("\n"), level))
        if tag:
            name = tag[0].strip("</>").split()[0].lower() if not tag[0].startswith("</") else ""
            level = int(name[1]) if name[:1] == "h" and name[1:].isdigit() else 0
            kind = (
                "heading" if level else {"li": "item", "blockquote": "quote", "tr": "row"}.get(name, "text")
            )
            line += text[at : tag.end()].count("\n")
            at = tag.end()
    return blocks


def without(text: str, pairs: Pairs) -> str:
    """The text without what stands between a beginning and its end; line ends stay. In one pass."""
    for begins, ends in pairs:
        kept, at, hopeless = [], 0, set()
        read = INLINE_CODE.sub(lambda code: " " * len(code[0]), text)
        for opening in begins.finditer(read):
            if opening.start() < at or opening[1] in hopeless:
                continue
            closing = re.compile(ends.format(opening[1].lower()), re.I).search(read, opening.end())
            if closing is None:
                hopeless.add(opening[1])
                continue
            kept += [text[at : opening.start()], "\n" * text.count("\n", opening.start(), closing.end())]
            at = closing.end()
        text = "".join(kept) + text[at:]
    return text


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _is_free(pattern: re.Pattern[str]) -> bool:
    """Whether what it matches in a line it matches in the whole text, too."""
    return bool(pattern.flags & re.M) or not ({"^", "$"} & set(pattern.pattern))
