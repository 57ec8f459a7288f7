"""JPEG as the gate writes it: JFIF, progressive, quality 88 (ITU-T T.81; JFIF 1.02)."""

import re
import struct
from collections.abc import Iterator

from .parts import Part, in_order, must

_HEAD = bytes.fromhex("ffd8 ffe0 0010 4a46494600 0101 00 0001 0001 0000")  # no unit, no thumbnail
_TABLE, _FRAME, _CODES, _SCAN, _END = b"\xff\xdb", b"\xff\xc2", b"\xff\xc4", b"\xff\xda", b"\xff\xd9"
_LETTERS = {_TABLE: "Q", _FRAME: "F", _CODES: "H", _SCAN: "S"}
_ORDER = r"Q{1,2}F(?:H{0,3}S){1,32}"  # libjpeg's script has ten scans, and tables of codes for each
# T.81's example tables at quality 88 of libjpeg's scale, in zigzag order
_LUMA = bytes.fromhex(
    "00 0403030303020403030304040405060a06060505060c0809070a0e0c0f0e0e0c"
    "0d0d0f1116130f1015110d0d131a131517181919190f121b1d1b181d16181918"
)
_CHROMA = bytes.fromhex("01 0404040605060b06060b18100d10") + b"\x18" * 50
_SHAPES = {
    bytes.fromhex("01 011100"): [_LUMA],
    bytes.fromhex("03 012200 021101 031101"): [_LUMA, _CHROMA],
}
_MARK = re.compile(rb"\xff[^\x00]")  # within the codes, ff is followed by 00


def walk(data: bytes) -> None:
    """Raises Foreign or struct.error."""
    must(data.startswith(_HEAD))
    segments = in_order(_segments(data), _LETTERS, _ORDER)
    tables = [payload for name, payload in segments if name == _TABLE]
    frame = dict(segments)[_FRAME]
    must(frame[:1] == b"\x08" and _SHAPES.get(frame[5:]) == tables)
    for name, payload in segments:
        if name == _CODES:
            must(
                payload[:1] in (b"\x00", b"\x01", b"\x10", b"\x11")
                and len(payload) == 17 + sum(payload[1:17])
            )
        elif name == _SCAN:
            must(len(payload) == 4 + 2 * payload[0])


def _segments(data: bytes) -> Iterator[Part]:
    at = len(_HEAD)
    while (name := data[at : at + 2]) != _END:
        (size,) = struct.unpack_from(">H", data, at + 2)
        payload = data[at + 4 : at + 2 + size]
        must(size > 2 and len(payload) == size - 2)
        yield name, payload
        at += 2 + size
        if name == _SCAN:
            mark = _MARK.search(data, at)
            at = mark.start() if mark else len(data)
    must(at + 2 == len(data))
