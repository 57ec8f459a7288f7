"""What can be put right by itself. Nothing here is saved: a person sees the difference first (specs/checks.md 1, 7)."""

import re
from collections.abc import Callable, Iterable

from posts.document import Document

from . import characters, headings, repeats, summaries, titles
from .around import NOWHERE
from .markers import TRACE, is_marker
from .prepared import MARKER, Prepared, norm, prepared
from .safety import without_unsafe
from .table import CHECKS

Fix = Callable[[Prepared], Document]
_HEADING = re.compile(r"^( {0,3})(#{1,5})(?=[ \t])")
_SENTENCE = re.compile(r"[^。！？]+[。！？]")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SUMMARY = 120  # characters of a suggested summary


def fixable(check_id: str) -> bool:
    return bool(CHECKS[check_id].fixed) if check_id in CHECKS else False


def fix(document: Document, check_ids: Iterable[str]) -> Document:
    """The document with these checks' findings put right, in the order of the table; others are passed over."""
    wanted = set(check_ids)
    text = prepared(document)
    for check_id, put_right in FIXES.items():
        if check_id in wanted and (made := put_right(text)) != text.document:
            text = text.of(made)
    return text.document


def fix_all(document: Document) -> Document:
    """The document with everything put right that decides nothing: the fixes that are "safe"."""
    return fix(document, [row.id for row in CHECKS.values() if row.fixed == "safe"])


def _bracket(text: Prepared) -> Document:
    return text.document.replace(title=titles.suggestion(text) or text.title)


def _title_markup(text: Prepared) -> Document:
    return text.document.replace(title=_without_markup(text.title))


def _summary_markup(text: Prepared) -> Document:
    return (
        text.document.replace(summary=_without_markup(text.summary))
        if summaries.has_markup(text)
        else text.document
    )


def _summary(text: Prepared) -> Document:
    """The first sentences that are not the title."""
    title = norm(text.title)
    said = ""
    for block in text.prose:
        if block.kind == "text" and title not in block.norm:
            for sentence in _SENTENCE.findall(block.words.replace("**", "")):
                if len(said) + len(sentence) > _SUMMARY and said:
                    return text.document.replace(summary=said)
                said += sentence.strip()
            if said:
                break
    return text.document.replace(summary=said or text.summary)


def _markers(text: Prepared) -> Document:
    lines = text.body.split("\n")
    for number, line in enumerate(text.lines):
        if is_marker(line):
            lines[number] = _without_marker(lines[number])
        elif TRACE.search(line):
            lines[number] = TRACE.sub("", lines[number])
    named = {
        name: TRACE.sub("", MARKER.sub("", getattr(text, name))).strip() for name in ("title", "summary")
    }
    return _with_lines(text, lines).replace(title=named["title"] or text.title, summary=named["summary"])


def _without_marker(line: str) -> str:
    """Nothing, or the row of a table with that cell empty."""
    cells = line.split("|")
    return "" if len(cells) < 3 else "|".join(" " if is_marker(cell) else cell for cell in cells)


def _repeats(text: Prepared) -> Document:
    """What was said before goes, with headings over nothing new and merged paragraphs that add nothing."""
    gone = [block for block, _ in repeats.repeated(text)]
    gone += [*repeats.merged(text), *repeats.repeated_heads(text)]
    return _without(text, gone)


def _near_repeats(text: Prepared) -> Document:
    return _without(text, [near.block for near in repeats.nearly_repeated(text)])


def _title_repeat(text: Prepared) -> Document:
    found = list(CHECKS["body.title_repeat"].looks(text, NOWHERE)) if text.first else []
    return _without(text, [text.first] if found and text.first else [])


def _unsafe(text: Prepared) -> Document:
    return _with_lines(text, [*without_unsafe(text).split("\n")])


def _bold(text: Prepared) -> Document:
    """Bold paragraphs become headings, one level under the heading they follow, else of the second."""
    found = headings.bold_paragraphs(text)
    if len(found) < 2:
        return text.document
    lines = text.body.split("\n")
    for block in found:
        lines[block.line - 1] = f"## {headings.bold_words(block)}"
    return _with_lines(text, lines)


def _level(text: Prepared) -> Document:
    """With a heading of the first level in the text, all go one level down."""
    ours = [block for block in text.blocks if block.kind == "heading"]
    if not any(block.level == 1 for block in ours):
        return text.document
    lines = text.body.split("\n")
    for block in ours:
        lines[block.line - 1] = _HEADING.sub(r"\1#\2", lines[block.line - 1])
    return _with_lines(text, lines)


def _label(text: Prepared) -> Document:
    return text.document.replace(sponsorship=text.document.sponsorship or "affiliate")


def _characters(text: Prepared) -> Document:
    names = ("title", "summary", "body")
    return text.document.replace(**{name: characters.cleaned(getattr(text.document, name)) for name in names})


def _without_markup(words: str) -> str:
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words)
    words = re.sub(r"</?[a-zA-Z][^<>]*>|\*\*|__|^#{1,6}\s+|\{\{.*?\}\}|\{%.*?%\}", "", words)
    return " ".join(words.split())


def _without(text: Prepared, blocks) -> Document:
    lines: list[str | None] = list(text.body.split("\n"))
    for block in blocks:
        for at in range(block.line - 1, block.line + block.source.count("\n")):
            if not MARKER.match(lines[at] or ""):
                lines[at] = None
    return _with_lines(text, [line for line in lines if line is not None])


def _with_lines(text: Prepared, lines: list[str]) -> Document:
    return text.document.replace(body=_EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n"))


FIXES: dict[str, Fix] = {
    "char.bad": _characters,
    "title.markup": _title_markup,
    "title.bracket": _bracket,
    "title.cut": _bracket,
    "excerpt.form": _summary_markup,
    "excerpt.boilerplate": _summary,
    "excerpt.same_as_title": _summary,
    "ai.marker": _markers,
    "body.unsafe_html": _unsafe,
    "body.repeat": _repeats,
    "body.near_repeat": _near_repeats,
    "body.title_repeat": _title_repeat,
    "heading.bold": _bold,
    "heading.level": _level,
    "legal.ad_label": _label,
}
