"""Pictures that a revision shows out of our own store: their names, their bytes, and how an export calls them."""

import re
from collections.abc import Iterator

from django.conf import settings

from posts.document import Document
from posts.models import Image, Revision

from . import native
from .problems import SourceError


class Missing(SourceError):
    """The row is there, and the file is not."""


def names(revision: Revision) -> set[str]:
    """Names of the stored pictures in the text and of the cover, below MEDIA_URL."""
    found = set(_address().findall(revision.body))
    return found | {str(revision.cover.file.name)} if revision.cover else found


def portable(revision: Revision) -> Document:
    """The document with its pictures under native.MEDIA, wherever this site serves them from."""
    document = revision.to_document()
    cover = f"{native.MEDIA}{revision.cover.file.name}" if revision.cover else ""
    return document.replace(cover=cover, body=_address().sub(rf"{native.MEDIA}\1", document.body))


def address(name: str) -> str:
    """Where readers of this site find the picture."""
    return f"{settings.MEDIA_URL}{name}"


def parts(image: Image) -> Iterator[bytes]:
    """The stored bytes, piece by piece. Raises Missing, and SourceError picture.unreadable."""
    try:
        with image.file.storage.open(str(image.file.name)) as stream:
            yield from stream.chunks()
    except FileNotFoundError:
        raise Missing("picture.missing") from None
    except Exception as error:  # each kind of store has its own
        raise SourceError("picture.unreadable", reason=str(error) or type(error).__name__) from error


def _address() -> re.Pattern[str]:
    """Our address of a picture, not the end of a longer one; the settings may change between two exports."""
    return native.pictures(settings.MEDIA_URL)
