"""The database: there, writable, migrated, with its guards, and of one time with this machine."""

from collections.abc import Iterator
from datetime import timedelta
from time import time

from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts.models import HistoryEntry, SiteStamp
from posts.transfer.wording import printable

from .finding import Finding, error, fine, warning

PATIENCE = 10_000  # milliseconds for which a write waits for another one (settings)
LONGEST_LOG = 256 * 1024 * 1024  # bytes of SQLite's write-ahead log
APART, FAR_APART = 2.0, 30.0  # seconds between two clocks
TRIGGERS = {"rev_no_overlap_insert", "rev_no_overlap_update"}


def look() -> Iterator[Finding]:
    yield fine("database.version", _version())
    yield from _writable()
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()
    yield from _guard()
    for alias in connections:
        if alias != "default":
            yield from _replica(alias)


def _version() -> str:
    numbers = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {numbers}"


def _writable() -> Iterator[Finding]:
    try:
        with transaction.atomic():
            SiteStamp.objects.filter(pk=1).update(value=F("value"))
            HistoryEntry.objects.none().exists()
            with connection.cursor() as cursor:
                cursor.execute("UPDATE posts_sitestamp SET value = value")
            transaction.set_rollback(True)
    except DatabaseError as fault:
        yield error(
            "database.writable",
            _("The database takes no changes: %(reason)s") % {"reason": printable(fault)},
            _("Look for a full disk, the owner and mode of its file, or a server that is a replica."),
        )


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        mode, waits = _pragma(cursor, "journal_mode"), _pragma(cursor, "busy_timeout")
        sound = _pragma(cursor, "quick_check(1)")
    if mode not in ("wal", "memory"):
        yield error(
            "database.wal",
            _("SQLite's journal is %(mode)s: readers and writers block each other.") % {"mode": mode},
            _("Put the database on a local disk, where it can switch to WAL by itself."),
        )
    if int(waits) < PATIENCE:
        yield warning(
            "database.patience",
            _("A write waits %(count)s ms for another one, and then fails.") % {"count": waits},
            _("Leave the settings of SQLite as they are shipped: %(count)d ms.") % {"count": PATIENCE},
        )
    if sound != "ok":
        yield error(
            "database.sound",
            _("The file of the database is damaged: %(reason)s") % {"reason": printable(sound)},
            _("Stop the site, keep a copy of the file, and restore the last backup."),
        )


def _pragma(cursor, name: str):
    cursor.execute(f"PRAGMA {name}")
    row = cursor.fetchone()
    return row[0] if row else ""


def _postgresql() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    if encoding != "UTF8":
        yield error(
            "database.encoding",
            _("The database stores text as %(encoding)s: Japanese does not survive.")
            % {"encoding": encoding},
            _("Make a database with ENCODING 'UTF8' and move the data."),
        )


def _guard() -> Iterator[Finding]:
    """The constraint that no two texts of an article are public at once has to be there."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            is_there = {row[0] for row in cursor.fetchall()} >= TRIGGERS
        else:
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = 'rev_no_overlap' AND convalidated")
            is_there = bool(cursor.fetchall())
    if not is_there:
        yield error(
            "database.guard",
            _("The guard against two public texts of one article at a time is missing."),
            _("Restore the database from a backup, or make a new one with migrate and move the data there."),
        )


def _replica(alias: str) -> Iterator[Finding]:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as fault:
        yield warning(
            "database.replica",
            _("%(name)s does not answer: %(reason)s") % {"name": alias, "reason": printable(fault)},
            _(
                "Readers are served by the primary meanwhile. Mend the replica, or take it out of the settings."
            ),
        )


def migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        words = ngettext(
            "%(count)d migration waits, first %(name)s.",
            "%(count)d migrations wait, first %(name)s.",
            len(waiting),
        )
        yield error(
            "migrations.waiting",
            words % {"count": len(waiting), "name": f"{waiting[0][0].app_label}.{waiting[0][0].name}"},
            _("Make a backup, then run: manage.py migrate"),
        )


def clock() -> Iterator[Finding]:
    """What is public follows from clocks: all machines and the database have to agree (docs/operations.md)."""
    if connection.vendor == "postgresql":
        before = time()
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            there = float(cursor.fetchone()[0])
        yield from apart(there - (before + time()) / 2)
    newest = HistoryEntry.objects.aggregate(at=Max("at"))["at"]
    if newest and newest > timezone.now() + timedelta(seconds=FAR_APART):
        yield error(
            "clock.back",
            _(
                "The newest act in history is dated %(time)s, which is still to come: a clock was wrong, or is."
            )
            % {"time": timezone.localtime(newest).isoformat(timespec="seconds")},
            _("Compare this machine's clock with a time server (timedatectl, chronyc tracking)."),
        )


def apart(seconds: float) -> Iterator[Finding]:
    """The clock of the database minus that of this machine."""
    if abs(seconds) > APART:
        say = error if abs(seconds) > FAR_APART else warning
        yield say(
            "clock.apart",
            _(
                "The clock of the database is %(seconds).1f s off that of this machine: texts appear early or late."
            )
            % {"seconds": seconds},
            _("Let all machines follow one time server (NTP)."),
        )
