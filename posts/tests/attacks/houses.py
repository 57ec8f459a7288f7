"""Newsrooms in databases of their own, and the program as a process: what a test database cannot show."""

import json
import os
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).parents[3]
FILL = "from posts.tests.attacks.filling import fill; fill()"


def server() -> str:
    """The address of a PostgreSQL server that answers, "" when there is none: DATABASE_URL, else CI_DATABASE_URL."""
    for name in ("DATABASE_URL", "CI_DATABASE_URL"):
        address = os.environ.get(name, "")
        if address.startswith("postgres"):
            try:
                psycopg.connect(address, connect_timeout=5).close()
            except psycopg.Error:
                continue
            return address
    return ""


class House:
    """A database, by default in a file of SQLite, and a media folder."""

    def __init__(self, place: Path, kind: str = "sqlite", *, migrated: bool = True):
        place.mkdir(parents=True)
        self.place, self.kind, self.name = place, kind, f"house_{uuid.uuid4().hex}"
        self.address = f"sqlite:///{place / 'db.sqlite3'}"
        if kind == "postgresql":
            self._at_server(f"CREATE DATABASE {self.name}")
            self.address = urlunsplit(urlsplit(server())._replace(path=f"/{self.name}"))
        self.environment = os.environ | {"DATABASE_URL": self.address, "MEDIA_ROOT": str(place / "media")}
        if migrated:
            self.manage("migrate", "-v0")

    def start(self, *words: str) -> subprocess.Popen:
        command = [sys.executable, "manage.py", *words]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, text=True, **streams)

    def manage(self, *words: str, status: int = 0) -> tuple[str, str]:
        """(what it said, what it complained of); the test fails when it ends otherwise than with `status`."""
        process = self.start(*words)
        out, complaints = process.communicate(timeout=500)
        assert process.returncode == status, (process.returncode, out[-2000:], complaints[-4000:])
        return out, complaints

    def run(self, script: str) -> str:
        return self.manage("shell", "-v0", "-c", script)[0]

    def backup(self, name: str = "backup.tar") -> Path:
        path = self.place / name
        self.manage("backup", str(path), "--force", "-v0")
        return path

    def dump(self) -> dict[str, list]:
        """{table: rows, and the sha256 over all of them}; the stamp is raised by each restore."""
        return told(self.backup("dump.tar"))

    def media(self) -> list[str]:
        folder = self.place / "media"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    def close(self) -> None:
        if self.kind == "postgresql":
            self._at_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _at_server(self, statement: str) -> None:
        with psycopg.connect(server(), autocommit=True) as connection:
            connection.execute(statement)


def told(path: Path) -> dict[str, list]:
    with tarfile.open(path) as tar:
        tables = json.load(tar.extractfile("manifest.json"))["tables"]
    return {name: [t["rows"], t["sha256"]] for name, t in tables.items() if name != "posts.SiteStamp"}
