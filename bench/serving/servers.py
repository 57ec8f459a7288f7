"""The servers that are measured: gunicorn as shipped, over one database, with and without the page cache; the floor."""

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

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    address: str
    pid: int  # of the parent; its children do the work

    def cpu(self) -> float:
        """Seconds of CPU of the parent and its workers so far."""
        return sum(_times(pid) for pid in self._family()) / TICK

    def memory(self) -> int:
        """Bytes of the largest worker."""
        return max(_resident(pid) for pid in self._family()[1:])

    def _family(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]


def environment(place: Path, **more: str) -> dict[str, str]:
    """What production has, with data in the folder."""
    return os.environ | {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DEBUG": "0",
        "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{place / 'site.sqlite3'}",
        "MEDIA_ROOT": str(place / "media"),
        "STATIC_ROOT": str(place / "static"),
        "DJANGO_SETTINGS_MODULE": "editorial.settings",
        "LANGUAGE_CODE": "ja",
        "TIME_ZONE": "Asia/Tokyo",
        "EMAIL_URL": "dummymail://",
        **more,
    }


def manage(env: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)  # noqa: S603


@contextmanager
def running(app: str, env: dict[str, str], log: Path, first: str = "/") -> Iterator[Server]:
    """gunicorn with the shipped settings while the block runs. Raises RuntimeError when it does not start."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{port}", "--max-requests", "0"]
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=sink, stderr=sink)  # noqa: S603
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(process, address + first, log)
        yield Server(address, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=40)


def _wait(process: subprocess.Popen, address: str, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer:\n{log.read_text()}")


def _times(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)
