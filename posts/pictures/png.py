"""PNG and animated PNG as the gate writes them (https://www.w3.org/TR/png-3/)."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from .parts import Part, in_order, must

_LETTERS = {b"IHDR": "H", b"PLTE": "P", b"tRNS": "T", b"IDAT": "D", b"IEND": "E"}
_LETTERS |= {b"acTL": "A", b"fcTL": "F", b"fdAT": "d"}
_ORDER = r"HP?T?(?:D++|AFD++(?:Fd++)*+)E"
_GREY, _COLOUR, _PALETTE, _GREY_ALPHA, _COLOUR_ALPHA = 0, 2, 3, 4, 6
_SAMPLES = {_GREY: 1, _COLOUR: 3, _PALETTE: 1, _GREY_ALPHA: 2, _COLOUR_ALPHA: 4}
_DEPTHS = {_GREY: (1, 8, 16), _PALETTE: (1, 2, 4, 8), _COLOUR: (8,), _GREY_ALPHA: (8,), _COLOUR_ALPHA: (8,)}
_STEP = 16_384  # packed bytes taken at a time: they make 17 MB at most


@dataclass
class _Frame:
    """A rectangle of the canvas with its packed rows."""

    width: int
    height: int
    packed: list[bytes] = field(default_factory=list)


def walk(data: bytes) -> None:
    """Raises Foreign, struct.error or zlib.error."""
    chunks = in_order(_chunks(data), _LETTERS, _ORDER)
    width, height, depth, colour, rest = struct.unpack(">IIBB3s", chunks[0][1])
    must(depth in _DEPTHS.get(colour, ()) and rest == bytes(3) and not chunks[-1][1])
    once = dict(chunks)
    _colours(depth, colour, once.get(b"PLTE", b""), once.get(b"tRNS"))
    frames = _animation(chunks, width, height) if b"acTL" in once else [_still(chunks, width, height)]
    for frame in frames:
        row = 1 + (frame.width * depth * _SAMPLES[colour] + 7) // 8
        _inflates(b"".join(frame.packed), row * frame.height)


def _chunks(data: bytes) -> Iterator[Part]:
    at = 8
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        payload = data[at + 8 : at + 8 + size]
        must((zlib.crc32(payload, zlib.crc32(name)),) == struct.unpack_from(">I", data, at + 8 + size))
        yield name, payload
        at += 12 + size


def _colours(depth: int, colour: int, palette: bytes, alpha: bytes | None) -> None:
    entries, odd = divmod(len(palette), 3)
    if colour == _PALETTE:
        must(0 < entries <= 1 << depth and not odd and len(alpha or b"") <= entries)
    else:
        must(not palette and (alpha is None or len(alpha) == {_GREY: 2, _COLOUR: 6}.get(colour)))


def _still(chunks: list[Part], width: int, height: int) -> _Frame:
    return _Frame(width, height, [payload for name, payload in chunks if name == b"IDAT"])


def _animation(chunks: list[Part], width: int, height: int) -> list[_Frame]:
    """The first frame fills the canvas, the others lie in it; their numbers run on without a gap."""
    frames: list[_Frame] = []
    number = 0
    for name, payload in chunks:
        if name in (b"fcTL", b"fdAT"):
            must(struct.unpack_from(">I", payload) == (number,))
            number += 1
        if name == b"fcTL":
            frames.append(_frame(payload, width, height))
        elif name in (b"IDAT", b"fdAT"):
            frames[-1].packed.append(payload[4:] if name == b"fdAT" else payload)
    must((frames[0].width, frames[0].height) == (width, height))
    must(struct.unpack(">II", dict(chunks)[b"acTL"])[0] == len(frames))
    return frames


def _frame(control: bytes, width: int, height: int) -> _Frame:
    _, across, down, left, top, _, _, dispose, blend = struct.unpack(">5I2H2B", control)
    must(across and down and left + across <= width and top + down <= height and dispose < 3 and blend < 2)
    return _Frame(across, down)


def _inflates(packed: bytes, size: int) -> None:
    """The rows end where the header says, and the packed bytes end with them."""
    stream, left = zlib.decompressobj(), size
    for start in range(0, len(packed), _STEP):
        must(not stream.eof)
        left -= len(stream.decompress(packed[start : start + _STEP], left + 1))
        must(left >= 0)
    must(not left and stream.eof and not stream.unused_data)
