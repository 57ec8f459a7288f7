"""Voice and numbers (specs/checks.md 3, nos. 28 and 29, and infos)."""

import re
from collections import Counter
from collections.abc import Iterator

from .around import Around
from .finding import Hit
from .prepared import Prepared

# 私 with a particle or a mark behind it; 私立, 私的, 公私, 下僕, 僕ら, 見わたし are other words
_PARTICLE = (
    "(?=自身|個人|ひとり|一人|なり|として|から|より|まで|だけ|こそ|さえ|しか|ほど|みたい|って|なら|なんか|です|だ[、。っ]"
    "|[がはもをにのへとでや、。（(！？\\s]|$)"
)
_FIRST = re.compile(
    rf"(?<![公無滅官])(?:私|わたくし){_PARTICLE}"
    rf"|(?<![橋見渡手いえけきりし言受引明申])わたし(?=[がはもをにのへとで]|自身){_PARTICLE}"
    r"|(?<![下従公家老忠奴婢学])(?:僕|俺)(?!ら|達|たち|婢)"
    r"|(?<![ァ-ヶー])(?:ボク|オレ)(?=[がはもをにの])|(?<![ぁ-ん])ぼく(?=[がはもをにの])|筆者自身"
)
_NOT_OURS = re.compile(
    r"^[ \t]*>"  # a quotation
    r"|^[\W_]{0,12}(?:Q|Ｑ|質問|問)[\s\d０-９]*(?:[\s.．:：、。)）]|$)"  # a reader's question
)
_SPEAKER = re.compile(
    r"^[\W_]{0,12}([^\s：:。、「」]{1,12}?(?:[ 　][^\s：:。、「」]{1,6})?)[*_]{0,3}[：:　]"
    r"|^[ \t]*[○〇◯●◇◆■□][ 　]?([^\s：:。、「」]{1,16})[ 　]"
)
_WE = re.compile(r"私(?:たち|達|ども)|我々|われわれ|僕(?:ら|たち)")
_ADDRESS = re.compile(r"あなた|皆さん|みなさん|皆様|みなさま|読者の(?:皆|方)")
_CLICHES = re.compile(
    r"画期的|革命的|圧倒的|劇的|究極|驚異的|驚くべき|未曾有|破壊的|爆発的|飛躍的|桁違い|ゲームチェンジャー|パラダイムシフト|新時代|必見|徹底解説|かつてない|最前線"
)
_POLITE, _PLAIN = (
    re.compile(r"(?:です|ます|でした|ました|ません|でしょう|ましょう)(?:か|ね|よ)?[。！？]"),
    re.compile(r"(?:である|であった|だ|だった|する|した|ない|いる|なる)[。]"),
)
_PERCENT = re.compile(
    r"(?<![\d.,])([1-9]\d{2,}(?:[.,]\d+)?)\s*[%％パ](?:ーセント)?(?:以上|超|近く|程度|ほど)?の?(?:価格)?(?:の)?(割引|引き(?!上)|OFF|オフ|値下げ|削減|節約|減少|低下|短縮|off\b|discount|reduction|decrease)",
    re.I,
)
_WHOLE = re.compile(r"^100(?:[.,]0+)?\s*[%％パ](?:ーセント)?の?(?:OFF|オフ|削減|off)", re.I)
_INVEST = re.compile(
    r"投資家|株価|銘柄|配当|利回り|ポートフォリオ|資産運用|買い時|売り時|時価総額|NISA|投資判断|投資信託"
)
_ASSERTION = re.compile(
    r"(?:株価|価格|利益|相場|リターン|収益|評価額)[^。、\n]{0,20}(?:必ず|確実に|間違いなく|絶対に)[^。\n]{0,12}(?:上が|上昇|儲か|増え|値上がり|伸び)|元本(?:は)?保証|必ず儲か|絶対に儲か"
)
_MIX, _MIX_SHARE, _HYPE = 5, 0.2, 3


def first_person(text: Prepared, around: Around) -> Iterator[Hit]:
    """In the voice of the article: what others say, in quotations, in interviews and as questions, is theirs."""
    for name, words in (("title", text.title), ("summary", text.summary)):
        yield from _spoken(0, text.without_quotations(words), name)
    theirs = _speakers(text)
    for number, line in enumerate(text.unquoted, 1):
        if "私" in line or _FIRST.search(line):
            written = text.lines[number - 1]
            if not _NOT_OURS.search(written) and _speaker(written) not in theirs:
                yield from _spoken(number, line, "body")


def _spoken(number: int, line: str, field: str) -> Iterator[Hit]:
    for found in _FIRST.finditer(line):
        words = line[max(0, found.start() - 10) : found.end() + 15]
        yield Hit(number, words, field, params={"s": found[0]})


def _speakers(text: Prepared) -> set[str]:
    """The names that lines begin with, twice or more: those who speak in an interview or in minutes."""
    named = Counter(filter(None, map(_speaker, text.lines)))
    return {name for name, times in named.items() if times >= 2}


def _speaker(line: str) -> str:
    found = _SPEAKER.match(line)
    return (found[1] or found[2]) if found else ""


def we(text: Prepared, around: Around) -> Iterator[Hit]:
    yield from _met(text, _WE)


def address(text: Prepared, around: Around) -> Iterator[Hit]:
    yield from _met(text, _ADDRESS)


def hype(text: Prepared, around: Around) -> Iterator[Hit]:
    found = list(_met(text, _CLICHES))
    if text.size and len(found) > _HYPE * text.size / 1_000 and len(found) > 1:
        yield from found


def mix(text: Prepared, around: Around) -> Iterator[Hit]:
    polite, plain = list(_met(text, _POLITE)), list(_met(text, _PLAIN))
    fewer = min(polite, plain, key=len)
    if len(fewer) >= _MIX and len(fewer) >= _MIX_SHARE * (len(polite) + len(plain)):
        yield from fewer


def percent(text: Prepared, around: Around) -> Iterator[Hit]:
    for number, line in enumerate(text.bare, 1):
        for found in _PERCENT.finditer(line):
            if not _WHOLE.match(found[0]):
                yield Hit(number, line[max(0, found.start() - 10) : found.end() + 10], params={"s": found[0]})


def invest(text: Prepared, around: Around) -> Iterator[Hit]:
    found = list(_met(text, _INVEST))
    if len(found) >= 5:
        yield from found


def assertion(text: Prepared, around: Around) -> Iterator[Hit]:
    yield from _met(text, _ASSERTION)


def _met(text: Prepared, pattern: re.Pattern[str]) -> Iterator[Hit]:
    for number, line, found in text.met(pattern):
        yield Hit(number, line[max(0, found.start() - 10) : found.end() + 10], params={"s": found[0]})
