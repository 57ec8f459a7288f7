"""Registers everything the desk shows; imported once the site exists."""

from . import authors, image, people, post, reports, taxonomy

__all__ = ["authors", "image", "people", "post", "reports", "taxonomy"]
