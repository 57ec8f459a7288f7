"""manage.py rerender: stored pages made again after an update of the program (docs/operations.md)."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from tqdm import tqdm

from posts.management.terminal import say
from posts.transfer.run import cores
from posts.transfer.wording import printable
from posts.workflow.rerender import Rerendered, rerender


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
        done = self._render(options)
        say(self.stdout, [f"{done.pages:>7,}  " + _("texts were rendered again")])
        for number, code in done.failed.items():
            told = _("Revision %(number)d cannot be rendered and keeps what it has: %(reason)s")
            self.stderr.write(told % {"number": number, "reason": code})
        if done.failed:
            sys.exit(1)

    def _render(self, options: dict) -> Rerendered:
        quiet = not options["verbosity"]
        bar = tqdm(desc=_("Texts"), file=sys.stderr, disable=quiet or None)

        def tick(total: int) -> None:
            bar.total = total
            bar.update()

        try:
            return rerender(jobs=options["jobs"], again=options["again"], tick=tick)
        except (DatabaseError, OSError) as error:
            told = _("The run stopped: %(reason)s. What was made is kept; run it again.")
            raise CommandError(told % {"reason": printable(error)}, returncode=1) from None
        except KeyboardInterrupt:
            raise CommandError(
                _("The run was stopped. What was made is kept; run it again."), returncode=1
            ) from None
        finally:
            bar.close()
