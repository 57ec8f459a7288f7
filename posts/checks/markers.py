"""What generators leave behind (specs/checks.md 3, nos. 12 to 14, 24)."""

import re
from collections.abc import Iterator

from .around import Around
from .characters import HIDDEN
from .finding import WARNING, Hit
from .prepared import MARKER, Prepared

TRACE = re.compile(
    r"\[cite(?:_start|_end)?(?::\s*[\d, ]+)?\]|【\d{1,3}†[^】\n]{0,40}】"
    r"|:?contentReference\[oaicite[^\]\s]*\]|\boaicite:\d+"
    r"|\bturn\d{1,2}(?:search|view|news|fetch|image)\d{1,3}\b"
    r"|(?<=[\w/])[?&]utm_source=chatgpt(?:\.com)?\b|<\|(?:endoftext|im_start|im_end|eot_id)\|>\s*$"
    r"|（出典[：:]\s*参照データ）|（※?参照データより）|(?:(?<=ます)|(?<=です)|(?<=ました)|(?<=おり))（参照データ）"
)
_MAYBE = re.compile("END|BEGIN|START|STOP|EOF|INST|文字数|参照データ|の記事の|の原稿の|の本文の|の文章の")
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*+>")
_SIGNS = re.compile(r"^[\s>*_#]*(?:[-+] )?|[\s*_]+$")
# Full-width letters, brackets and lines as ASCII; 【】（）： and other marks of Japanese stay
_ASCII = {0xFEE0 + c: c for c in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}
_ASCII |= dict.fromkeys(map(ord, "－‐‑‒–—―−─"), ord("-")) | {
    ord("［"): ord("["),
    ord("］"): ord("]"),
    ord("｜"): ord("|"),
}
_LEAK = re.compile(
    r"(?:申し訳(?:ありません|ございません|ないのですが)|恐れ入りますが|恐縮ですが)[^。\n]{0,60}"
    r"(?:記事|原稿|文章|コンテンツ|リクエスト|ご依頼|ご要望|言語モデル|リアルタイム|ウェブ検索|外部サイト)[^。\n]{0,40}"
    r"(?:作成|生成|執筆|要約|翻訳|出力|アクセス|閲覧|検索|お答え|お応え|お手伝い|書くこと)[^。\n]{0,10}"
    r"(?:でき(?:ません|かねます)|致しかねます|いたしかねます)"
    r"|(?:承知(?:いた|致)?しました|かしこまりました|了解(?:いた|致)?しました)[。、！!]?[^。\n]{0,40}(?:記事|続き|原稿|文章)"
    r"|記事の続きを(?:お?書|作成|執筆|生成|出力|ご?提供|ご?提示|以下|お届け|記述|続け)"
    r"|(?:AI|人工知能|大規模)言語モデルとして(?:、)?(?:私|わたし|の私|お答え|申し上げ|ご|具体|リアル|最新)"
    r"|AI言語モデルとして"
    r"|\bAs an? (?:AI|artificial intelligence|large)(?: language)? (?:model|assistant)\b"
    r",? ?(?:I\b|my\b|developed|trained)"
    r"|\bas an AI language model\b"
    r"|^\W*(?:Certainly|Sure|Of course|Absolutely)[!,.] Here(?:'s|’s| is| are)\b[^.\n]{0,60}"
    r"\b(?:article|post|draft|version|summary|rewrite|revision|outline|translation|text|essay|story|paragraph|introduction"
    r"|conclusion|content)\b"
    r"|\bI(?:'m|’m| am) sorry,? but (?:I can(?:'t|’t|not)|as an AI)\b"
    r"|^\W*(?:based on|according to) (?:the |these )?(?:provided |given |above )?web search results\b"
    r"|\bthe (?:provided|above|given) web search results\b",
    re.I | re.M,
)
_NAME = (
    "企業名|会社名|御社名|貴社名|氏名|名前|お名前|人名|著者名|日付|年月日|数値|金額|製品名|商品名|サービス名"
    "|地名|国名|大学名|出典|出典名|参照元|担当者名|役職|連絡先|メールアドレス|電話番号|タイトル|見出し"
    "|your name|your company|company name|name here|insert [^\\]\\[]{1,40}|date here|link here"
)
_PLACEHOLDER = re.compile(
    rf"[\[［【〔（(＜]\s*あなたの名前\s*[\]］】〕）)＞]|^[\W_]*(?:名前|氏名|著者|執筆者|文責|執筆|文)?[：:／/\s]*あなたの名前[\s*_]*$"
    rf"|[\[［【〔]\s*(?:{_NAME})\s*[\]］】〕](?!\()|[\[［（(【]ここに[^\]］）)】\n]{{0,40}}(?:入力|記入|挿入|追加)[^\]］）)】\n]{{0,12}}[\]］）)】]"
    r"|^\s*ここに[^。\n]{0,30}(?:を)?(?:入力|記入|挿入)(?:してください|する)?。?\s*$"
    r"|\blorem ipsum dolor\b|[（(\[【]\s*要(?:確認|修正|加筆|出典|差し替え|差替)\s*[）)\]】]",
    re.I | re.M,
)
_UNFINISHED = re.compile(
    r"(?<![A-Za-z0-9_`!#/.-])(?:TODO|TBD|FIXME)(?![A-Za-z0-9_!`/.-])|(?<![A-Za-z])XX+[%％]|〇〇+|◯◯+|○○+"
)
_SAMPLES = re.compile(
    r"テンプレ|例文|文例|ひな形|雛形|ひながた|記入例|書式|書き方|ダミーテキスト|ダミー文|プレースホルダ"
    r"|\btemplates?\b|\bplaceholders?\b|dummy text|filler text|sample (?:letter|text|email)",
    re.I,
)
_TEMPLATE = re.compile(r"\{%-?\s*[a-z][^%{}\n]*%\}|\{\{[^{}\n]*\}\}")


