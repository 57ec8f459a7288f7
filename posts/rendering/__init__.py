"""From markdown or HTML to what readers see: safe HTML, table of contents, plain text, minutes to read."""

from .child import render_safely
from .dress import Shown, dressed, pictures_in
from .finish import Heading
from .pipeline import VERSION, Rendered, RenderError, render
from .sanitize import sanitize_html

__all__ = [
    "VERSION",
    "Heading",
    "RenderError",
    "Rendered",
    "Shown",
    "dressed",
    "pictures_in",
    "render",
    "render_safely",
    "sanitize_html",
]
