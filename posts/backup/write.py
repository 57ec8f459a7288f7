"""A backup is written: rows of one moment, then the files they name, and it is read back before it counts."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from posts.models.snapshot import snapshot

from . import archive, limits, pictures, sequences
from .check import reread
from .manifest import Manifest, Told, as_json, head_now
from .naming import Names
from .problems import BackupError, Tick
from .rows import Table
from .tables import tables

NAMED = 20  # rows that are named one by one


@dataclass
class Made:
    """What was written. `unfit`: "table number column: why" of the first values that PostgreSQL would refuse."""

    manifest: Manifest
    size: int = 0
    unfit: list[str] = field(default_factory=list)
    unfit_count: int = 0


def backup(target: Path, *, force: bool = False, tick: Tick = lambda *about: None) -> Made:
    """Write everything into one file, readable by its owner only. Raises BackupError, OSError and DatabaseError.

    The desk goes on working meanwhile; the file shows the moment of the beginning. Until it is whole and has been read
    back it has another name (`.NAME.part`), which a later run takes over from a killed one.
    """
    if target.is_dir() or not target.name:
        raise BackupError(_("%(path)s is a folder. Name a file in it.") % {"path": target})
    _refuse_existing(target, force)
    with _beside(target) as (stream, part):
        made = _Backup(stream, tick).run()
        stream.flush()
        os.fsync(stream.fileno())
        made.size = stream.tell()
        reread(stream, made.manifest, tick)
        _refuse_existing(target, force)
        part.replace(target)
    return made


class _Backup:
    def __init__(self, stream: IO[bytes], tick: Tick):
        self.writer, self.tick = archive.Writer(stream), tick

    def run(self) -> Made:
        with snapshot():
            self.manifest = Manifest(head_now())
            self.made = Made(self.manifest)
            self.writer.add_bytes(archive.HEAD, as_json(asdict(self.manifest.head)))
            names = Names()
            kept = [Table(model, names) for model in tables()]
            total = sum(table.count() for table in kept)
            for number, table in enumerate(kept):
                self._rows(number, table, total)
            self._pictures()
        self.manifest.contents = self.writer.contents
        self.writer.add_bytes(archive.MANIFEST, self.manifest.to_json())
        self.writer.close()
        return self.made

    def _rows(self, number: int, table: Table, total: int) -> None:
        told, digest, part = Told(last=sequences.last(table.model)), hashlib.sha256(), archive.Part()
        self.manifest.tables[table.label] = told
        done = self.manifest.rows
        for values in table.rows():
            self._look_at(table, values)
            data = table.data(values)
            line = table.line(data)
            digest.update(table.told(data) + b"\n")
            part.write(line)
            told.rows += 1
            if part.size >= archive.PART:
                self._end(number, table, told, part)
                part = archive.Part()
            if told.rows % 100 == 0:
                self.tick("rows", done + told.rows, total)
        if part.size:
            self._end(number, table, told, part)
        told.sha256 = digest.hexdigest()
        self.tick("rows", done + told.rows, total)

    def _end(self, number: int, table: Table, told: Told, part: archive.Part) -> None:
        name = f"rows/{number:02}-{table.label}/{len(told.parts):05}.jsonl.gz"
        told.parts.append(self.writer.add(name, part.stream())[0])

    def _look_at(self, table: Table, values: tuple) -> None:
        for about, value in zip(table.fields, values, strict=True):
            if value is not None and (why := limits.refused(about, value)):
                self.made.unfit_count += 1
                if len(self.made.unfit) < NAMED:
                    place = f"{table.label} {values[table.number]} {about.attname}"
                    self.made.unfit.append(f"{place}: {limits.WORDS[why]}")

    def _pictures(self) -> None:
        """What the rows of that moment name; a file that has gone meanwhile is listed, and the backup goes on."""
        total = sum(1 for _name in pictures.named())
        for done, name in enumerate(pictures.named(), start=1):
            if archive.is_media(path := f"media/{name}"):
                with pictures.opened(name) as stream:
                    self._picture(path, name, stream)
            else:
                self.manifest.missing.append(name)
            self.tick("pictures", done, total)

    def _picture(self, path: str, name: str, stream: IO[bytes] | None) -> None:
        if stream is None:
            self.manifest.missing.append(name)
            return
        _sha256, size = self.writer.add(path, stream)
        self.manifest.pictures += 1
        self.manifest.picture_bytes += size


def _refuse_existing(target: Path, force: bool) -> None:
    if target.exists() and not force:
        raise BackupError(
            _("%(path)s is there already. Name another file, or write --force.") % {"path": target}
        )


@contextmanager
def _beside(target: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """An empty file of ours in the same folder, gone afterwards unless it got the name of the target."""
    part = target.with_name(f".{target.name}.part")
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(part, flags, 0o600), "r+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(
                _("Another backup is writing this file. Wait for it, or name another.")
            ) from None
        except OSError:  # a disk that knows no locks
            pass
        os.fchmod(stream.fileno(), 0o600)
        stream.truncate()
        try:
            yield stream, part
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
