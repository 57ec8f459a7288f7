# ruff: noqa: PLC0415 - models come after django.setup()
"""A site over two databases in a process of its own: `python -m posts.tests.machines.copies` says who answered what.

The replica is a copy of the primary in which each title is another, so that a page betrays where it was read.
"""

import json
import os
import shutil
import sys
from pathlib import Path

HERE, THERE = "Read from the primary", "Read from the replica"


def main(folder: Path) -> None:
    os.environ |= {
        "DATABASE_URL": f"sqlite:///{folder}/primary.sqlite3",
        "DATABASE_REPLICA_URLS": f"sqlite:///{folder}/replica.sqlite3",
        "DJANGO_SETTINGS_MODULE": "editorial.settings",
    }
    import django

    import posts.tests.environment  # noqa: F401

    django.setup()
    post = _filled(folder)
    json.dump(_asked(folder, post), sys.stdout)


def _filled(folder: Path):
    from django.core.management import call_command
    from django.db import connections

    from posts.models import Revision, SiteStamp
    from posts.tests.make import make_post

    call_command("migrate", verbosity=0)
    post = make_post(status="published", title=HERE).post
    SiteStamp.objects.bump()
    connections.close_all()
    shutil.copy(folder / "primary.sqlite3", folder / "replica.sqlite3")
    Revision.objects.using("replica1").update(title=THERE)
    return post


def _asked(folder: Path, post) -> dict:
    from django.db import connections
    from django.test import Client

    from editorial import replicas
    from posts.models import Revision, SiteStamp
    from posts.tests.make import make_user

    url, said = post.get_absolute_url(), {}
    anybody, staff = Client(raise_request_exception=False), Client(raise_request_exception=False)
    staff.force_login(make_user("admin"))

    def note(name: str, client=anybody, path: str = url, method: str = "get") -> None:
        answer = getattr(client, method)(path)
        text = answer.content.decode()
        where = "primary" if HERE in text else "replica" if THERE in text else "neither"
        said[name] = [answer.status_code, where]

    note("article")
    note("front page", path="/")
    note("feed", path="/feed.xml")
    note("signed in", staff)
    note("desk", staff, "/admin/posts/post/")
    note("POST", method="post")
    said["command"] = Revision.objects.get().title
    said["migrates"] = [replicas.Router().allow_migrate(name, "posts") for name in ("default", "replica1")]

    SiteStamp.objects.bump()
    note("replica that is behind")
    SiteStamp.objects.using("replica1").update(value=SiteStamp.objects.get().value)
    note("replica that has caught up")

    with connections["replica1"].cursor() as cursor:
        cursor.execute("ALTER TABLE posts_revision RENAME TO hidden")
    note("replica that fails within a page")
    said["left alone"] = "replica1" in replicas._again
    with connections["replica1"].cursor() as cursor:
        cursor.execute("ALTER TABLE hidden RENAME TO posts_revision")
    note("replica that is left alone")
    replicas._again["replica1"] = 0.001  # the pause is over
    note("replica that is back")

    connections["replica1"].close()
    (folder / "replica.sqlite3").rename(folder / "gone")
    (folder / "replica.sqlite3").mkdir()
    note("replica that is gone")
    (folder / "replica.sqlite3").rmdir()
    (folder / "gone").rename(folder / "replica.sqlite3")

    replicas._again.clear()
    connections["default"].close()
    (folder / "primary.sqlite3").rename(folder / "lost")
    (folder / "primary.sqlite3").mkdir()
    note("primary that is gone")
    note("primary that is gone, signed in", staff)
    return said


if __name__ == "__main__":
    main(Path(sys.argv[1]))
