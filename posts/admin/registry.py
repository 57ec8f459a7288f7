"""Registers everything the desk shows; imported once the site exists."""

from django.contrib import admin
from taggit.models import Tag

from . import authors, image, people, post, reports, taxonomy

__all__ = ["authors", "image", "people", "post", "reports", "taxonomy"]

admin.site.unregister(
    Tag
)  # taggit's own page merges tags of a table we do not use, and asks nobody's permission
