"""From source to page: markdown, then the sanitiser, then contents and plain text."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Any

from markdown import Markdown
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.util import BLOCK_LEVEL_ELEMENTS

from . import reading
from .attributes import AttributeLists, StrayLists
from .blocks import Blocks, TooDeep
from .figures import Figures
from .finish import Heading
from .inlines import Abbreviations, register_inlines
from .lines import LAZY
from .patterns import Inlines
from .sanitize import clean, clean_once

# Raise it when the output changes: articles with an older version are rendered again.
VERSION = "3"

MAX_CHARACTERS = 2_000_000
# Abbreviations and link definitions can repeat a long text thousands of times.
MAX_HTML = 8_000_000

# Never pymdownx.extra, betterem or nl2br (import.md section 4). superfences, highlight, sane_lists, def_list,
# md_in_html and toc are not here because `blocks` and `finish` do their work.
_EXTENSIONS = ["tables", "pymdownx.tilde", "pymdownx.tasklist", "pymdownx.magiclink"]
_CONFIGS = {"pymdownx.tilde": {"subscript": False}}
_BACKLINK = {"ja": "注{}の参照元へ戻る", "en": "Back to where note {} is used"}
_BLOCK_LEVEL = frozenset(BLOCK_LEVEL_ELEMENTS)

# The C0 controls but TAB and LF; markdown marks its places with them (A16), XML forbids them (I-06).
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")

_local = threading.local()


class RenderError(Exception):
    """The text cannot be shown. `code` is one of too_slow, too_deep, too_large, failed."""

    WORDS = {
        "too_slow": "The text took too long to render.",
        "too_deep": "The text is nested too deeply.",
        "too_large": "The text is too large.",
        "failed": "The text could not be rendered.",
    }

    def __init__(self, code: str) -> None:
        super().__init__(self.WORDS.get(code, self.WORDS["failed"]))
        self.code = code


@dataclass(frozen=True)
class Rendered:
    """One article, ready to show: safe HTML, table of contents (h2 to h4), plain text, minutes to read."""

    html: str
    toc: tuple[Heading, ...]
    text: str
    minutes: int


def render(source: str, format: str = "markdown", lang: str = "ja") -> Rendered:
    """Render in this process, without a limit of time. `format` is markdown or html. Raises RenderError."""
    if len(source) > MAX_CHARACTERS:
        raise RenderError("too_large")
    try:
        return _rendered(source, format, lang)
    except RenderError:
        raise
    except (RecursionError, TooDeep) as error:
        raise RenderError("too_deep") from error
    except MemoryError as error:
        raise RenderError("too_large") from error
    except Exception as error:
        # the libraries raise anything on hostile text, AssertionError among them (CVE-2025-69534)
        raise RenderError("failed") from error


def _rendered(source: str, format: str, lang: str) -> Rendered:
    source = tidy(source)
    if format == "html":
        done = clean(source)
    else:
        engine = _engine(lang)
        html = engine.convert(source).replace(LAZY, "")
        if len(html) > MAX_HTML:
            raise RenderError("too_large")
        done = clean(html) if engine.has_raw_html() else clean_once(html)
    notes = done.notes
    time = reading.minutes(reading.plain(notes.prose), notes.images)
    return Rendered(done.html.strip(), tuple(notes.toc), reading.plain(notes.text), time)


def tidy(source: str) -> str:
    """Line ends as LF, no byte order mark, no control characters, lone surrogates as U+FFFD."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", source))


class Engine(Markdown):
    """Python-Markdown with our blocks and inlines."""

    def __init__(self, lang: str) -> None:
        self.footnotes = FootnoteExtension(BACKLINK_TITLE=_BACKLINK[lang], USE_DEFINITION_ORDER=False)
        abbreviations = AbbrExtension()
        self.abbreviations: dict[str, str] = abbreviations.abbrs  # type: ignore[attr-defined]
        super().__init__(
            extensions=[self.footnotes, abbreviations, *_EXTENSIONS],
            extension_configs=_CONFIGS,
            output_format="html",
        )
        for name in ("normalize_whitespace", "html_block"):
            self.preprocessors.deregister(name)
        register_inlines(self)
        self.treeprocessors.register(Inlines(self), "inline", 20)
        self.treeprocessors.register(Abbreviations(self, self.abbreviations), "abbr", 7)
        self.treeprocessors.register(AttributeLists(self), "attr_list", 8)
        self.treeprocessors.register(StrayLists(self), "stray_lists", 7.5)
        self.treeprocessors.register(Figures(self), "figures", 7.2)

    def is_block_level(self, tag: Any) -> bool:
        """Python-Markdown's hook, asked three times for each element; its own looks through a list."""
        return isinstance(tag, str) and tag.lower().rstrip("/") in _BLOCK_LEVEL

    def has_raw_html(self) -> bool:
        """Did the last text bring tags of its own? What markdown makes is well-formed."""
        stash = enumerate(self.htmlStash.rawHtmlBlocks)
        return any("<" in str(html) and number not in self.blocks.code for number, html in stash)

    def build_parser(self) -> Engine:
        """Python-Markdown's hook: the same parts, with our block parser."""
        super().build_parser()
        self.parser = self.blocks = Blocks(self)
        return self


def _engine(lang: str) -> Engine:
    lang = "ja" if lang.startswith("ja") else "en"
    engines: dict[str, Engine] = _local.__dict__.setdefault("engines", {})
    if lang not in engines:
        engines[lang] = Engine(lang)
    engines[lang].reset()
    return engines[lang]
