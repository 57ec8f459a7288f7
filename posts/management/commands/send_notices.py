"""manage.py send_notices: send what waits in the outbox; for cron or a timer (docs/operations.md)."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from posts.management.terminal import say
from posts.models import Notice
from posts.workflow import cdn, outbox


class Command(BaseCommand):
    help = _("Sends the notices that wait: mails and calls of the webhook. Run it every few minutes.")

    def add_arguments(self, parser):
        parser.add_argument(
            "--digest", action="store_true", help=_("also the daily mails whose hour has come")
        )
        parser.add_argument(
            "--switch-on", action="store_true", help=_("after a restore: send notices again from now on")
        )

    def handle(self, *args, **options):
        quiet = options["verbosity"] == 0
        if options["switch_on"]:
            self._switch_on(quiet)
        elif since := outbox.held_since():
            told = _(
                "Nothing is sent: this database was restored on %(moment)s. When people work with it: "
                "manage.py send_notices --switch-on"
            )
            if not quiet:
                say(self.stdout, [told % {"moment": f"{timezone.localtime(since):%Y-%m-%d %H:%M}"}])
            return
        with tqdm(unit="", desc="notices", leave=False, disable=quiet or not sys.stderr.isatty()) as bar:

            def progress(tally: outbox.Tally) -> None:
                bar.n = tally.sent + tally.failed + tally.given_up + tally.dropped
                bar.refresh()

            tally = outbox.send(digest=options["digest"], progress=progress)
        gone = outbox.forget()
        if not quiet:
            say(self.stdout, _told(tally, gone))
        if cdn.is_open() and not cdn.purge(pauses=()):
            raise CommandError(_("The CDN could not be told that pages have changed."), returncode=1)
        if not tally.is_clean:
            raise CommandError(_("Some notices could not be sent; the desk shows why."), returncode=1)

    def _switch_on(self, quiet: bool) -> None:
        count = outbox.switch_on()
        if not quiet:
            told = _("Notices from before the restore that are not sent by themselves: %(count)d")
            say(self.stdout, [told % {"count": count}])


def _told(tally: outbox.Tally, gone: int) -> list[str]:
    counts = {
        _("sent"): tally.sent,
        _("failed, tried again later"): tally.failed,
        _("given up"): tally.given_up,
        _("no longer wanted or allowed"): tally.dropped,
        _("waiting"): Notice.objects.waiting().count(),
        _("old ones deleted"): gone,
    }
    return [f"{count:>6,}  {label}" for label, count in counts.items() if count or label == _("sent")]
