"""Killed runs and runs at the same time give what one gives that is left alone (C42)."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.walk

ROOT = Path(__file__).parents[3]
QUESTIONS = {
    "posts": "SELECT source, slug, date, source_hash, desk_seal FROM posts_post ORDER BY source",
    "texts": "SELECT p.source, r.number, r.status, r.title, r.body, r.html, r.published_at, r.live_from"
    " FROM posts_revision r JOIN posts_post p ON p.id = r.post_id ORDER BY 1, 2",
    "history": "SELECT p.source, h.step, count(*), max(h.text) FROM posts_historyentry h"
    " JOIN posts_post p ON p.id = h.post_id GROUP BY 1, 2 ORDER BY 1, 2",
    "redirects": "SELECT r.path, p.source FROM posts_redirect r JOIN posts_post p ON p.id = r.post_id ORDER BY 1",
    "images": "SELECT file FROM posts_image ORDER BY 1",
    "names": "SELECT name, slug FROM posts_tag ORDER BY 1",
}


def _day(number: int) -> str:
    return f"2025-04-0{number % 9 + 1}"


def _name(number: int) -> str:
    return f"{_day(number)}-p{number:03}.md"


@pytest.fixture
def blog(tmp_path):
    """Two hundred and fifty files: colliding addresses, days that differ, links to each other, a picture."""
    root = tmp_path / "blog"
    root.mkdir()
    Image.new("RGB", (40, 30), (9, 9, 90)).save(root / "port.png")
    for number in range(250):
        head = (
            f"title: 港 {number}\ndate: {_day(number)} 20:00 +0000\ntags: [港, t{number % 7}]\nslug: harbour"
        )
        text = f"本文 {number}。[次]({_name((number + 1) % 250)})\n\n![港](port.png)\n\n" + "文です。" * 300
        (root / _name(number)).write_text(f"---\n{head}\n---\n\n{text}\n")
    return root


def test_killed_import_is_completed_by_the_next(blog, tmp_path):
    whole = House(tmp_path / "whole", blog)
    whole.run().wait()
    killed = House(tmp_path / "killed", blog)
    for share in (1, 120):
        process = killed.run()
        killed.wait_for(share)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 0 < killed.count() < 250
    assert killed.run().wait() == 0
    assert killed.tells() == whole.tells()
    assert all("](/2025/04/" in text[4] for text in whole.tells()["texts"])
    assert killed.media() == whole.media()


def test_C42_an_import_that_is_told_to_end_is_completed_by_the_next(blog, tmp_path):
    whole = House(tmp_path / "whole", blog)
    whole.run().wait()
    stopped = House(tmp_path / "stopped", blog)
    process = stopped.run()
    stopped.wait_for(1)
    process.terminate()
    assert process.wait(60) == -signal.SIGTERM
    assert stopped.count() < 250
    assert stopped.run().wait() == 0
    assert stopped.tells() == whole.tells() and stopped.media() == whole.media()


def test_two_imports_at_once_are_one(blog, tmp_path):
    whole = House(tmp_path / "whole", blog)
    whole.run().wait()
    shared = House(tmp_path / "shared", blog)
    both = [shared.run(), shared.run()]
    assert [process.wait() for process in both] == [0, 0]
    assert shared.tells() == whole.tells() and shared.media() == whole.media()


class House:
    """A database and a media folder of its own, and the command as a process."""

    def __init__(self, place: Path, blog: Path):
        place.mkdir()
        self.place, self.blog = place, blog
        self.environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{place / 'db.sqlite3'}",
            "MEDIA_ROOT": str(place / "media"),
        }
        self._manage("migrate", "-v0").wait()

    def run(self):
        return self._manage("import_markdown", str(self.blog), "--publish", "-v0")

    def wait_for(self, count: int) -> None:
        end = time.monotonic() + 30
        while self.count() < count and time.monotonic() < end:
            time.sleep(0.005)

    def count(self) -> int:
        return self._ask("SELECT count(*) FROM posts_post")[0][0]

    def tells(self) -> dict:
        return {name: self._ask(question) for name, question in QUESTIONS.items()}

    def media(self) -> list[str]:
        folder = self.place / "media"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    def _ask(self, question: str) -> list:
        database = sqlite3.connect(self.place / "db.sqlite3", timeout=20)
        try:
            return database.execute(question).fetchall()
        finally:
            database.close()

    def _manage(self, *words: str):
        return subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment)
