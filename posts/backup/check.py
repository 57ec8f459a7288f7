"""A backup is looked at as a whole before anything is done with it: bytes, names, rows, and whether it fits here."""

import tarfile
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import IO

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext as _

from posts.models import Image

from . import limits, pictures
from .archive import Body, Member, Reader
from .manifest import Head, Manifest, applied, cut, damaged, head_of
from .naming import Names
from .problems import BackupError, Tick
from .rows import RowError, Table
from .tables import FROM_THE_START, tables

NAMED = 20  # bad rows and missing files that are named one by one


@dataclass
class Checked:
    """A backup that is whole. What hinders its restore into this database and store is said by `check`."""

    manifest: Manifest
    bad_rows: list[str] = field(default_factory=list)
    bad_count: int = 0
    missing: list[str] = field(default_factory=list)  # files that rows name and the backup does not hold
    in_use: bool = False  # there is something in this database

    @property
    def head(self) -> Head:
        return self.manifest.head


def check(stream: IO[bytes], *, other_site: bool = False, tick: Tick = lambda *about: None) -> Checked:
    """Read all of it. Raises BackupError for a file that is not whole or was made by another version or site."""
    looker = _Looker(Names(), tick)
    manifest = _walk(stream, looker.take, lambda head: _fits(head, other_site), tick)
    if {label: told.rows for label, told in manifest.tables.items()} != looker.counts():
        raise BackupError(damaged("manifest.json"))
    missing = sorted(looker.wanted - looker.there)
    return Checked(manifest, looker.bad, looker.bad_count, missing, is_in_use())


def reread(stream: IO[bytes], made: Manifest, tick: Tick) -> None:
    """Whether the file that was just written reads as what was written. Raises BackupError."""
    rows: Counter[str] = Counter()

    def count(member: Member, body: Body) -> None:
        if member.kind == "rows":
            rows[member.name] += sum(1 for _line in body.lines())

    found = _walk(stream, count, lambda head: None, tick)
    if asdict(found) != asdict(made) or any(rows[label] != told.rows for label, told in made.tables.items()):
        raise BackupError(damaged("manifest.json"))


def is_in_use() -> bool:
    """Whether there is more in the database than `migrate` puts there."""
    others = (model for model in tables() if model._meta.label not in FROM_THE_START)
    return any(models.QuerySet(model).exists() for model in others)


def _walk(
    stream: IO[bytes], take: Callable[[Member, Body], None], fits: Callable[[Head], None], tick: Tick
) -> Manifest:
    """All members in their order; the manifest, which has to agree with them, is the last one."""
    reader, seen = Reader(stream), set[str]()
    head: Head | None = None
    manifest: Manifest | None = None
    size = stream.seek(0, 2)
    for member, body in reader.members():
        if manifest is not None or (head is None) != (member.kind == "head") or member.path in seen:
            raise BackupError(damaged(member.path))
        if member.kind == "head":
            fits(head := head_of(body.read()))
        elif member.kind == "manifest":
            manifest = Manifest.from_json(body.read())
            if manifest.contents != reader.contents or manifest.head != head:
                raise BackupError(damaged(member.path))
        else:
            take(member, body)
        seen.add(member.path)
        tick("checking", min(stream.tell(), size), size)
    if manifest is None or size % tarfile.RECORDSIZE:
        raise BackupError(cut())
    return manifest


def _fits(head: Head, other_site: bool) -> None:
    if sorted(head.migrations) != (ours := applied()):
        more, fewer = sorted({*head.migrations} - {*ours}), sorted({*ours} - {*head.migrations})
        told = _(
            "The backup is of another version of the program (%(names)s). Install the version that made it, restore "
            "there, and then update; or run “manage.py migrate” first, when this database is behind."
        )
        names = [*(f"+{name}" for name in more), *(f"-{name}" for name in fewer)]
        raise BackupError(told % {"names": ", ".join(names[:6])})
    if head.site_url != settings.SITE_URL and not other_site:
        told = _(
            "The backup is of %(theirs)s, and this site is %(ours)s. Write --other-site when that is what you want."
        )
        raise BackupError(told % {"theirs": head.site_url, "ours": settings.SITE_URL})


class _Looker:
    """Reads every row as a row of its table, and gathers which files rows name and which are there."""

    def __init__(self, names: Names, tick: Tick):
        self.tables = {table.label: table for table in (Table(model, names) for model in tables())}
        self.rows: Counter[str] = Counter()
        self.order = list(self.tables)
        self.at = 0
        self.bad: list[str] = []
        self.bad_count = 0
        self.wanted: set[str] = set()
        self.there: set[str] = set()
        self.is_strict = connection.vendor == "postgresql"

    def counts(self) -> dict[str, int]:
        return {label: self.rows[label] for label in self.tables}

    def take(self, member: Member, body: Body) -> None:
        if member.kind == "media":
            self.there.add(member.name)
        elif member.name in self.order[self.at :]:
            self.at = self.order.index(member.name)
            for line in body.lines():
                self._row(self.tables[member.name], line, member.path)
        else:
            raise BackupError(damaged(member.path))

    def _row(self, table: Table, line: bytes, path: str) -> None:
        self.rows[table.label] += 1
        try:
            data = table.parsed(line)
        except RowError:
            raise BackupError(damaged(path)) from None
        number = data[table.columns[table.number]]
        try:
            row = table.row(data)
        except RowError as error:
            self._note(f"{table.label} {number} {error.field}: {limits.WORDS['odd']}")
            return
        if isinstance(row, Image):
            self.wanted.update(pictures.files_of(row))
        if self.is_strict:
            for about in table.fields:
                value = getattr(row, about.attname)
                if value is not None and (why := limits.refused(about, value)):
                    self._note(f"{table.label} {number} {about.attname}: {limits.WORDS[why]}")

    def _note(self, said: str) -> None:
        self.bad_count += 1
        if len(self.bad) < NAMED:
            self.bad.append(said)
