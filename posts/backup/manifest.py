"""What a backup says of itself: a head that stands first in the file, and the counts and hashes that end it."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from .problems import BackupError

FORMAT = 1


@dataclass(frozen=True)
class Head:
    """Of which site, from when, and which form of the tables it fits (`app.name` of each migration)."""

    site_url: str
    created_at: str
    migrations: list[str]
    database: str = ""
    django: str = ""
    format: int = FORMAT
    kind: str = "editorial-backup"

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.created_at)


@dataclass
class Told:
    """Of one table: how many rows, the sha256 over them as `Table.told` has them, the highest number ever given."""

    rows: int = 0
    sha256: str = ""
    last: int = 0
    parts: list[str] = field(default_factory=list)  # sha256 of each


@dataclass
class Manifest:
    """`contents` is the sha256 over the lines "sha256  name" of everything before; `missing` are picture files."""

    head: Head
    tables: dict[str, Told] = field(default_factory=dict)
    pictures: int = 0
    picture_bytes: int = 0
    missing: list[str] = field(default_factory=list)
    contents: str = ""

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def to_json(self) -> bytes:
        return as_json(asdict(self))

    @classmethod
    def from_json(cls, data: bytes) -> "Manifest":
        """Raises BackupError."""
        try:
            values = json.loads(data)
            head, tables = Head(**values.pop("head")), values.pop("tables")
            return cls(head=head, tables={name: Told(**told) for name, told in tables.items()}, **values)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BackupError(damaged("manifest.json")) from None


def head_now() -> Head:
    """The head of a backup that is made here and now."""
    return Head(
        site_url=settings.SITE_URL,
        created_at=timezone.now().astimezone(UTC).isoformat(),
        migrations=applied(),
        database=connection.vendor,
        django=django.get_version(),
    )


def applied() -> list[str]:
    """The migrations of this database, as `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def head_of(data: bytes) -> Head:
    """The head of a file, of a form that this program reads. Raises BackupError."""
    try:
        values = json.loads(data)
        if values["kind"] != "editorial-backup":
            raise ValueError
        if values["format"] != FORMAT:
            told = _(
                "The backup has form %(form)s, and this program reads %(ours)d. Use the program that made it."
            )
            raise BackupError(told % {"form": values["format"], "ours": FORMAT})
        head = Head(**values)
        if not head.moment.tzinfo or not all(isinstance(name, str) for name in head.migrations):
            raise ValueError
        return head
    except (ValueError, TypeError, KeyError):
        raise BackupError(no_backup()) from None


def as_json(values: Any) -> bytes:
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def no_backup() -> str:
    return _("The file is no backup of Editorial. Name one that “manage.py backup” has written.")


def damaged(name: str) -> str:
    told = _("The backup is damaged at %(name)s: its bytes are not those that were written. Use another one.")
    return told % {"name": name}


def cut() -> str:
    return _("The backup is cut off: its end is missing. Copy the file once more, or use another one.")
