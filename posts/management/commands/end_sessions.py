"""manage.py end_sessions: sign everybody out, or one person (docs/operations.md)."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts import workflow
from posts.management.terminal import say
from posts.models.accounts import Act
from posts.roles import SYSTEM
from posts.transfer.wording import printable


class Command(BaseCommand):
    help = _("Ends all sessions of the desk, or those of one person. Shared previews stay as they are.")

    def add_arguments(self, parser):
        parser.add_argument("--user", metavar="USERNAME", help=_("only the sessions of this account"))

    def handle(self, *args, **options):
        ended = self._of(options["user"]) if options["user"] else workflow.end_all_sessions()
        say(
            self.stdout,
            [ngettext("%(count)d session ended.", "%(count)d sessions ended.", ended) % {"count": ended}],
        )

    def _of(self, name: str) -> int:
        person = get_user_model().objects.filter(username=name).first()
        if person is None:
            raise CommandError(_("There is no account %(name)s.") % {"name": printable(name)}, returncode=2)
        workflow.note_account(person, Act.SESSIONS, by=SYSTEM)
        return workflow.end_sessions(person)
