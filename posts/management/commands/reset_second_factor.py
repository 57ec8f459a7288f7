"""manage.py reset_second_factor: for an administrator who has lost the device and the codes (docs/operations.md)."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from posts import workflow
from posts.management.terminal import say
from posts.roles import SYSTEM
from posts.transfer.wording import printable


class Command(BaseCommand):
    help = _(
        "Takes the second factor of an account away and ends its sessions; the password alone opens the desk."
    )

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="USERNAME")

    def handle(self, *args, **options):
        name = options["username"]
        person = get_user_model().objects.filter(username=name).first()
        if person is None:
            raise CommandError(_("There is no account %(name)s.") % {"name": printable(name)}, returncode=2)
        try:
            workflow.factors.remove(person, by=SYSTEM)
        except workflow.Refused as refused:
            raise CommandError(str(refused), returncode=1) from None
        say(self.stdout, [_("The second factor of %(name)s was reset.") % {"name": printable(name)}])
