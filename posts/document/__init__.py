"""The canonical document: everything a reader can read, as one markdown text with front matter."""

from .document import FIELDS, LIMITS, NAME_LIMIT, Document, seal, sealed_text
from .frontmatter import FrontMatterError
from .keys import KEYS, read_moment, write_moment
from .tidy import DocumentError

__all__ = [
    "FIELDS",
    "KEYS",
    "LIMITS",
    "NAME_LIMIT",
    "Document",
    "DocumentError",
    "FrontMatterError",
    "read_moment",
    "seal",
    "sealed_text",
    "write_moment",
]
