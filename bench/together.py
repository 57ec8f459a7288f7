"""`python -m bench.together`: an editor, an import and readers at once, on SQLite, two workers of gunicorn (D09, D10).

A program and no test: it wants a minute and a machine. BENCH_SECONDS=60 is how long it takes; the exit status is 1 when
an answer was an error of ours, when 95 of 100 saves took longer than a second, or when the write-ahead log grew beyond
its bound. One reader holds a transaction open all the time, as a slow export does.
"""

import http.cookiejar
import os
import re
import secrets
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import posts

ROOT = Path(__file__).resolve().parents[1]
SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
SAVE, LOG = 1.0, 64 << 20  # seconds for 95 of 100 saves; bytes of the write-ahead log
FILES = 300  # of the import, which is begun anew with other texts when it is through
READERS = 3
HOLD = 5  # seconds for which one reader keeps its transaction open, again and again
PASSWORD = "for-measuring-only"  # noqa: S105 - of a database that is thrown away
_FAULTS = {
    "reader": 500,
    "form": 400,
    "save": 400,
}  # from which status on an answer is wrong; empty lists are 404
_PEOPLE = f"""
from posts.tests.make import make_document, make_user
from posts import workflow
user = make_user("editor")
user.set_password("{PASSWORD}")
user.save()
print(workflow.new_post(make_document(), by=user).post_id)
"""


@dataclass
class Seen:
    """What was answered: statuses by who asked, and how long each save took, in seconds."""

    statuses: Counter = field(default_factory=Counter)
    saves: list[float] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)
    came: int = 0  # articles and changes that imports wrote meanwhile; without any, nothing was measured
    log: int = 0


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="editorial-together-") as name:
        seen = _measured(Path(name))
        good = _judged(seen)
        if not good:
            print(*_faults_told(Path(name) / "gunicorn.log"), sep="\n")
    sys.exit(0 if good else 1)


def _measured(place: Path) -> Seen:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{one.getsockname()[1]}"
    env = os.environ | {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DEBUG": "0",
        "PLAIN_STATIC": "1",
        "SITE_URL": address,
        "DATABASE_URL": f"sqlite:///{place / 'together.sqlite3'}",
        "MEDIA_ROOT": str(place / "media"),
        "EMAIL_URL": "memorymail://",
        "LANGUAGE_CODE": "ja",
    }
    _manage(env, "migrate", "-v0").wait()
    made = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", "shell", "-v0", "-c", _PEOPLE],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    posts.write(place / "archive", FILES)
    with _served(env, address, place / "gunicorn.log"):
        return _together(env, place, address, int(made.stdout.split()[-1]))


def _together(env: dict, place: Path, address: str, post: int) -> Seen:
    """The import begins; the clock runs from the first files that it has written."""
    seen, over = Seen(), threading.Event()
    database = place / "together.sqlite3"
    importing = threading.Thread(target=_import, args=(env, place / "archive", seen, over))
    importing.start()
    before = _first_written(database, importing)
    until = time.monotonic() + SECONDS
    work = [
        lambda: _edit(address, post, seen, until),
        lambda: _hold(database, until),
        lambda: _watch(database, seen, until),
        *[lambda: _read(address, seen, until)] * READERS,
    ]
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    importing.join()
    seen.came = _written(database) - before
    return seen


def _first_written(database: Path, importing: threading.Thread) -> int:
    while importing.is_alive() and not _written(database):
        time.sleep(0.1)
    return _written(database)


def _written(database: Path) -> int:
    """How many times an import has taken a file so far."""
    asked = sqlite3.connect(database, timeout=10)
    try:
        return asked.execute("SELECT count(*) FROM posts_historyentry WHERE step = 'import'").fetchone()[0]
    finally:
        asked.close()


def _judged(seen: Seen) -> bool:
    wrong = sum(count for (who, status), count in seen.statuses.items() if status >= _FAULTS[who])
    times = sorted(seen.saves) or [float("inf")]
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(dict(seen.statuses))
    print(f"files that imports wrote meanwhile: {seen.came}; imports that ended: {seen.imports}")
    return all(
        [
            seen.came > 0,
            _line("answers that were errors", wrong, 0),
            _line("imports that failed", sum(map(bool, seen.imports)), 0),
            _line(f"seconds for 95 of 100 of {len(seen.saves)} saves", p95, SAVE),
            _line("beside it, the median", statistics.median(times), SAVE),
            _line("write-ahead log at its longest, MB", seen.log / (1 << 20), LOG / (1 << 20)),
        ]
    )


