"""`make bench`: what an import costs, as ratios within one run, because machines are noisy (issue 3).

Each line says what was measured, the ratio, and the limit; the exit status is 1 when one is missed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bench import bare, posts

ROOT = Path(__file__).resolve().parents[1]
COUNT = int(os.environ.get("BENCH_COUNT", "10000"))
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Cost:
    """One run of the command: seconds on the clock, of CPU with all its children, and the most bytes of the parent."""

    wall: float
    cpu: float
    memory: int


class House:
    """A database and a media folder of its own for each first run."""

    def __init__(self, folder: Path):
        self.folder, self.number = folder, 0
        folder.mkdir()

    def take(self, archive: Path, jobs: int, fresh: bool = False) -> Cost:
        """Import an archive, into an empty database when `fresh`."""
        if fresh:
            self.number += 1
            self._manage("migrate", "-v0").wait()
        options = ("--publish", "--jobs", str(jobs), "--max-files", str(2 * COUNT), "-v0")
        start = time.monotonic()
        process = self._manage("import_markdown", str(archive), *options)
        memory, done = 0, 0
        while not done:
            memory = max(memory, _peak(process.pid))
            time.sleep(0.05)
            done, status, used = os.wait4(process.pid, os.WNOHANG)
        if status:
            sys.exit(f"The import of {archive.name} ended with {status}.")
        return Cost(time.monotonic() - start, used.ru_utime + used.ru_stime, memory)

    def _manage(self, *words: str) -> "subprocess.Popen[bytes]":
        place = self.folder / str(self.number)
        settings = {
            "DATABASE_URL": f"sqlite:///{place}.sqlite3",
            "MEDIA_ROOT": f"{place}-media",
            "DEBUG": "0",
        }
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *words], cwd=ROOT, env=os.environ | settings
        )


def _peak(pid: int) -> int:
    """The most memory that the process itself has had so far, in bytes."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        results = list(_measured(Path(place)))
    sys.exit(0 if all(results) else 1)


def _measured(place: Path) -> Iterator[bool]:
    once, twice = place / "once", place / "twice"
    posts.write(once, COUNT)
    posts.write(twice, 2 * COUNT)
    house = House(place / "house")
    texts = [text for _name, text in posts.documents(min(COUNT, 400))]
    before = bare.cost(texts)
    single = house.take(once, jobs=1, fresh=True)
    again = house.take(once, jobs=1)
    checks = bare.checks(texts)
    floor = (before + bare.cost(texts)) / 2 + checks  # before and after: the clock of the machine changes
    print(
        f"{COUNT:,} posts of about {posts.BYTES:,} bytes; bare {floor * 1000:.1f} ms of CPU a post,"
        f" {checks * 1000:.1f} of them the editorial checks",
        flush=True,
    )
    yield _line("CPU a post, one job, against the bare cost", single.cpu / COUNT / floor, most=1.25)
    yield _line("time of the first run against an unchanged one", single.wall / again.wall, least=20)
    double = house.take(once, jobs=2, fresh=True)
    yield _line("time with one job against two", single.wall / double.wall, least=1.7)
    yield _line("memory of the parent, MB", double.memory / MEGABYTE, most=300)
    large = house.take(twice, jobs=2, fresh=True)
    yield _line("time of twice as many posts", large.wall / double.wall, most=2.2)
    yield _line("memory of the parent, twice as many posts, MB", large.memory / MEGABYTE, most=300)
    _with_pictures(place / "shown", house, floor)


def _with_pictures(shown: Path, house: House, floor: float) -> None:
    """Beside it: the same posts with a picture of 800 × 600 each."""
    count = min(COUNT, 200)
    posts.write(shown, count)
    for number, file in enumerate(sorted(shown.glob("*.md"))):
        Image.new("RGB", (800, 600), (number % 256, 90, 90)).save(shown / f"{number}.jpg")
        with file.open("a", encoding="utf-8") as text:
            text.write(f"\n![図]({number}.jpg)\n")
    cost = house.take(shown, jobs=1, fresh=True)
    print(
        f"beside it: with a picture each, {cost.cpu / count / floor:.2f} times the bare cost ({count} posts)"
    )


def _line(what: str, value: float, *, most: float = float("inf"), least: float = 0.0) -> bool:
    good = least <= value <= most
    limit = f"at most {most:g}" if least == 0 else f"at least {least:g}"
    print(f"{'ok  ' if good else 'MISS'} {what}: {value:.2f} ({limit})", flush=True)
    return good


if __name__ == "__main__":
    main()
