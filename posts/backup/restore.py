"""A checked backup becomes the contents of this database and its store: as a whole, or not at all."""

import hashlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any

from django.contrib.sessions.models import Session
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import roles, search
from posts.models import Restoration, SiteStamp

from . import pictures, sequences
from .archive import CHUNK, Body, Member, Reader
from .check import Checked, is_in_use
from .naming import Names
from .problems import BackupError, Tick
from .rows import WRITE, Table
from .tables import tables


@dataclass
class Restored:
    """Rows and files that were stored; files that stood there with the same bytes are `pictures_kept`."""

    rows: int = 0
    pictures: int = 0
    pictures_kept: int = 0


def restore(
    stream: IO[bytes], checked: Checked, *, replace: bool = False, tick: Tick = lambda *about: None
) -> Restored:
    """Store what `check` has looked at. Raises BackupError, OSError and DatabaseError; then all is as before.

    `replace`: what is in the database goes. Constraints and triggers stay on. The outbox is held (decision 40).
    """
    if checked.bad_count:
        raise BackupError(_("Rows of the backup do not fit this database; none was stored."))
    with _put_back() as store, transaction.atomic():
        if is_in_use() and not replace:
            raise BackupError(in_use())
        filler = _Filler(checked, store, tick)
        filler.empty()
        for member, body in Reader(stream).members():
            filler.take(member, body)
        filler.finish()
    return filler.done


def in_use() -> str:
    return _(
        "There is something in this database. Restore into an empty one, or write --replace: what is there then goes."
    )


@dataclass
class _Store:
    """Files that were written; they go again when the restore fails."""

    written: list[str] = field(default_factory=list)

    def put(self, name: str, stream: IO[bytes], sha256: str) -> bool:
        """Whether the file had to be written."""
        there = pictures.stands(name, sha256)
        if there:
            return False
        if (
            there is None
        ):  # its name is made of other bytes than it has: damaged, or a smaller form made elsewhere
            pictures.store().delete(name)
        else:
            self.written.append(name)
        pictures.put(name, stream)
        return True


@contextmanager
def _put_back() -> Iterator[_Store]:
    store = _Store()
    try:
        yield store
    except BaseException:
        for name in store.written:
            with suppress(Exception):
                pictures.store().delete(name)
        raise


class _Filler:
    def __init__(self, checked: Checked, store: _Store, tick: Tick):
        names = Names()
        self.manifest, self.store, self.tick, self.done = checked.manifest, store, tick, Restored()
        self.tables = {table.label: table for table in (Table(model, names) for model in tables())}
        self.stamp = SiteStamp.objects.values_list("value", flat=True).first() or 0

    def empty(self) -> None:
        """Also of sessions: a number may be another person's from now on."""
        Session.objects.all().delete()
        search.clear()
        for table in reversed(self.tables.values()):
            table.empty()

    def take(self, member: Member, body: Body) -> None:
        if member.kind == "rows":
            self._rows(self.tables[member.name], body)
        elif member.kind == "media":
            with tempfile.SpooledTemporaryFile(pictures.IN_MEMORY) as copy:
                written = self.store.put(member.name, _whole(body, copy), member.sha256)
            self.done.pictures += written
            self.done.pictures_kept += not written
            self.tick("pictures", self.done.pictures + self.done.pictures_kept, self.manifest.pictures)

    def finish(self) -> None:
        try:
            connection.check_constraints()
        except IntegrityError as error:
            raise BackupError(
                _("Rows of the backup contradict each other: %(reason)s") % {"reason": error}
            ) from None
        for table in self.tables.values():
            self._compare(table)
        roles.keep_groups()
        SiteStamp.objects.filter(pk=1).delete()
        # Above every value that readers may have in their caches, also of the site that is no more
        SiteStamp.objects.create(pk=1, value=max(self.stamp + 1, int(time.time())))
        head = self.manifest.head
        Restoration.objects.create(at=timezone.now(), backup_at=head.moment, site_url=head.site_url)
        self._index()
        for table in self.tables.values():
            sequences.go_on_after(table.model, self.manifest.tables[table.label].last)

    def _rows(self, table: Table, body: Body) -> None:
        some = []
        for line in body.lines():
            some.append(table.row(table.parsed(line)))
            if len(some) == WRITE:
                self._store(table, some)
                some = []
        self._store(table, some)

    def _store(self, table: Table, rows: list) -> None:
        try:
            table.store(rows)
        except DatabaseError as error:
            told = _("%(table)s: the database does not take a row of the backup: %(reason)s")
            raise BackupError(told % {"table": table.label, "reason": str(error).strip()}) from error
        self.done.rows += len(rows)
        self.tick("rows", self.done.rows, self.manifest.rows)

    def _compare(self, table: Table) -> None:
        """What is stored now against what was read when the backup was made: the number of rows and every value."""
        digest, count = hashlib.sha256(), 0
        for values in table.rows():
            digest.update(table.told(table.data(values)) + b"\n")
            count += 1
            if count % 100 == 0:
                self.tick("comparing", count, 0)
        told = self.manifest.tables[table.label]
        if (count, digest.hexdigest()) != (told.rows, told.sha256):
            raise BackupError(
                _("%(table)s came back otherwise than it was. Nothing was kept.") % {"table": table.label}
            )

    def _index(self) -> None:
        total, done = search.to_index(), 0
        for some in search.refill():
            done += some
            self.tick("search", done, total)


def _whole(body: Body, copy: Any) -> IO[bytes]:
    """The bytes of a picture in `copy`, held against their hash before anything is stored."""
    while data := body.read(CHUNK):
        copy.write(data)
    body.finish()
    copy.seek(0)
    return copy
