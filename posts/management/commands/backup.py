"""manage.py backup: the whole newsroom as one file (docs/operations.md)."""

from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import backup as room
from posts.management.progress import stages
from posts.management.terminal import say
from posts.transfer.wording import printable

STAGES = {
    "rows": gettext_lazy("Rows"),
    "pictures": gettext_lazy("Pictures"),
    "checking": gettext_lazy("Reading back"),
}
SHOWN = 20


class Command(BaseCommand):
    help = gettext_lazy(
        "Writes all tables and pictures into one file, which any database of Editorial takes back."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help=_("the file to write; readable by you only"))
        parser.add_argument("--force", action="store_true", help=_("write over a file that is there"))

    def handle(self, *args, **options):
        made = self._write(options)
        if options["verbosity"]:
            say(self.stdout, summary(made.manifest, made.size))
        if missing := made.manifest.missing:
            told = _("Pictures whose files are missing: %(count)d. The backup does without them.")
            self.stderr.write(told % {"count": len(missing)})
            say(self.stderr, (f"  {printable(name)}" for name in missing[:SHOWN]))
        if made.unfit_count:
            told = _("Values that PostgreSQL would refuse: %(count)d. Change them before you move there.")
            self.stderr.write(told % {"count": made.unfit_count})
            say(self.stderr, (f"  {printable(line)}" for line in made.unfit))

    def _write(self, options: dict) -> room.Made:
        try:
            with stages(STAGES, options["verbosity"] > 0) as tick:
                return room.backup(Path(options["file"]), force=options["force"], tick=tick)
        except room.BackupError as error:
            raise CommandError(printable(error), returncode=1) from None
        except (DatabaseError, OSError) as error:
            told = _("The backup stopped: %(reason)s. There is no file; run it again when that is put right.")
            raise CommandError(told % {"reason": printable(error)}, returncode=1) from None
        except KeyboardInterrupt:
            raise CommandError(_("The backup was stopped. There is no file."), returncode=1) from None


def summary(manifest, size: int) -> Iterator[str]:
    """What a backup holds, also for `restore`."""
    rows = {name.partition(".")[2]: told.rows for name, told in manifest.tables.items()}
    yield f"{rows['Post']:>9,}  " + _("articles")
    yield f"{rows['Revision']:>9,}  " + _("texts")
    yield f"{rows['HistoryEntry']:>9,}  " + _("entries of history")
    yield f"{rows['User']:>9,}  " + _("accounts")
    yield f"{manifest.rows:>9,}  " + _("rows in all")
    files = _("files of pictures (%(size)s MB)") % {"size": f"{manifest.picture_bytes / 1e6:,.1f}"}
    yield f"{manifest.pictures:>9,}  " + files
    yield f"{size / 1e6:>9,.1f}  " + _("MB, read back and found whole")
    yield ""
    yield _(
        "The file holds drafts, mail addresses and hashes of passwords. Keep it where only you can read it."
    )