def _line(what: str, value: float, most: float) -> bool:
    print(f"{'ok  ' if value <= most else 'MISS'} {what}: {value:.2f} (at most {most:g})", flush=True)
    return value <= most


def _faults_told(log: Path) -> list[str]:
    """What the server said of its own faults: requests that it answered with 5xx, and the names of errors."""
    lines = log.read_text("utf-8", "replace").splitlines()
    return [
        line[:300] for line in lines if " status=5" in line or re.match(r"[\w.]+(Error|Exception)\b", line)
    ]


def _edit(address: str, post: int, seen: Seen, until: float) -> None:
    """Save another text of one draft, again and again, as the form sends it."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def ask(path: str, form: dict | None = None) -> tuple[int, str]:
        if form is not None:
            form |= {"csrfmiddlewaretoken": next(one.value for one in jar if one.name == "csrftoken")}
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(  # noqa: S310 - our own server
            address + path, data, {"Referer": address, "Origin": address}
        )
        return _answered(browser.open, request)

    ask("/admin/login/")
    ask("/admin/login/", {"username": "editor", "password": PASSWORD, "next": "/admin/"})
    path = f"/admin/posts/post/{post}/change/"
    number = 0
    while time.monotonic() < until:
        status, page = ask(path)
        seen.statuses["form", status] += 1
        names = dict(re.findall(r'name="(_draft|version)" value="(\d+)"', page))
        number += 1
        form = names | {"_save": "1", "title": "見出し", "body": f"本文 {number}。", "format": "markdown"}
        began = time.monotonic()
        status, page = ask(path, form)
        seen.saves.append(time.monotonic() - began)
        saved = f"本文 {number}。" in page
        seen.statuses["save", status if saved or status >= 400 else 999] += 1  # 999: not saved
        time.sleep(0.2)


def _read(address: str, seen: Seen, until: float) -> None:
    number = 0
    while time.monotonic() < until:
        number += 1
        for path in ("/", f"/?page={number % 9 + 1}", "/feed.xml", "/archive/", f"/search/?q={number}"):
            status, _page = _answered(urllib.request.urlopen, address + path)
            seen.statuses["reader", status] += 1
            time.sleep(0.05)


def _answered(asking, request) -> tuple[int, str]:
    try:
        with asking(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 599, ""


def _import(env: dict, archive: Path, seen: Seen, over: threading.Event) -> None:
    """Import the archive; when it is through, all files have another line and it begins anew."""
    turn = 0
    while not over.is_set():
        process = _manage(env, "import_markdown", str(archive), "--publish", "--jobs", "1", "-v0")
        while process.poll() is None:
            if over.is_set():
                process.kill()
                process.wait()
                return
            time.sleep(0.1)
        seen.imports.append(process.returncode)
        turn += 1
        for file in archive.glob("*.md"):
            with file.open("a", encoding="utf-8") as text:
                text.write(f"\n追記 {turn}。\n")


def _hold(database: Path, until: float) -> None:
    """A reader that keeps one state of the database for seconds, so that the log cannot be written back."""
    while time.monotonic() < until:
        reader = sqlite3.connect(database, timeout=10, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM posts_post").fetchone()
        time.sleep(min(HOLD, max(0, until - time.monotonic())))
        reader.execute("COMMIT")
        reader.close()
        time.sleep(0.2)


def _watch(database: Path, seen: Seen, until: float) -> None:
    log = database.with_name(database.name + "-wal")
    while time.monotonic() < until:
        seen.log = max(seen.log, log.stat().st_size if log.exists() else 0)
        time.sleep(0.1)


@contextmanager
def _served(env: dict, address: str, log: Path):
    bind = address.removeprefix("http://")
    command = ["-m", "gunicorn", "editorial.wsgi", "--bind", bind, "--workers", "2", "--threads", "4"]
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, *command], cwd=ROOT, env=env, stdout=sink, stderr=sink
        )
    try:
        for _try in range(600):
            if _answered(urllib.request.urlopen, address + "/")[0] == 200:
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _manage(env: dict, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT, env=env)  # noqa: S603


if __name__ == "__main__":
    main()
