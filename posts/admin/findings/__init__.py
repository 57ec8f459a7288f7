"""What the checks say, beside the text: the panel, fixes shown as a difference, what is settled. Public words."""

from .fixing import answer as fix_answer
from .panel import Panel, panel, typed_panel
from .settling import answer as settle_answer
from .settling import panel_of
from .typed import NotTaken, Typed

__all__ = ["NotTaken", "Panel", "Typed", "fix_answer", "panel", "panel_of", "settle_answer", "typed_panel"]
