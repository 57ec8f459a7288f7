"""Reviewing a text: the page on which it is read and decided, and the notes on it. Public words only."""

from .notes import answer as notes_answer
from .notes import panel
from .page import decide, review_page

__all__ = ["decide", "notes_answer", "panel", "review_page"]
