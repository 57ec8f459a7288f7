"""An installation on a disk of its own, run by commands as cron runs them: cases of docs/security.md."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from posts.management import doctor
from posts.management.doctor import database, files

pytestmark = pytest.mark.django_db

SEED = """
import django; django.setup()
from posts.tests.make import make_post, make_user
editors = [make_user("editor", name=f"e{number}", email=f"e{number}@example.com") for number in range(8)]
make_post("in_review")
"""


class House:
    """A database in a folder, and commands in processes of their own."""

    def __init__(self, folder: Path):
        self.database, self.mails = folder / "news.sqlite3", folder / "mails"
        self.environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "MEDIA_ROOT": str(folder / "media"),
            "EMAIL_URL": f"filemail:///{self.mails}",
            "DJANGO_SETTINGS_MODULE": "editorial.settings",
        }

    def start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            umask=0o022,
        )

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        said, _nothing = process.communicate(timeout=240)
        assert process.returncode == 0, said
        return said


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("house"))
    made.run("manage.py", "migrate", "--verbosity", "0")
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_B42_what_a_command_makes_is_nobody_elses(house):
    """The shell's umask is the usual 022, which would let everybody read the hashes of passwords."""
    assert mode(house.database) == 0o640


def test_B42_the_doctor_says_what_others_may_read(tmp_path, monkeypatch):
    path, media = tmp_path / "news.sqlite3", tmp_path / "media"
    path.write_bytes(b"")
    media.mkdir(mode=0o750)
    monkeypatch.setattr(files, "_database_file", lambda: path)
    monkeypatch.setattr(settings, "MEDIA_ROOT", str(media))
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    picture, env = media / "a.png", tmp_path / ".env"
    for one in (picture, env):
        one.write_bytes(b"")
    for one in (path, picture, env):
        one.chmod(0o640)
    assert list(files.modes()) == []
    for one, name in ((path, "modes.database"), (env, "modes.env"), (picture, "modes.media")):
        one.chmod(0o644)
        assert [found.name for found in files.modes()] == [name]
        one.chmod(0o640)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the switch is SQLite's")
def test_B42_the_doctor_says_that_nothing_can_be_written():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            found = [one.name for one in database.look() if one.level == doctor.ERROR]
        finally:
            cursor.execute("PRAGMA query_only = OFF")
    assert found == ["database.writable"]


def test_D07_two_runs_of_cron_at_once_send_each_notice_once(house):
    house.run("-c", SEED)
    runs = [house.start("manage.py", "send_notices", "--verbosity", "0") for _number in range(2)]
    assert [run.communicate(timeout=240)[0] for run in runs] == ["", ""]
    sent = "".join(path.read_text() for path in house.mails.iterdir())
    assert sorted(sent.count(f"To: e{number}@example.com") for number in range(8)) == [1] * 8


@pytest.mark.parametrize("seconds", [60, -60])
def test_D07_clocks_apart_are_an_error_of_the_doctor(seconds):
    assert [one.level for one in database.apart(seconds)] == [doctor.ERROR]
    assert list(database.apart(1.0)) == []
