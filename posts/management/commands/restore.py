"""manage.py restore: a backup becomes the contents of this database (docs/operations.md)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import backup as room
from posts.backup.restore import in_use
from posts.management.commands.backup import SHOWN, summary
from posts.management.progress import stages
from posts.management.terminal import say
from posts.transfer.wording import printable

STAGES = {
    "checking": gettext_lazy("Checking the file"),
    "rows": gettext_lazy("Rows"),
    "pictures": gettext_lazy("Pictures"),
    "comparing": gettext_lazy("Comparing"),
    "search": gettext_lazy("Search"),
}


class Command(BaseCommand):
    help = gettext_lazy(
        "Brings back what “manage.py backup” wrote. Everything is checked before anything is changed."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help=_("a backup"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("only check the file and say what it holds")
        )
        parser.add_argument("--replace", action="store_true", help=_("what is in the database now goes"))
        parser.add_argument("--yes", action="store_true", help=_("with --replace: do not ask"))
        parser.add_argument(
            "--other-site", action="store_true", help=_("the backup of a site with another address")
        )
        parser.add_argument(
            "--accept-missing",
            action="store_true",
            help=_("although files of pictures are missing from the backup"),
        )

    def handle(self, *args, **options):
        with self._told(), Path(options["file"]).open("rb") as stream:
            with stages(STAGES, options["verbosity"] > 0) as tick:
                checked = room.check(stream, other_site=options["other_site"], tick=tick)
            if options["verbosity"]:
                say(self.stdout, self._holds(checked, stream.seek(0, 2)))
            self._refuse(checked, options)
            if options["dry_run"]:
                self.stdout.write(_("Nothing was changed (--dry-run)."))
                return
            with stages(STAGES, options["verbosity"] > 0) as tick:
                done = room.restore(stream, checked, replace=options["replace"], tick=tick)
        if options["verbosity"]:
            say(self.stdout, _done(done))

    def _holds(self, checked: room.Checked, size: int) -> Iterator[str]:
        moment = f"{timezone.localtime(checked.head.moment):%Y-%m-%d %H:%M}"
        told = _("Backup of %(site)s, made %(moment)s on %(database)s")
        yield told % {"site": checked.head.site_url, "moment": moment, "database": checked.head.database}
        yield from summary(checked.manifest, size)

    def _refuse(self, checked: room.Checked, options: dict) -> None:
        if checked.bad_count:
            say(self.stderr, (f"  {printable(line)}" for line in checked.bad_rows))
            told = _(
                "Values that this database would refuse: %(count)d. Change them at the desk of the old site, and make "
                "another backup. Nothing was changed."
            )
            raise CommandError(told % {"count": checked.bad_count}, returncode=1)
        if checked.missing and not options["accept_missing"]:
            say(self.stderr, (f"  {printable(name)}" for name in checked.missing[:SHOWN]))
            told = _(
                "Files of pictures that the backup does not hold: %(count)d. With --accept-missing the articles come "
                "back without them. Nothing was changed."
            )
            raise CommandError(told % {"count": len(checked.missing)}, returncode=1)
        if not checked.in_use or options["dry_run"]:
            return
        if not options["replace"]:
            raise CommandError(in_use(), returncode=1)
        if not options["yes"] and not self._agreed():
            raise CommandError(
                _("Nothing was changed. To go on without being asked, write --yes."), returncode=1
            )

    def _agreed(self) -> bool:
        """Asked of a person at a terminal; a script has to say --yes."""
        if not sys.stdin.isatty():
            return False
        told = _("Everything that is in the database of %(site)s now goes. Write “replace” to go on: ")
        return input(told % {"site": settings.SITE_URL}).strip() == "replace"

    @contextmanager
    def _told(self):
        try:
            yield
        except room.BackupError as error:
            raise CommandError(printable(error), returncode=1) from None
        except FileNotFoundError as error:
            raise CommandError(
                _("There is no file %(path)s.") % {"path": printable(error.filename)}
            ) from None
        except (DatabaseError, OSError) as error:
            told = _("The restore stopped: %(reason)s. The database is as it was.")
            raise CommandError(told % {"reason": printable(error)}, returncode=1) from None
        except KeyboardInterrupt:
            raise CommandError(
                _("The restore was stopped. The database is as it was."), returncode=1
            ) from None


def _done(done) -> Iterator[str]:
    yield ""
    yield f"{done.rows:>9,}  " + _("rows were restored and compared")
    yield f"{done.pictures:>9,}  " + _("files of pictures were written")
    yield f"{done.pictures_kept:>9,}  " + _("files of pictures were there already")
    yield ""
    yield _("Notices and the webhook are held, so that nobody is told of anything twice.")
    yield _("When this is the site that people work with: manage.py send_notices --switch-on")
