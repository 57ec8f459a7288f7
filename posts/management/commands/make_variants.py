"""manage.py make_variants: smaller forms for the pictures of an existing archive (docs/operations.md)."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from posts.management.terminal import counted, resumable, say
from posts.transfer.run import cores
from posts.transfer.wording import printable
from posts.workflow import variants


class Command(BaseCommand):
    help = _(
        "Makes the smaller forms of pictures that have none yet. Running it again makes only what is missing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--jobs", type=int, default=cores(), help=_("pictures made at the same time"))
        parser.add_argument(
            "--again", action="store_true", help=_("also pictures that have their smaller forms")
        )

    def handle(self, *args, **options):
        if options["jobs"] < 1:
            raise CommandError(_("--jobs must be 1 or more."), returncode=2)
        with resumable(), counted(_("Pictures"), options) as tick:
            done = variants.make_missing(jobs=options["jobs"], again=options["again"], tick=tick)
        say(self.stdout, _told(done))
        for name, reason in done.failed.items():
            told = _("%(name)s has no smaller forms: %(reason)s")
            self.stderr.write(told % {"name": printable(name), "reason": printable(reason)})
        if done.failed:
            sys.exit(1)


def _told(done: variants.Made):
    size = f"{done.size / 1024 / 1024:,.1f}"
    yield f"{done.pictures:>7,}  " + _("pictures got smaller forms")
    yield f"{done.forms:>7,}  " + _("files were written (%(size)s MB)") % {"size": size}
    yield f"{done.pages:>7,}  " + _("pages were brought up to date")
