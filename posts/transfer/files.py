"""Opening files of others: regular ones only, below an allowed root, measured after they are open."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from .problems import SourceError

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read(path: Path, roots: Sequence[Path], limit: int) -> bytes:
    """The bytes of a regular file. Links are followed where they lead below one of `roots` (real paths).

    Raises SourceError: file.missing, file.outside, file.not_regular, file.unreadable, file.size.
    """
    try:
        real = Path(os.path.realpath(path))
        if not is_below(real, roots):
            raise SourceError("file.outside")
        if not stat.S_ISREG(real.stat().st_mode):  # a device must not even be opened
            raise SourceError("file.not_regular")
        return _opened(real, roots, limit)
    except FileNotFoundError:
        raise SourceError("file.missing") from None
    except (OSError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError("file.unreadable", reason=getattr(error, "strerror", "") or "") from None


def is_below(real: Path, roots: Sequence[Path]) -> bool:
    return any(real == root or root in real.parents for root in roots)


def _opened(real: Path, roots: Sequence[Path], limit: int) -> bytes:
    """What is read is what was checked: the checks are made on the open file (C16)."""
    with os.fdopen(os.open(real, _FLAGS), "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise SourceError("file.not_regular")
        if not is_below(_place(stream.fileno(), real), roots):
            raise SourceError("file.outside")
        data = b"" if status.st_size > limit else stream.read(limit + 1)
    if status.st_size > limit or len(data) > limit:
        raise SourceError("file.size", limit=limit)
    return data


def _place(descriptor: int, real: Path) -> Path:
    """Where the open file lies, as the kernel says (Linux); elsewhere the path it was opened by."""
    try:
        return Path(f"/proc/self/fd/{descriptor}").readlink()
    except OSError:
        return real
