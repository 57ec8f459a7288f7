"""The editor of the article page: what the page hands to it, and the endpoints it asks. Public words only."""

from .addresses import urls
from .page import TARGETS, setting
from .unsaved import settle

__all__ = ["TARGETS", "setting", "settle", "urls"]
