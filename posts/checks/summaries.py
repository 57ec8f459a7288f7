"""Checks of the summary (specs/checks.md 3, nos. 9 to 11)."""

import re
from collections.abc import Iterator

from .around import Around
from .finding import INFO, Hit
from .prepared import Prepared, norm

_STOCK_END = re.compile(
    r"(?:について|に関して|を)"
    r"(?:、|も|より|さらに|詳細に|詳しく|徹底的に|徹底|深く|深掘りして|幅広く|わかりやすく|分かりやすく|丁寧に|簡単に|多角的に|専門的に|独自に|総合的に|解説・){0,3}"
    r"(?:分析|解説|紹介|説明|考察|検証|報告|解析|整理|議論|ご紹介|ご説明|お伝え|まとめ|深掘り)"
    r"(?:して(?:い(?:き)?|まいり)|していき|し|いたし|致し)?ます[。．.]?$"
)
_STOCK_START = re.compile(r"^(?:本記事|この記事|当記事|本稿)では")
_ABOUT = re.compile(r"(?:について|に関して)")
_SHORT = 60
_MARKUP = re.compile(r"\*\*|__|^#{1,6}\s|\]\(|</?[a-z][^<>]*>|&(?:[a-z]{2,8}|#\d{2,6});|\{\{|\{%|`", re.I)
_ROOM = (30, 160)


def boilerplate(text: Prepared, around: Around) -> Iterator[Hit]:
    said = text.summary
    if not said:
        return
    if (len(said) <= _SHORT and _is_stock(said)) or around.same_summary >= 2:
        yield Hit(0, said, "summary")


def same_as_title(text: Prepared, around: Around) -> Iterator[Hit]:
    ours, title = norm(text.summary), norm(text.title)
    if not ours or not title:
        return
    short, long = sorted((ours, title), key=len)
    if ours == title or (short in long and len(long) < 1.3 * len(short)):
        yield Hit(0, text.summary, "summary")


def form(text: Prepared, around: Around) -> Iterator[Hit]:
    said = text.summary
    if not said:
        yield Hit(0, "", "summary", INFO, {"what": "missing"})
    elif found := _MARKUP.search(said):
        yield Hit(0, said[found.start() :], "summary", params={"what": "markup"})
    elif text.is_ja and not _ROOM[0] <= len(said) <= _ROOM[1]:
        params = {"what": "length", "size": len(said), "min": _ROOM[0], "max": _ROOM[1]}
        yield Hit(0, said, "summary", INFO, params)


def has_markup(text: Prepared) -> bool:
    return bool(_MARKUP.search(text.summary))


def _is_stock(said: str) -> bool:
    end = _STOCK_END.search(said)
    return bool(_STOCK_START.match(said)) or bool(end and _ABOUT.match(end[0]))
