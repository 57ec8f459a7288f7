"""Registers everything the desk shows; imported once the site exists."""

from . import authors, image, people, post, reports, taxonomy
from .house import rules

__all__ = ["authors", "image", "people", "post", "reports", "rules", "taxonomy"]
