"""The parts of a site of many machines, each a process that can be killed: PostgreSQL twice, Redis, web, nginx."""
# ruff: noqa: S108, S310, S603 - programs and addresses of this machine

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
OWNER = "postgres" if os.geteuid() == 0 else getpass.getuser()  # PostgreSQL refuses to run as root
PATIENCE = 60  # seconds until a part answers; machines that build are slow


class Part:
    """A process in a session of its own, with a log. `kill` is SIGKILL for all of it, at once."""

    def __init__(
        self, name: str, folder: Path, command: list, *, env: dict | None = None, user: str | None = None
    ):
        self.name, self.log = name, folder / f"{name}.log"
        self._command, self._env, self._user = [str(word) for word in command], env, user
        self._process: subprocess.Popen | None = None

    def start(self, is_ready: Callable[[], bool]) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._env, user=self._user, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        wait(self.name, is_ready, self)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self, how: int = signal.SIGKILL) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, how)
            self._process.wait(30)
        except ProcessLookupError:
            pass


def wait(name: str, is_ready: Callable[[], bool], part: Part | None = None) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if part and not part.is_running:
            break
        if is_ready():
            return
        time.sleep(0.1)
    said = part.log.read_text(errors="replace")[-2000:] if part and part.log.exists() else ""
    sys.exit(f"{name} does not answer.\n{said}")


def free_ports(count: int, start: int) -> list[int]:
    found: list[int] = []
    for port in range(start, start + 100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) and len(found) < count:
                found.append(port)
    return found


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=10) as answer:
            return answer.status == 200
    except OSError:
        return False


def is_open(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def program(name: str) -> str:
    """A program of Debian's or of the path; PostgreSQL's own lie in a folder of their version."""
    own = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(own[-1]) if own else shutil.which(name)
    return found or sys.exit(f"{name} is needed. Debian: apt-get install postgresql redis-server nginx-light")


def as_owner(*command) -> str:
    user = OWNER if os.geteuid() == 0 else None
    run = subprocess.run([str(word) for word in command], user=user, capture_output=True, text=True, cwd="/")
    if run.returncode:
        sys.exit(f"{command[0]}: {run.stderr}")
    return run.stdout


class Databases:
    """A primary and a streaming replica of it, each with a folder of its own."""

    SETTINGS = (
        "wal_level=replica hot_standby=on max_connections=80 shared_buffers=64MB fsync=off max_wal_size=256MB"
    )

    def __init__(self, folder: Path):
        self.folder = folder / "databases"
        self.folder.mkdir()
        shutil.chown(self.folder, OWNER)
        self.port, self.replica_port = free_ports(2, 5610)
        self.primary = self._part("primary", self.port)
        self.replica = self._part("replica", self.replica_port)

    def start(self) -> None:
        where = self.folder / "primary"
        made = "-U editorial -A trust -E UTF8 --locale=C.UTF-8 -N"
        as_owner(program("initdb"), "-D", where, *made.split())
        self.start_primary()
        self.tell(self.port, "CREATE DATABASE editorial", name="postgres")
        copied = f"-R -X stream -c fast -h 127.0.0.1 -p {self.port} -U editorial"
        as_owner(program("pg_basebackup"), "-D", self.folder / "replica", *copied.split())
        self.start_replica()

    def start_primary(self) -> None:
        self.primary.start(lambda: self._is_ready(self.port))

    def start_replica(self) -> None:
        self.replica.start(lambda: self._is_ready(self.replica_port))

    def read_on_replica(self) -> int:
        """How many transactions the replica has answered for the site so far."""
        asked = "SELECT xact_commit FROM pg_stat_database WHERE datname = 'editorial'"
        return int(self.tell(self.replica_port, asked, name="postgres"))

    def tell(self, port: int, words: str, name: str = "editorial") -> str:
        at = f"-h 127.0.0.1 -p {port} -U editorial -d {name} -qtA -c"
        return as_owner(program("psql"), *at.split(), words)

    def url(self, port: int) -> str:
        return f"postgres://editorial@127.0.0.1:{port}/editorial"

    def stop(self) -> None:
        for part in (self.replica, self.primary):
            part.kill(signal.SIGQUIT)

    def _part(self, name: str, port: int) -> Part:
        options = [word for setting in self.SETTINGS.split() for word in ("-c", setting)]
        command = [
            program("postgres"),
            "-D",
            self.folder / name,
            "-p",
            port,
            "-k",
            self.folder,
            "-h",
            "127.0.0.1",
        ]
        user = OWNER if os.geteuid() == 0 else None
        return Part(name, self.folder, [*command, *options], user=user)

    def _is_ready(self, port: int) -> bool:
        command = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(command, check=False).returncode == 0


def redis(folder: Path, port: int) -> Part:
    command = [program("redis-server"), "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    return Part("redis", folder, command)


def web(folder: Path, port: int, env: dict) -> Part:
    """As gunicorn.conf.py says, with one worker: the whole process is what is killed."""
    own = env | {"BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "1", "WEB_THREADS": "4"}
    return Part(f"web-{port}", folder, [sys.executable, "-m", "gunicorn"], env=own)


def nginx(folder: Path, port: int, ports: list[int], change: Callable[[str], str] = str) -> Part:
    """deploy/nginx.conf with other ports and folders. `change` spoils it for a control."""
    here = folder / f"nginx-{port}"
    (here / "cache").mkdir(parents=True)
    (here / "tmp").mkdir()
    for path in (here, here / "cache", here / "tmp"):
        path.chmod(0o777)  # its workers are somebody else when it is started as root
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for old, new in {
        " /tmp/": f" {here}/tmp/",  # first: the folders below may lie there
        "listen 8080": f"listen 127.0.0.1:{port}",
        "/var/cache/nginx": f"{here}/cache",
        "root /srv": f"root {folder}",
        "/dev/stdout": f"{here}/access.log",
    }.items():
        if old not in text:
            sys.exit(f"deploy/nginx.conf: no “{old}” to be put in its place")
        text = text.replace(old, new)
    (here / "nginx.conf").write_text(change(text))
    servers = "".join(f"server 127.0.0.1:{one} max_fails=2 fail_timeout=5s;\n" for one in ports)
    (here / "upstream.conf").write_text(f"upstream web {{ zone web 64k;\n{servers}}}\n")
    return Part(f"nginx-{port}", folder, [program("nginx"), "-c", here / "nginx.conf", "-g", "daemon off;"])
