"""Bytes to text: UTF-8 or a clear refusal, never mojibake (I-03 to I-05)."""

import codecs
from typing import NoReturn

from .problems import SourceError

_MARKS = {
    "UTF-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    "UTF-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
_OTHERS = {"iso2022_jp": "ISO-2022-JP", "euc_jp": "EUC-JP", "cp932": "Shift_JIS"}
_NO_FILES = ("unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "utf_7", "mbcs", "oem")


def decode(data: bytes, encoding: str = "") -> str:
    """The text exactly as it stands in the file, BOM and line ends included. Raises SourceError.

    A file that is UTF-8 is read as that, any other one in `encoding` when that is given.
    """
    try:
        return _utf8(data)
    except SourceError:
        if not encoding:
            raise
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        line = data.count(b"\n", 0, at) + 1
        raise SourceError("encoding.wrong", line, encoding=encoding, offset=at) from None
    if "\0" in text:
        _refuse_nul(text, len(text[: text.index("\0")].encode(encoding, "replace")))
    return text


def is_encoding(name: str) -> bool:
    """Whether `name` is an encoding that files may be in (and not, say, rot13, base64 or an escaping)."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return found.name.replace("-", "_") not in _NO_FILES and bool(getattr(found, "_is_text_encoding", False))


def _utf8(data: bytes) -> str:
    for name, marks in _MARKS.items():
        if data.startswith(marks):
            raise SourceError("encoding.other", encoding=name, offset=0)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError("encoding.other", line, encoding=_guess(data), offset=error.start) from None
    if "\0" in text:
        _refuse_nul(text, data.index(b"\0"))
    if "\x1b$" in text or "\x1b(" in text:  # seven bits, so it passes as UTF-8
        raise SourceError("encoding.other", encoding="ISO-2022-JP", offset=data.index(b"\x1b"))
    return text


def _refuse_nul(text: str, offset: int) -> NoReturn:
    raise SourceError("encoding.nul", text.count("\n", 0, text.index("\0")) + 1, offset=offset)


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
