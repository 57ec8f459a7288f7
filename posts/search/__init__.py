"""Search: the index of what readers can read, and how it is asked. Public words only.

The index stands for every revision that is open or published; who may see what it finds is decided by the queryset
that is handed in. An index that is behind misses articles and never shows one.
"""

from .finding import count_each, find
from .keeping import clear, index, refill, remove, to_index
from .marks import excerpt, marked
from .wish import LIMIT, Wish, Word, read

__all__ = [
    "LIMIT",
    "Wish",
    "Word",
    "clear",
    "count_each",
    "excerpt",
    "find",
    "index",
    "marked",
    "read",
    "refill",
    "remove",
    "to_index",
]
