"""manage.py rerender: stored pages made again after an update of the program (docs/operations.md)."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from posts.management.terminal import counted, resumable, say
from posts.transfer.run import cores
from posts.workflow.rerender import rerender


class Command(BaseCommand):
    help = _(
        "Renders the texts again that an earlier version of the program rendered. Nothing of a text changes."
    )

    def add_arguments(self, parser):
        parser.add_argument("--jobs", type=int, default=cores(), help=_("texts rendered at the same time"))
        parser.add_argument("--again", action="store_true", help=_("also texts that this version rendered"))

    def handle(self, *args, **options):
        if options["jobs"] < 1:
            raise CommandError(_("--jobs must be 1 or more."), returncode=2)
        with resumable(), counted(_("Texts"), options) as tick:
            done = rerender(jobs=options["jobs"], again=options["again"], tick=tick)
        say(self.stdout, [f"{done.pages:>7,}  " + _("texts were rendered again")])
        for number, code in done.failed.items():
            told = _("Revision %(number)d cannot be rendered and keeps what it has: %(reason)s")
            self.stderr.write(told % {"number": number, "reason": code})
        if done.failed:
            sys.exit(1)
