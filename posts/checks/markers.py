"""What generators leave behind (specs/checks.md 3, nos. 12 to 14, 24)."""

import re
from collections.abc import Iterator

from .around import Around
from .finding import WARNING, Hit
from .prepared import MARKER, Prepared

TRACE = re.compile(
    r"\[cite(?:_start|_end)?(?::\s*[\d, ]+)?\]|【\d{1,3}†[^】\n]{0,40}】|:?contentReference\[oaicite|oaicite"
    r"|\bturn\d{1,2}(?:search|view|news|fetch|image)\d{1,3}\b"
    r"|[?&]utm_source=chatgpt(?:\.com)?\b|<\|(?:endoftext|im_start|im_end|eot_id)\|>"
)
_LEAK = re.compile(
    r"(?:申し訳(?:ありません|ございません|ないのですが)|恐れ入りますが|恐縮ですが)"
    r"[^。\n]{0,100}(?:でき(?:ません|かねます)|致しかねます|いたしかねます)"
    r"|(?:承知(?:いた|致)?しました|かしこまりました|了解(?:いた|致)?しました)[。、！!]?[^。\n]{0,40}(?:記事|続き|原稿|文章)"
    r"|記事の続きを(?:お?書|作成|執筆|生成|出力|ご?提供|ご?提示|以下|お届け|記述|続け)"
    r"|(?:AI|人工知能|大規模)言語モデルとして(?:、)?(?:私|わたし|の私|お答え|申し上げ|ご|具体|リアル|最新)"
    r"|AI言語モデルとして"
    r"|\bAs an? (?:AI|artificial intelligence|large)(?: language)? (?:model|assistant)\b"
    r",? ?(?:I\b|my\b|developed|trained)"
    r"|\bas an AI language model\b"
    r"|\b(?:Certainly|Sure|Of course|Absolutely)! Here(?:'s|’s| is| are)\b"
    r"|\bI(?:'m|’m| am) sorry,? but (?:I can(?:'t|’t|not)|as an AI)\b"
    r"|\b(?:provided|given|these|the above|based on(?: the)?) web search results\b",
    re.I,
)
_NAME = (
    "企業名|会社名|御社名|貴社名|氏名|名前|お名前|人名|著者名|日付|年月日|数値|金額|製品名|商品名|サービス名"
    "|地名|国名|大学名|出典|出典名|参照元|担当者名|役職|連絡先|メールアドレス|電話番号|タイトル|見出し"
    "|your name|your company|company name|name here|insert [^\\]\\[]{1,40}|date here|link here"
)
_PLACEHOLDER = re.compile(
    rf"あなたの名前|[\[［【〔]\s*(?:{_NAME})\s*[\]］】〕](?!\()|[\[［（(【]ここに[^\]］）)】\n]{{0,40}}(?:入力|記入|挿入|追加)[^\]］）)】\n]{{0,12}}[\]］）)】]"
    r"|^\s*ここに[^。\n]{0,30}(?:を)?(?:入力|記入|挿入)(?:してください|する)?。?\s*$"
    r"|\blorem ipsum dolor\b|[（(\[【]\s*要(?:確認|修正|加筆|出典|差し替え|差替)\s*[）)\]】]",
    re.I | re.M,
)
_UNFINISHED = re.compile(
    r"(?<![A-Za-z0-9_`!#/.-])(?:TODO|TBD|FIXME)(?![A-Za-z0-9_!`/.-])|(?<![A-Za-z])XX+[%％]|〇〇+|◯◯+|○○+"
)
_TEMPLATE = re.compile(r"\{%-?\s*[a-z][^%{}\n]*%\}|\{\{[^{}\n]*\}\}")


def marker(text: Prepared, around: Around) -> Iterator[Hit]:
    for number, line in enumerate(text.lines, 1):
        if MARKER.match(line):
            yield Hit(number, line)
        else:
            yield from (Hit(number, _around(line, found)) for found in TRACE.finditer(line))
    for name in ("title", "summary"):
        if MARKER.match(getattr(text, name)) or TRACE.search(getattr(text, name)):
            yield Hit(0, getattr(text, name), name)


def leak(text: Prepared, around: Around) -> Iterator[Hit]:
    for name in ("title", "summary"):
        if found := _LEAK.search(getattr(text, name)):
            yield Hit(0, _around(getattr(text, name), found), name)
    for number, line in enumerate(text.unquoted, 1):
        yield from (Hit(number, _around(line, found)) for found in _LEAK.finditer(line))


def placeholder(text: Prepared, around: Around) -> Iterator[Hit]:
    for number, line in enumerate(text.unquoted, 1):
        yield from (Hit(number, found[0]) for found in _PLACEHOLDER.finditer(line))
        yield from (
            Hit(number, _around(line, found), severity=WARNING) for found in _UNFINISHED.finditer(line)
        )


def template_tag(text: Prepared, around: Around) -> Iterator[Hit]:
    for number, line in enumerate(text.lines, 1):
        yield from (Hit(number, found[0]) for found in _TEMPLATE.finditer(text.without_code(line)))


def _around(line: str, found: re.Match[str], more: int = 20) -> str:
    """The words found, with some before and after."""
    return line[max(0, found.start() - more) : found.end() + more]
