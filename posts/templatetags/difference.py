"""A difference on a page: {% difference found %} draws fields, blocks, folded parts and the way between moved ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from posts.difference import Block, Difference, Span
from posts.models.choices import AiUse, Format, Sponsorship, UpdateKind

from .editorial import moment

register = template.Library()

AROUND = 1  # unchanged blocks that are shown beside a change
ROWS = 3_000  # of a page; what goes beyond is counted, not drawn
LABELS = {
    "title": _("Title"),
    "date": _("Date"),
    "category": _("Category"),
    "also_in": _("Further categories"),
    "tags": _("Tags"),
    "author": _("Author"),
    "coauthors": _("Further authors"),
    "summary": _("Summary"),
    "cover": _("Cover image"),
    "cover_alt": _("Alternative text of the cover"),
    "cover_credit": _("Image credit"),
    "lang": _("Language of the text"),
    "format": _("Format"),
    "translation_of": _("Translation of"),
    "sponsorship": _("Advertising"),
    "ai_use": _("Use of AI"),
    "disclosure": _("Conflict of interest"),
    "update_kind": _("Kind of update"),
    "update_note": _("Note on the update"),
    "canonical_url": _("Original address"),
    "noindex": _("Hide from search engines"),
    "body": _("Body"),
}
KINDS = {
    "same": _("Unchanged"),
    "changed": _("Changed"),
    "added": _("Added"),
    "removed": _("Removed"),
    "moved": _("Moved here"),
    "away": _("Moved away"),
}
SIGNS = {"same": "", "changed": "±", "added": "+", "removed": "−", "moved": "↳", "away": "↰"}
_TAGS = {"del": "<del>{}</del>", "ins": "<ins>{}</ins>"}
_CHOICES = {"format": Format, "sponsorship": Sponsorship, "ai_use": AiUse, "update_kind": UpdateKind}


@dataclass
class Row:
    """A block as it is drawn. `away`: where a moved one stood; `link`: the id of its other place."""

    block: Block
    kind: str
    id: str = ""
    link: str = ""
    next: str = ""

    @property
    def label(self) -> str | Promise:
        return KINDS[self.kind]

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]

    @property
    def is_change(self) -> bool:
        return self.kind != "same" or self.block.is_spaced

    @property
    def has_sides(self) -> bool:
        """Whether old and new stand beside each other."""
        return self.kind in ("changed", "moved") and self.block.is_edited


@dataclass
class Part:
    """Rows that are drawn one after the other; folded ones are shown on demand."""

    rows: list[Row] = field(default_factory=list)
    is_folded: bool = False


@register.simple_tag
def difference(found: Difference, old_label: str = "", new_label: str = "", prefix: str = "d") -> SafeString:
    """Draw what `posts.difference.compare` found.

    `old_label`, `new_label` head the two sides; `prefix` keeps ids apart where a page draws several. The page links
    css/desk-difference.css, and js/desk-difference.js for the keys that lead from change to change.
    """
    rows, left_out = _rows(found.blocks, prefix)
    context = {
        "difference": found,
        "parts": list(_parts(rows)),
        "left_out": left_out,
        "old_label": old_label,
        "new_label": new_label,
        "first": next((row.id for row in rows if row.is_change), ""),
        "prefix": prefix,
    }
    return render_to_string("admin/posts/difference/_difference.html", context)


@register.filter
def field_label(change: Any) -> str | Promise:
    """The name of a field in the reader's words, for everything that has `name` and perhaps `key`."""
    return getattr(change, "key", "") or LABELS.get(change.name, change.name)


@register.filter
def field_value(value: Any, name: str) -> Any:
    """A value of a document's field as it is read."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list | tuple):
        return "、".join(map(str, value)) or "–"
    if name in _CHOICES and value in _CHOICES[name].values:
        return _CHOICES[name](value).label if value else "–"
    return "–" if value in (None, "") else value


@register.filter
def marked(spans: Iterable[Span]) -> SafeString:
    """Spans as text with <del> and <ins>."""
    return format_html_join("", "{}", ([_span(span)] for span in spans))


def _span(span: Span) -> str:
    tag = _TAGS.get(span.kind)
    return format_html(tag, _visible(span.text)) if tag else span.text


def _visible(text: str) -> str:
    """White space that came or went, so that it can be seen."""
    text = text.replace("\n", "↵\n")
    return text if text.strip() else text.translate({0x20: "␣", 0x3000: "□", 0x09: "⇥"})


def _rows(blocks: Iterable[Block], prefix: str) -> tuple[list[Row], int]:
    """Rows in the order of the new text, with a stub where a moved block stood; and how many are left out."""
    row: list[Row] = []
    stubs = sorted((b for b in blocks if b.kind == "moved"), key=lambda b: b.old_line)
    for block in blocks:
        in_order = block.old_line and block.kind != "moved"
        while in_order and stubs and stubs[0].old_line < block.old_line:
            row.append(_away(stubs.pop(0), prefix))
        row.append(_row(block, prefix))
    row += [_away(stub, prefix) for stub in stubs]
    changes = [item for item in row if item.is_change]
    for number, item in enumerate(changes, 1):
        item.id = item.id or f"{prefix}-{number}"
    for item, after in zip(changes, changes[1:], strict=False):
        item.next = after.id
    return row[:ROWS], max(0, len(row) - ROWS)


def _row(block: Block, prefix: str) -> Row:
    if block.kind != "moved":
        return Row(block, block.kind)
    return Row(block, "moved", f"{prefix}-to-{block.new_line}", f"{prefix}-from-{block.new_line}")


def _away(block: Block, prefix: str) -> Row:
    return Row(block, "away", f"{prefix}-from-{block.new_line}", f"{prefix}-to-{block.new_line}")


def _parts(rows: list[Row]) -> Iterator[Part]:
    """Long runs of unchanged rows are folded, but for those beside a change."""
    shown = Part()
    for start, end in _runs(rows):
        head = AROUND if start else 0
        tail = AROUND if end < len(rows) else 0
        if rows[start].is_change or end - start - head - tail < 2:
            shown.rows += rows[start:end]
            continue
        shown.rows += rows[start : start + head]
        if shown.rows:
            yield shown
        yield Part(rows[start + head : end - tail], is_folded=True)
        shown = Part(rows[end - tail : end])
    if shown.rows:
        yield shown


def _runs(rows: list[Row]) -> Iterator[tuple[int, int]]:
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or rows[end].is_change != rows[start].is_change:
            yield start, end
            start = end
