"""Writing into one folder and never out of it: whole files or none, and no file of anybody else."""

import errno
import fcntl
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

from posts.document import frontmatter

from . import native
from .filing import DRAFTS
from .problems import SourceError

TEMPORARY = ".editorial-"
_ARTICLES = re.compile(rf"[0-9]{{4}}|{DRAFTS}")
_HEAD = 4 * native.ROOM * frontmatter.MAX_CHARACTERS + 4096  # bytes that the longest front matter may have
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

Check = Callable[[BufferedReader], bool]


class Outlet:
    """The folder, resolved once and held open: every step below it goes through descriptors and no link.

    Use it with `with`. Raises SourceError (export.not_a_folder; export.busy while another export writes there) and
    OSError. What a killed run has left under temporary names is removed first.
    """

    def __init__(self, folder: Path):
        real = os.path.realpath(folder)
        try:
            Path(real).mkdir(parents=True, exist_ok=True)
            self._root = os.open(real, _FOLDER)
        except (FileExistsError, NotADirectoryError):
            raise SourceError("export.not_a_folder", path=str(folder)) from None

    def __enter__(self) -> "Outlet":
        try:
            _lock(self._root)
            self._clear()
        except BaseException:
            os.close(self._root)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._root)

    def put(self, path: str, digest: str, parts: Iterable[bytes], ours: Check) -> bool:
        """Write a file as a whole unless it has these bytes; whether it was written.

        `digest` is their sha256, `parts` is asked only when they are needed, `ours` says of a file with other bytes
        whether it may be replaced; a link in its place always is. Raises SourceError (export.foreign, export.link)
        and OSError with `path`.
        """
        *folders, name = path.split("/")
        try:
            with self._inside(folders) as folder:
                before = _digest(folder, name, digest, ours)
                return before != digest and _replace(folder, name, parts, before)
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from None

    def left_over(self, paths: Iterable[str], prune: bool = False) -> list[str]:
        """Articles of earlier exports that are not among `paths`, deleted with `prune`."""
        kept: dict[str, list[str]] = {}
        for path in paths:
            kept.setdefault(path.partition("/")[0], []).append(path.partition("/")[2])
        found = []
        for folder in self._article_folders():
            with suppress(SourceError), self._inside([folder]) as place:
                for name in _strangers(place, kept.get(folder, [])):
                    found.append(f"{folder}/{name}")
                    if prune:
                        os.unlink(name, dir_fd=place)
        return sorted(found)

    def _clear(self) -> None:
        """Remove what a killed run has left under temporary names; nobody else writes here now."""
        pictures = ["media", "images"]
        folders = [[name] for name in self._article_folders()]
        for folder in [*folders, *([*pictures, name] for name in self._names(pictures))]:
            for name in self._names(folder):
                if name.startswith(TEMPORARY):
                    with suppress(OSError), self._inside(folder, make=False) as place:
                        os.unlink(name, dir_fd=place)

    def _article_folders(self) -> list[str]:
        return [name for name in _listing(self._root) if _ARTICLES.fullmatch(name)]

    def _names(self, folders: list[str]) -> list[str]:
        """The names in a folder, none when there is no such folder."""
        with suppress(FileNotFoundError, SourceError), self._inside(folders, make=False) as place:
            return _listing(place)
        return []

    @contextmanager
    def _inside(self, folders: Iterable[str], make: bool = True) -> Iterator[int]:
        """The descriptor of a folder below the root. Raises SourceError export.link for a link or a file."""
        here = os.dup(self._root)
        try:
            for folder in folders:
                below = _step(here, folder, make)
                os.close(here)
                here = below
            yield here
        finally:
            os.close(here)


def is_article(stream: BufferedReader) -> bool:
    """Whether an export wrote this text file."""
    stream.seek(0)
    return native.claims(stream.read(_HEAD))


def _lock(root: int) -> None:
    """Held until the folder is closed, also by a kill; disks that know no locks go without."""
    try:
        fcntl.flock(root, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SourceError("export.busy") from None
    except OSError:
        pass


def _step(here: int, folder: str, make: bool) -> int:
    if folder in ("", ".", ".."):
        raise SourceError("export.link", path=folder)
    if make:
        with suppress(FileExistsError):
            os.mkdir(folder, dir_fd=here)
    try:
        return os.open(folder, _FOLDER, dir_fd=here)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise SourceError("export.link", path=folder) from None
        raise


def _listing(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _digest(folder: int, name: str, wanted: str, ours: Check) -> str | None:
    """The sha256 of the file that stands there, None for none or a link. Raises SourceError export.foreign."""
    there = _opened(folder, name)
    if there is None:
        return None
    with there:
        found = hashlib.file_digest(there, "sha256").hexdigest()
        if found != wanted and not ours(there):
            raise SourceError("export.foreign")
    return found


def _opened(folder: int, name: str) -> BufferedReader | None:
    """The regular file of this name, None for none or a link. Raises SourceError export.foreign for other things."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(mode):
        return None
    if not stat.S_ISREG(mode):
        raise SourceError("export.foreign")
    return os.fdopen(os.open(name, _READ, dir_fd=folder), "rb")


def _replace(folder: int, name: str, parts: Iterable[bytes], before: str | None) -> bool:
    """Write under another name, then put it in place, unless the bytes turn out to be those of `before`."""
    temporary, digest = f"{TEMPORARY}{secrets.token_hex(8)}", hashlib.sha256()
    try:
        with os.fdopen(os.open(temporary, _NEW, 0o666, dir_fd=folder), "wb") as stream:
            for part in parts:
                digest.update(part)
                stream.write(part)
        if digest.hexdigest() == before:
            return False
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        return True
    finally:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)


def _strangers(folder: int, kept: list[str]) -> list[str]:
    """Articles that an export wrote and that are not `kept`: compared as files, since a disk may spell names anew."""
    known = set()
    for name in kept:
        with suppress(OSError):
            known.add(os.stat(name, dir_fd=folder, follow_symlinks=False).st_ino)
    return [name for name in _listing(folder) if name.endswith(".md") and _is_stranger(folder, name, known)]


def _is_stranger(folder: int, name: str, known: set[int]) -> bool:
    with suppress(OSError, SourceError):
        if stream := _opened(folder, name):
            with stream:
                return os.fstat(stream.fileno()).st_ino not in known and is_article(stream)
    return False
