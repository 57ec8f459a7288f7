"""`make bench`, second part: what the editorial checks cost (issue 5).

One post of 13,000 characters in milliseconds of CPU and, because machines are noisy, as a ratio to a fixed loop; then a
stock of BENCH_COUNT articles with two processes, and the same again when nothing, and when ten texts, have changed.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import posts as texts

COUNT = int(os.environ.get("BENCH_COUNT", "10000"))
SIZE = 13_000  # characters
TEXTS, ROUNDS = 12, 3
CHANGED = 10  # texts; each has paragraphs of many others in this made-up stock, which are compared anew
MOST_MS, MOST_MINUTES, MOST_SECONDS, STOCK = 100, 10, 60, 10_000


def main() -> None:
    results = [*_one_post()]
    with tempfile.TemporaryDirectory() as place:
        results += _stock(Path(place))
    sys.exit(0 if all(results) else 1)


def _one_post() -> Iterator[bool]:
    from posts.checks import check  # noqa: PLC0415 - after the settings, as everything of the project here
    from posts.document import Document  # noqa: PLC0415

    made = [Document(title="市場の一日を工場から見る", lang=lang, body=body) for lang, body in _bodies()]
    loop = min(_seconds(_loop) for _ in range(ROUNDS))
    cost = {
        lang: max(
            min(_seconds(lambda one=one: check(one)) for _ in range(ROUNDS))
            for one in made
            if one.lang == lang
        )
        for lang in ("ja", "en")
    }
    for lang, seconds in cost.items():
        what = f"all checks over {SIZE:,} characters ({lang}), ms of CPU"
        yield _line(what, seconds * 1_000, most=MOST_MS)
        print(f"     {seconds / loop:.2f} times a fixed loop of {loop * 1_000:.0f} ms", flush=True)


def _bodies() -> Iterator[tuple[str, str]]:
    for number in range(TEXTS):
        pick = random.Random(f"checks-{number}")  # noqa: S311 - nothing secret is drawn here
        body = texts.body(pick, SIZE * 4)
        yield ("ja" if "。" in body else "en"), body[:SIZE]


def _loop() -> None:
    """Always the same work."""
    words = [f"{number:06d}" for number in range(60_000)]
    for _ in range(3):
        {word[at : at + 3]: word for word in words for at in range(2)}


def _seconds(work) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _stock(place: Path) -> Iterator[bool]:
    os.environ["DATABASE_URL"] = f"sqlite:///{place}/stock.sqlite3"
    os.environ["MEDIA_ROOT"] = f"{place}/media"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "editorial.settings")
    import django  # noqa: PLC0415 - after the settings

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db.models import CharField, F, Value  # noqa: PLC0415
    from django.db.models.functions import Cast, Concat  # noqa: PLC0415

    from bench import newsroom  # noqa: PLC0415
    from posts.models import Revision  # noqa: PLC0415
    from posts.quality.stock import check_stock  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    newsroom.fill(COUNT, lists=False)
    own = Concat(Value("一日の動きを短くまとめた。"), Cast("pk", CharField()))
    Revision.objects.update(summary=own)  # one summary for all would make each article a neighbour of all
    first, report = _timed(lambda: check_stock(jobs=2, again=True))
    rate = first / max(report.judged, 1)
    print(
        f"     {report.judged:,} articles in {first:.0f} s, {rate * 1_000:.0f} ms each with two processes",
        flush=True,
    )
    yield _line(f"a stock of {STOCK:,} articles, minutes", rate * STOCK / 60, most=MOST_MINUTES)
    same, report = _timed(lambda: check_stock(jobs=2))
    yield _line(f"the same again ({report.judged} judged), seconds", same, most=MOST_SECONDS)
    numbers = list(Revision.objects.order_by("pk").values_list("pk", flat=True)[:CHANGED])
    more = Concat(F("body"), Value("\n\n工場の検査は早くなった。"))
    Revision.objects.filter(pk__in=numbers).update(body=more, version=F("version") + 1)
    some, report = _timed(lambda: check_stock(jobs=2))
    yield _line(f"when {CHANGED} have changed ({report.judged} judged), seconds", some, most=MOST_SECONDS)


def _timed(work):
    begun = time.monotonic()
    made = work()
    return time.monotonic() - begun, made


def _line(what: str, value: float, *, most: float) -> bool:
    good = value <= most
    print(f"{'ok  ' if good else 'MISS'} {what}: {value:.1f} (at most {most:g})", flush=True)
    return good


if __name__ == "__main__":
    main()
