"""manage.py demo: four people and the sample articles, on a database for trying things out."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction
from django.utils import translation

from posts import roles, workflow
from posts.models import Notice, Post, Revision, Status

PEOPLE = {"writer": "記者", "editor": "編集", "publisher": "公開", "admin": "管理"}
PASSWORD = "try-{role}-2026"  # noqa: S105 - refused unless DEBUG


class Command(BaseCommand):
    help = (
        "Prepare the demo: migrations, a writer, an editor, a publisher, an admin, and the sample articles."
    )

    def add_arguments(self, parser):
        parser.add_argument("--port", default="8000", help="the port that is printed")

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError("The demo's passwords are public. Set DEBUG=1, on your own machine only.")
        call_command("migrate", verbosity=0)
        for role in PEOPLE:
            self._person(role)
        if not Post.objects.exists():
            self._articles()
        self._say(options["port"])

    def _person(self, role: str) -> None:
        usual = {
            "is_staff": True,
            "email": f"{role}@example.com",
        }  # RFC 2606: never somebody's; mail is printed
        user, made = get_user_model().objects.get_or_create(username=role, defaults=usual)
        if made:
            user.set_password(PASSWORD.format(role=role))
            user.last_name = PEOPLE[role]
            user.save()
            user.groups.add(roles.group(role))
        elif not user.email:  # a demo from before there were mails
            user.email = usual["email"]
            user.save(update_fields=["email"])

    def _articles(self) -> None:
        folder = Path(settings.BASE_DIR) / "sample"
        call_command("import_markdown", str(folder), publish=True, site="sample", verbosity=0)
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            self._some_work()
            Notice.objects.all().delete()  # the terminal is for the addresses and passwords now

    def _some_work(self) -> None:
        """One draft in review and one sent back, so that every queue shows something."""
        drafts = list(Revision.objects.filter(status=Status.DRAFT).order_by("pk")[:2])
        people = {user.username: user for user in get_user_model().objects.filter(username__in=PEOPLE)}
        for draft in drafts:
            workflow.perform("submit", draft, by=people["writer"])
        for draft in drafts[:1]:
            reason = "見出しが途中で切れています。出典も加えてください。"
            workflow.perform("request_changes", draft, by=people["editor"], comment=reason)

    def _say(self, port: str) -> None:
        write = self.stdout.write
        write(f"\n  Site   http://127.0.0.1:{port}/\n  Desk   http://127.0.0.1:{port}/admin/\n")
        for role in PEOPLE:
            user = get_user_model().objects.get(username=role)
            password = PASSWORD.format(role=role)
            write(f"  {role:<10} password: {password if user.check_password(password) else '(changed)'}")
        write("\n  Mails to these people are printed where the server runs.\n")
