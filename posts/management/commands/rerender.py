"""manage.py rerender: stored pages made again after an update of the program (docs/operations.md)."""

import sys
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from posts.management.terminal import counted, resumable, say
from posts.models import Revision
from posts.transfer.run import cores
from posts.transfer.wording import printable
from posts.workflow.rerender import compare, rerender


class Command(BaseCommand):
    help = _(
        "Renders the texts again that an earlier version of the program rendered. Nothing of a text changes."
    )

    def add_arguments(self, parser):
        parser.add_argument("--jobs", type=int, default=cores(), help=_("texts rendered at the same time"))
        parser.add_argument("--again", action="store_true", help=_("also texts that this version rendered"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("only say how many pages would change; store nothing")
        )
        parser.add_argument(
            "--report", metavar="FILE", help=_("with --dry-run: write what would change in each page")
        )

    def handle(self, *args, **options):
        if options["jobs"] < 1:
            raise CommandError(_("--jobs must be 1 or more."), returncode=2)
        if options["report"] and not options["dry_run"]:
            raise CommandError(_("--report goes with --dry-run."), returncode=2)
        if options["dry_run"]:
            self._compare(options)
            return
        with resumable(), counted(_("Texts"), options) as tick:
            done = rerender(jobs=options["jobs"], again=options["again"], tick=tick)
        say(self.stdout, [f"{done.pages:>7,}  " + _("texts were rendered again")])
        self._end(done.failed)

    def _end(self, failed: dict[int, str]) -> None:
        for number, code in failed.items():
            told = _("Revision %(number)d cannot be rendered and keeps what it has: %(reason)s")
            self.stderr.write(told % {"number": number, "reason": code})
        if failed:
            sys.exit(1)

    def _compare(self, options: dict) -> None:
        with resumable(), counted(_("Texts"), options) as tick, _report(options["report"]) as write:

            def tell(text: Revision, difference: str) -> None:
                write(f"# {text.pk} {text.status} {printable(text.title)}\n{difference}\n\n")

            done = compare(jobs=options["jobs"], again=options["again"], tick=tick, tell=tell)
        say(
            self.stdout,
            [
                f"{done.other:>7,}  " + _("texts would get another page"),
                f"{done.same:>7,}  " + _("texts would keep the same page"),
                _("Nothing was changed (--dry-run)."),
            ],
        )
        self._end(done.failed)


@contextmanager
def _report(path: str | None):
    """A function that writes into the file, or nowhere when none is named."""
    if not path:
        yield lambda words: None
        return
    with Path(path).open("w", encoding="utf-8") as stream:
        yield stream.write
