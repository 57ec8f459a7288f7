"""The files of pictures, asked of the store and of no folder: it may be one of objects."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from django.core.files import File
from django.core.files.storage import Storage

from posts.models import Image

from .archive import CHUNK

IN_MEMORY = 4 * 1024 * 1024  # a larger one waits in a temporary file


def store() -> Storage:
    return cast(Any, Image._meta.get_field("file")).storage


def named() -> Iterator[str]:
    """The files that the rows name: each picture, then its smaller forms."""
    for image in Image.objects.order_by("pk").only("file", "variants", "has_card").iterator(chunk_size=200):
        yield from files_of(image)


def files_of(image: Image) -> list[str]:
    return [str(image.file.name), *image.form_names]


@contextmanager
def opened(name: str) -> Iterator[IO[bytes] | None]:
    """A copy of the file that can seek, None when there is none. Raises what the store raises."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as copy:
        try:
            with store().open(name) as stream:
                for chunk in stream.chunks(CHUNK):
                    copy.write(chunk)
        except FileNotFoundError:
            yield None
            return
        yield cast(IO[bytes], copy)


def stands(name: str, sha256: str) -> bool | None:
    """Whether the file is there with these bytes; None for other bytes."""
    if not store().exists(name):
        return False
    with store().open(name) as stream:
        found = hashlib.sha256()
        for chunk in stream.chunks(CHUNK):
            found.update(chunk)
    return True if found.hexdigest() == sha256 else None


def put(name: str, stream: IO[bytes]) -> None:
    """Store the bytes under exactly this name. Raises OSError."""
    given = store().save(name, File(stream))
    if given != name:
        store().delete(given)
        raise OSError(f"{name}: the store keeps it as {given}")