def marker(text: Prepared, around: Around) -> Iterator[Hit]:
    for number, line in enumerate(text.lines, 1) if _may_hold_marks(plainly(text.body)) else ():
        line = text.without_code(line)
        if is_marker(line):
            yield Hit(number, line)
        else:
            yield from (Hit(number, _around(line, found)) for found in TRACE.finditer(plainly(line)))
    for name in ("title", "summary"):
        if is_marker(getattr(text, name)) or TRACE.search(plainly(getattr(text, name))):
            yield Hit(0, getattr(text, name), name)


def _may_hold_marks(said: str) -> bool:
    """Whether a line of the text may be a mark or hold a trace: most texts need not be read line by line."""
    return bool(_MAYBE.search(said) or "<|" in said or TRACE.search(said))


def is_marker(line: str) -> bool:
    """Whether a line, or a cell of a row, says nothing else. Signs around it, and what hides it, do not count."""
    said = plainly(line)
    if MARKER.match(said):
        return True
    if not _MAYBE.search(said):
        return False
    cells = _TAGS.sub("", re.sub("ー(?=[ーA-Z -]|$)", "-", said)).split("|")
    return any(MARKER.match(_SIGNS.sub("", cell)) for cell in cells if cell.strip())


def plainly(line: str) -> str:
    """The line with full-width letters and signs as ASCII, and without characters that cannot be seen."""
    if line.isascii():
        return line
    return HIDDEN.sub("", line).translate(_ASCII)


def leak(text: Prepared, around: Around) -> Iterator[Hit]:
    for name in ("title", "summary"):
        if found := _LEAK.search(getattr(text, name)):
            yield Hit(0, _around(getattr(text, name), found), name)
    yield from (Hit(number, _around(line, found)) for number, line, found in text.met(_LEAK))


def placeholder(text: Prepared, around: Around) -> Iterator[Hit]:
    severity = (
        WARNING if _SAMPLES.search(f"{text.title}\n{text.body}") else ""
    )  # a text about forms shows them
    yield from (Hit(number, found[0], severity=severity) for number, _line, found in text.met(_PLACEHOLDER))
    for number, line, found in text.met(_UNFINISHED):
        yield Hit(number, _around(line, found), severity=WARNING)


def template_tag(text: Prepared, around: Around) -> Iterator[Hit]:
    if _TEMPLATE.search(text.body):
        for number, line in enumerate(text.lines, 1):
            yield from (Hit(number, found[0]) for found in _TEMPLATE.finditer(text.without_code(line)))


def _around(line: str, found: re.Match[str], more: int = 20) -> str:
    """The words found, with some before and after."""
    return line[max(0, found.start() - more) : found.end() + more]
