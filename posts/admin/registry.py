"""Registers everything the desk shows; imported once the site exists."""

from . import image, people, post, taxonomy

__all__ = ["image", "people", "post", "taxonomy"]
