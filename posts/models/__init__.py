"""The tables. Public words only; each subject has its file."""

from .history import HistoryEntry
from .image import Image
from .lists import Coauthorship, Placement, TaggedRevision
from .post import Post, Redirect, SiteStamp
from .revision import CONTENT_FIELDS, EDITABLE, OPEN, Revision, Status
from .taxonomy import Author, Category, Tag

__all__ = [
    "CONTENT_FIELDS",
    "EDITABLE",
    "OPEN",
    "Author",
    "Category",
    "Coauthorship",
    "HistoryEntry",
    "Image",
    "Placement",
    "Post",
    "Redirect",
    "Revision",
    "SiteStamp",
    "Status",
    "Tag",
    "TaggedRevision",
]
