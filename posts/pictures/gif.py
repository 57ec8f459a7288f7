"""GIF as the gate writes it (https://www.w3.org/Graphics/GIF/spec-gif89a.txt)."""

import re
import struct

from .parts import must

_LOOP = re.compile(rb"!\xff\x0bNETSCAPE2\.0\x03\x01..\x00", re.S)
_CONTROL = re.compile(rb"!\xf9\x04[\x00-\x1f]...\x00", re.S)
_BLOCKS = re.compile(rb"(?:\xff.{255})*+", re.S)  # all but the last are full
_TABLE = 0x80


def walk(data: bytes) -> None:
    """Raises Foreign or struct.error."""
    width, height, flags, _, aspect = struct.unpack_from("<HHBBB", data, 6)
    must(data[:6] in (b"GIF87a", b"GIF89a") and not aspect)
    at = _after(_LOOP, data, 13 + _table(flags))
    first = at
    while data[at : at + 1] != b";":
        at = _frame(data, _after(_CONTROL, data, at), width, height)
    must(at > first and at + 1 == len(data))


def _frame(data: bytes, at: int, width: int, height: int) -> int:
    """Where the frame ends, which lies within the screen."""
    mark, left, top, across, down, flags = struct.unpack_from("<c4HB", data, at)
    must(mark == b"," and left + across <= width and top + down <= height)
    at = _after(_BLOCKS, data, at + 10 + _table(flags) + 1)
    (last,) = struct.unpack_from("B", data, at)
    at += 1 + last if last else 0
    must(data[at : at + 1] == b"\x00")
    return at + 1


def _table(flags: int) -> int:
    """The length of the table of colours that follows."""
    return 3 << (flags & 7) + 1 if flags & _TABLE else 0


def _after(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.match(data, at)
    return found.end() if found else at
