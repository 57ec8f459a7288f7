"""What changed between two texts, and two changed texts put together. No Django here. Public words only."""

from .compare import compare, compare_texts, count
from .merge import Merge, Piece, merge_texts
from .papers import DocumentMerge, FieldMerge, common, merge_documents
from .shapes import Block, Counts, Difference, FieldChange, Item, Span

__all__ = [
    "Block",
    "Counts",
    "Difference",
    "DocumentMerge",
    "FieldChange",
    "FieldMerge",
    "Item",
    "Merge",
    "Piece",
    "Span",
    "common",
    "compare",
    "compare_texts",
    "count",
    "merge_documents",
    "merge_texts",
]
