"""The file: a tar whose members are few kinds with strict names, each with its sha256 in its own header.

    head.json   rows/<number>-<table>/<part>.jsonl.gz   media/<name of a picture>   manifest.json

`tar` and `zcat` read it without this program. It is written and read from front to back, in constant memory.
"""

import gzip
import hashlib
import io
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from .manifest import cut, damaged, no_backup
from .problems import BackupError

HEAD, MANIFEST = "head.json", "manifest.json"
PART = 8 * 1024 * 1024  # bytes of lines after which a part ends
LINE = 64 * 1024 * 1024  # bytes that one row may have
CHUNK = 1024 * 1024
_SHA256 = "comment"  # of the extended header: other programs pass over it in silence
_ROWS = re.compile(r"rows/\d\d-([a-z]+\.\w+)/(\d{5})\.jsonl\.gz", re.ASCII)
_MEDIA = re.compile(r"media/((?:[\w][\w.~ -]*/)*[\w][\w.~ -]*)")


def is_media(path: str) -> bool:
    """Whether a member may have this name."""
    return bool(_MEDIA.fullmatch(path))


class Writer:
    """Adds members; `contents` is the sha256 over the names and hashes of all so far."""

    def __init__(self, stream: IO[bytes]):
        self._tar: Any = tarfile.TarFile(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT)
        self._contents = hashlib.sha256()

    @property
    def contents(self) -> str:
        return self._contents.hexdigest()

    def add(self, name: str, stream: IO[bytes]) -> tuple[str, int]:
        """The whole stream, which can seek, as a member: (sha256, bytes)."""
        stream.seek(0)
        digest, size = hashlib.sha256(), 0
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
        stream.seek(0)
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.pax_headers = size, 0o600, {_SHA256: digest.hexdigest()}
        self._tar.addfile(info, stream)
        self._tar.members = []  # it would keep every member in memory
        self._contents.update(f"{digest.hexdigest()}  {name}\n".encode())
        return digest.hexdigest(), size

    def add_bytes(self, name: str, data: bytes) -> str:
        return self.add(name, io.BytesIO(data))[0]

    def close(self) -> None:
        self._tar.close()


class Part:
    """Lines that are compressed in memory until they are a member."""

    def __init__(self) -> None:
        self.size = 0
        self._buffer = io.BytesIO()
        self._zip = gzip.GzipFile(fileobj=self._buffer, mode="wb", compresslevel=4, mtime=0)

    def write(self, line: bytes) -> None:
        self._zip.write(line)
        self._zip.write(b"\n")
        self.size += len(line) + 1

    def stream(self) -> IO[bytes]:
        self._zip.close()
        return self._buffer


@dataclass(frozen=True)
class Member:
    """`kind` is head, rows, media or manifest; `name` that of the table or of the picture."""

    kind: str
    name: str
    path: str
    size: int
    sha256: str


class Reader:
    """Yields the members in their order, and holds each against its hash when it has been read."""

    def __init__(self, stream: IO[bytes]):
        self._stream = stream
        self.contents = ""  # of everything before the member at hand

    def members(self) -> "Iterator[tuple[Member, Body]]":
        """Raises BackupError for a file that is cut off or damaged, and for members that no backup of ours has."""
        self._stream.seek(0)
        contents = hashlib.sha256()
        try:
            tar: Any = tarfile.TarFile(fileobj=self._stream, mode="r")
            while info := tar.next():
                tar.members = []
                member = _member(info)
                self.contents = contents.hexdigest()
                body = Body(tar.extractfile(info), member)
                yield member, body
                body.finish()
                contents.update(f"{member.sha256}  {member.path}\n".encode())
        except tarfile.ReadError as error:
            raise BackupError(cut() if "unexpected end" in str(error) else no_backup()) from None
        except (tarfile.TarError, UnicodeError):
            raise BackupError(no_backup()) from None


class Body(io.RawIOBase):
    """The bytes of a member, hashed while they are read."""

    def __init__(self, stream: IO[bytes] | None, member: Member):
        super().__init__()
        if stream is None:
            raise BackupError(no_backup())
        self._inner, self._member, self._digest = stream, member, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        try:
            data = self._inner.read(len(buffer))
        except tarfile.ReadError:
            raise BackupError(cut()) from None
        self._digest.update(data)
        buffer[: len(data)] = data
        return len(data)

    def finish(self) -> None:
        """Read what is left. Raises BackupError when the bytes are not those that were written."""
        while self.read(CHUNK):
            pass
        if self._digest.hexdigest() != self._member.sha256:
            raise BackupError(damaged(self._member.path))

    def lines(self) -> Iterator[bytes]:
        """The lines of a member of rows. Raises BackupError."""
        try:
            with gzip.GzipFile(fileobj=io.BufferedReader(self, CHUNK), mode="rb") as stream:
                while line := stream.readline(LINE):
                    if not line.endswith(b"\n"):
                        raise BackupError(damaged(self._member.path))
                    yield line
        except (OSError, EOFError, zlib.error):
            raise BackupError(damaged(self._member.path)) from None


def _member(info: tarfile.TarInfo) -> Member:
    """Raises BackupError for anything but a regular file under a name of ours: never is one made up from outside."""
    name, sha256 = info.name, info.pax_headers.get(_SHA256, "")
    if not info.isreg() or not sha256:
        raise _foreign(name)
    common: dict[str, Any] = {"path": name, "size": info.size, "sha256": sha256}
    if name in (HEAD, MANIFEST):
        return Member(name.removesuffix(".json"), "", **common)
    if found := _ROWS.fullmatch(name):
        return Member("rows", found[1], **common)
    if found := _MEDIA.fullmatch(name):
        return Member("media", found[1], **common)
    raise _foreign(name)


def _foreign(name: str) -> BackupError:
    told = _("The file holds “%(name)s”, which no backup of Editorial has. Nothing of it was unpacked.")
    return BackupError(told % {"name": name.encode("unicode_escape").decode()[:200]})
