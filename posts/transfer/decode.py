"""Bytes to text: UTF-8 or a clear refusal, never mojibake (I-03 to I-05)."""

import codecs

from .problems import SourceError

_MARKS = {
    "UTF-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    "UTF-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
_OTHERS = {"iso2022_jp": "ISO-2022-JP", "euc_jp": "EUC-JP", "cp932": "Shift_JIS"}


def decode(data: bytes) -> str:
    """The text exactly as it stands in the file, BOM and line ends included. Raises SourceError."""
    for name, marks in _MARKS.items():
        if data.startswith(marks):
            raise SourceError("encoding.other", encoding=name, offset=0)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError("encoding.other", line, encoding=_guess(data), offset=error.start) from None
    if "\0" in text:
        raise SourceError("encoding.nul", text.count("\n", 0, text.index("\0")) + 1, offset=data.index(b"\0"))
    if "\x1b$" in text or "\x1b(" in text:  # seven bits, so it passes as UTF-8
        raise SourceError("encoding.other", encoding="ISO-2022-JP", offset=data.index(b"\x1b"))
    return text


def lines(text: str) -> str:
    """The text to work on: line ends as LF, no byte order mark anywhere (I-03, I-04)."""
    for end in ("\r\n", "\r", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return text.replace("\ufeff", "")


def _guess(data: bytes) -> str:
    for codec, name in _OTHERS.items():
        try:
            data.decode(codec)
        except UnicodeDecodeError:
            continue
        return name
    return "?"
