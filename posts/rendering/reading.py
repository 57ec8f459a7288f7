"""Plain text of an article and the time it takes to read."""

from __future__ import annotations

import re

CJK_PER_MINUTE = 500
WORDS_PER_MINUTE = 200
MINUTES_PER_IMAGE = 0.2

_CJK = re.compile(
    "[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u3005-\u3007\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"[^\W_](?:[\w'’-]*\w)?", re.ASCII)
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")


def plain(pieces: list[str]) -> str:
    """Pieces of text put together: blocks on lines of their own, one space between words, no empty lines."""
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def minutes(prose: str, images: int) -> int:
    """Minutes to read, at least 1: 500 Japanese characters or 200 Latin words a minute, 0.2 for each image.

    `prose` comes without code and ruby readings; bare addresses are left out here (readers.md section 2).
    """
    text, cjk = _CJK.subn(" ", _ADDRESS.sub(" ", prose))
    latin = len(_WORD.findall(text))
    time = cjk / CJK_PER_MINUTE + latin / WORDS_PER_MINUTE + images * MINUTES_PER_IMAGE
    return max(1, round(time))
