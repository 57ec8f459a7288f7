"""WebP and animated WebP as the gate writes them (RFC 9649)."""

import struct
from collections.abc import Iterator

from .parts import Part, in_order, must

_LETTERS = {b"VP8X": "X", b"VP8 ": "L", b"VP8L": "l", b"ALPH": "A", b"ANIM": "N", b"ANMF": "M"}
_ORDER = r"L|l|X(?:A?L|l|NM++)"
_FRAME_ORDER = r"A?L|l"
_ANIMATED, _ALPHA = 0x02, 0x10
_MARKS = {b"VP8 ": (3, b"\x9d\x01\x2a"), b"VP8L": (0, b"\x2f")}


def walk(data: bytes) -> None:
    """Raises Foreign or struct.error."""
    must(data[8:12] == b"WEBP" and struct.unpack_from("<I", data, 4) == (len(data) - 8,))
    chunks = in_order(_chunks(data, 12), _LETTERS, _ORDER)
    _bitstreams(chunks)
    for name, payload in chunks:
        if name == b"VP8X":
            must(len(payload) == 10 and not payload[0] & ~(_ANIMATED | _ALPHA) and payload[1:4] == bytes(3))
            must(bool(payload[0] & _ANIMATED) == (chunks[-1][0] == b"ANMF"))
        elif name == b"ANIM":
            must(len(payload) == 6)
        elif name == b"ANMF":
            must(len(payload) > 16 and payload[15] < 4)
            _bitstreams(in_order(_chunks(payload, 16), _LETTERS, _FRAME_ORDER))


def _bitstreams(chunks: list[Part]) -> None:
    for name, payload in chunks:
        at, mark = _MARKS.get(name, (0, b""))
        must(payload.startswith(mark, at))


def _chunks(data: bytes, at: int) -> Iterator[Part]:
    """Each has an even length; the byte that makes it so is zero."""
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        end = at + 8 + size
        must(data[end : end + size % 2] == bytes(size % 2) and end <= len(data))
        yield name, data[at + 8 : end]
        at = end + size % 2
