"""A site of its own for the tests: gunicorn with production settings, a database, pictures and static files apart."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")  # the rest of the environment is ours
PATIENCE = 120  # seconds until the server answers


@dataclass(frozen=True)
class Site:
    """A running site: its address, its language, and what newsroom.py put into it (name -> key)."""

    address: str
    language: str
    facts: dict
    log: Path


@contextmanager
def running(folder: Path, static: Path, language: str, newsroom: str = "e2e.newsroom") -> Iterator[Site]:
    """The site while the block runs, filled by the module. Raises RuntimeError with the log when it does not start."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    env = _environment(folder, static, language, address)
    _manage(env, "migrate", "--verbosity", "0")
    facts = json.loads(_run(env, "-m", newsroom))
    log = folder / "gunicorn.log"
    command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"]
    with log.open("wb") as sink:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=env, stdout=sink, stderr=sink)
    try:
        _wait(process, address, log)
        yield Site(address, language, facts, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def collect_static(folder: Path) -> Path:
    """The static files with a hash in their names, as a server has them."""
    static = folder / "static"
    _manage(_environment(folder, static, "ja", "http://127.0.0.1"), "collectstatic", "--noinput", "-v", "0")
    return static


def _environment(folder: Path, static: Path, language: str, address: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DJANGO_SETTINGS_MODULE": "editorial.settings",
        "SITE_URL": address,
        "SITE_NAME": "Editorial",
        "LANGUAGE_CODE": language,
        "TIME_ZONE": "Asia/Tokyo",
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(static),
        "EMAIL_URL": f"filemail:///{folder / 'mail'}",
        "PYTHONWARNINGS": "ignore",
    }


def _manage(env: dict, *words: str) -> None:
    _run(env, "manage.py", *words)


def _run(env: dict, *words: str) -> str:
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait(process: subprocess.Popen, address: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address + "/", timeout=5).close()
            return
        except OSError:  # not there yet, or too busy to answer
            time.sleep(0.1)
    raise RuntimeError(f"The site did not start:\n{log.read_text()}")
