"""A made-up archive for the benchmarks: the same number and seed give the same files, byte for byte."""

import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

BYTES = 12_000  # of a body, about
SHARE = 0.7  # of Japanese posts
_ZONE = timezone(timedelta(hours=9))
_JA = (
    "半導体の需要は今年も伸びている。|工場の稼働率は先月より上がった。|投資家は利下げの時期を見きわめようとしている。|"
    "この技術は医療の現場でも試されている。|費用は三年で半分になる見込みだ。|担当者は「まだ道半ばだ」と話した。|"
    "一方で電力の確保が課題として残る。|国内の企業は海外の拠点を見直している。|調査には二千社が答えた。|"
    "市場の反応は落ち着いていた。|モデルの大きさより、使うデータの質が問われる。|個人の利用者にも影響が出そうだ。"
).split("|")
_EN = (
    "Demand for chips kept growing this year.|The plant ran closer to its limit than in the month before.|"
    "Investors try to guess when rates will fall.|Hospitals have begun to test the method.|"
    "Costs are expected to halve within three years.|“We are not there yet,” the manager said.|"
    "Power remains the bottleneck.|Several companies are reviewing their sites abroad.|"
    "Two thousand firms answered the survey.|Markets took the news calmly.|"
    "The quality of the data matters more than the size of the model.|Private users will feel it too."
).split("|")
_TOPICS = "AI 半導体 電力 投資 医療 規制 雇用 市場 Cloud Robotics Energy Policy".split()


def documents(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """(name of the file, its text) of each post."""
    for number in range(count):
        pick = random.Random(f"{seed}-{number}")  # noqa: S311 - nothing secret is drawn here
        day = datetime(2015, 1, 1, 9, tzinfo=_ZONE) + timedelta(hours=7 * number)
        yield f"{day:%Y-%m-%d}-note-{number}.md", _head(number, day, pick) + body(pick)


def write(folder: Path, count: int, seed: int = 1) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents(count, seed):
        (folder / name).write_text(text, encoding="utf-8")


def _head(number: int, day: datetime, pick: random.Random) -> str:
    tags = "\n".join(f"- {tag}" for tag in pick.sample(_TOPICS, 4))
    return (
        f'---\nlayout: post\ntitle: "Note {number}：市場の一日"\ndate: {day:%Y-%m-%d %H:%M:%S} +0900\n'
        f"categories: [{pick.choice(_TOPICS)}]\ntags:\n{tags}\nauthor: Desk {number % 20}\n"
        f"excerpt: 一日の動きを短くまとめた。\n---\n\n"
    )


def body(pick: random.Random, least: int = BYTES) -> str:
    """A text in one of the two languages, of at least so many bytes."""
    sentences, glue = (_JA, "") if pick.random() < SHARE else (_EN, " ")
    parts: list[str] = []
    size = 0
    while size < least:
        part = pick.choice(_PARTS)(sentences, glue, pick)
        parts.append(part)
        size += len(part.encode())
    return "\n\n".join(parts) + "\n"


def _paragraph(sentences: list[str], glue: str, pick: random.Random) -> str:
    chosen = [pick.choice(sentences) for _ in range(pick.randint(3, 7))]
    chosen[1] = f"**{chosen[1]}**"
    chosen[2] = f"[{chosen[2]}](https://example.com/{pick.randint(1, 999)})"
    return glue.join(chosen)


def _heading(sentences: list[str], glue: str, pick: random.Random) -> str:
    return f"{'#' * pick.randint(2, 3)} {pick.choice(sentences)}\n\n{_paragraph(sentences, glue, pick)}"


def _list(sentences: list[str], glue: str, pick: random.Random) -> str:
    mark = pick.choice(["- ", "1. "])
    return "\n".join(f"{mark}{pick.choice(sentences)}" for _ in range(pick.randint(3, 6)))


def _table(sentences: list[str], glue: str, pick: random.Random) -> str:
    rows = "\n".join(f"| {pick.choice(sentences)} | {pick.randint(1, 9999)} |" for _ in range(4))
    return f"| 項目 | 値 |\n|---|---:|\n{rows}"


def _code(sentences: list[str], glue: str, pick: random.Random) -> str:
    return f"```python\ntotal = {pick.randint(1, 99)}\nprint(f'{{total:,}}')\n```"


def _quote(sentences: list[str], glue: str, pick: random.Random) -> str:
    return f"> {pick.choice(sentences)}\n>\n> `{pick.choice(_TOPICS)}` *{pick.choice(sentences)}*"


_PARTS = [*[_paragraph] * 5, *[_heading] * 3, _list, _list, _table, _code, _quote]


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
