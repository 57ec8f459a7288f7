"""Migrations go forward and back, over data, killed and two at once (attacks G03, G04, G12)."""

import signal
import time

import pytest

from .houses import FILL, told
from .test_moves import KINDS, house  # noqa: F401 - a fixture

pytestmark = [pytest.mark.walk, pytest.mark.pure]

NAMES = """
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
names = [name for app, name in MigrationLoader(connection).graph.leaf_nodes() if app == 'posts']
order = [name for app, name in MigrationLoader(connection).graph.forwards_plan(('posts', names[0])) if app == 'posts']
"""
BACK_AND_FORTH = (
    NAMES
    + """
for name in [*reversed(order[:-1]), *order[1:]]:
    call_command("migrate", "posts", name, verbosity=0)
"""
)
TO_ZERO = (
    "from django.core.management import call_command; call_command('migrate', 'posts', 'zero', verbosity=0)"
)
# What was there in the first form of the tables, and so has to survive the way back to it
KEPT = """
from posts.models import *
import hashlib, json
rows = [list(Post.objects.order_by("pk").values_list("pk", "slug", "date", "source", "created_by", "priority"))]
rows += [list(Revision.objects.order_by("pk").values_list(
    "pk", "post", "status", "title", "body", "html", "live_from", "live_until", "seal", "category", "author", "cover"))]
rows += [list(model.objects.order_by("pk").values_list("pk")) for model in (
    HistoryEntry, Tag, Category, Author, Placement, Coauthorship, TaggedRevision)]
rows += [list(Redirect.objects.order_by("pk").values_list("path", "post", "url", "key"))]
rows += [list(Image.objects.order_by("pk").values_list("file", "sha256"))]
print([len(some) for some in rows], hashlib.sha256(repr(rows).encode()).hexdigest())
"""
SCHEMA = """
from django.db import connection
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        print(table, sorted(c.name for c in connection.introspection.get_table_description(cursor, table)))
        found = connection.introspection.get_constraints(cursor, table).values()
        print(sorted(str((sorted(c["columns"] or []), c["unique"], c["check"], c["index"])) for c in found))
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        print(cursor.fetchall())
    else:
        cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'x' ORDER BY 1")
        print(cursor.fetchall())
"""


@pytest.mark.parametrize("kind", KINDS)
def test_G03_every_migration_goes_back_and_forth_over_data(house, kind):  # noqa: F811
    there = house("there", kind)
    schema = there.run(SCHEMA)
    assert "rev_no_overlap" in schema
    there.run(FILL)
    before = there.run(KEPT)
    there.run(BACK_AND_FORTH)
    assert there.run(KEPT) == before
    assert there.run(SCHEMA) == schema
    there.run("from posts.tests.attacks.filling import follow; follow()")  # and the desk goes on


@pytest.mark.parametrize("kind", KINDS)
def test_G03_back_to_nothing_and_forward_again(house, kind):  # noqa: F811
    there = house("there", kind)
    schema = there.run(SCHEMA)
    there.run(FILL)
    there.run(TO_ZERO)
    assert "posts_" not in there.run(SCHEMA)
    there.manage("migrate", "-v0")
    assert there.run(SCHEMA) == schema
    there.manage("makemigrations", "--check", "--dry-run")
    there.run("from django.contrib.auth.models import User; User.objects.all().delete()")
    there.run(FILL)


@pytest.mark.parametrize("kind", KINDS)
def test_G04_killed_migration_is_completed_by_the_next(house, kind):  # noqa: F811
    whole = house("whole", kind)
    killed = house("killed", kind, migrated=False)
    stopped = 0
    for pause in (0.5, 1, 1.5, 2, 2.5, 3, 4):
        process = killed.start("migrate", "-v0")
        time.sleep(pause)
        stopped += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert stopped
    killed.manage("migrate", "-v0")
    assert killed.run(SCHEMA) == whole.run(SCHEMA)
    killed.run(FILL)


@pytest.mark.parametrize("kind", KINDS)
def test_G04_two_hosts_that_migrate_at_once_do_no_harm(house, kind):  # noqa: F811
    whole, shared = house("whole", kind), house("shared", kind, migrated=False)
    both = [shared.start("migrate", "-v0") for _host in range(2)]
    for process in both:
        process.communicate(timeout=300)
    shared.manage("migrate", "-v0")  # one may have been refused; the next run has nothing to mend
    assert shared.run(SCHEMA) == whole.run(SCHEMA)


@pytest.mark.parametrize("kind", KINDS)
def test_G12_failed_release_is_taken_back(house, kind):  # noqa: F811
    """Both ways of docs/operations.md: by the migrations, and from the backup made before the update."""
    there = house("there", kind)
    there.run(FILL)
    file = there.backup()
    there.run(NAMES + "call_command('migrate', 'posts', order[-2], verbosity=0)")
    assert "[ ]" in there.manage("showmigrations", "posts")[0]
    there.manage("migrate", "-v0")
    assert there.dump() == told(file)
    there.run("from posts.models import Revision; Revision.objects.update(body='a release that went wrong')")
    assert there.dump() != told(file)
    there.manage("restore", str(file), "--replace", "--yes", "-v0")
    assert there.dump() == told(file)
