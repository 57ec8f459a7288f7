"""The site of the proof: three web processes over all the other parts, in a folder that is thrown away."""
# ruff: noqa: S603 - programs of this machine

import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from . import parts

WEBS = 3


class Site:
    """Everything started, filled with the sample and `ready` approved texts. `stop` ends all that was started."""

    def __init__(self, folder: Path, ready: int):
        self.folder = folder
        self.password = secrets.token_urlsafe(16)
        self.databases = parts.Databases(folder)
        redis_port, self.port, *self.ports = parts.free_ports(2 + WEBS, 8270)
        self.env = self._environment(redis_port)
        self.redis, self._redis_port = parts.redis(folder, redis_port), redis_port
        self.webs = [parts.web(folder, port, self.env) for port in self.ports]
        self.nginx = parts.nginx(folder, self.port, self.ports)
        self._ready = ready

    def start(self) -> None:
        self.databases.start()
        self.start_redis()
        self._manage("collectstatic", "--noinput", "-v", "0")
        said = self._run(sys.executable, "-m", "bench.machines.newsroom", str(self._ready), self.password)
        facts = json.loads(said)
        self.paths, self.ready = facts["paths"], facts["ready"]
        for number in range(WEBS):
            self.start_web(number)
        self.nginx.start(lambda: parts.answers(f"http://127.0.0.1:{self.port}/"))

    def start_redis(self) -> None:
        self.redis.start(lambda: parts.is_open(self._redis_port))

    def start_web(self, number: int) -> None:
        self.webs[number].start(lambda: parts.answers(f"http://127.0.0.1:{self.ports[number]}/"))

    def stop(self) -> None:
        for part in (self.nginx, *self.webs, self.redis):
            part.kill()
        self.databases.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _environment(self, redis_port: int) -> dict:
        """Of the machine only the path; all that the program reads is said here."""
        return {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "editorial.settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DATABASE_URL": self.databases.url(self.databases.port),
            "DATABASE_REPLICA_URLS": self.databases.url(self.databases.replica_port),
            "CACHE_URL": f"rediscache://127.0.0.1:{redis_port}/0",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
            "EMAIL_URL": "dummymail://",
        }

    def _manage(self, *words: str) -> str:
        return self._run(sys.executable, "manage.py", *words)

    def _run(self, *command: str) -> str:
        run = subprocess.run(
            command, cwd=parts.ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        if run.returncode:
            sys.exit(f"{' '.join(command[1:4])}\n{run.stderr[-3000:]}")
        return run.stdout
