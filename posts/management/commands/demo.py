"""manage.py demo: four people, the sample articles and pages, on a database for trying things out."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction
from django.utils import translation

from posts import roles, workflow
from posts.document import Document
from posts.models import Notice, Post, Revision, Status
from posts.workflow import variants
from posts.workflow.rerender import rerender

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
        if not Post.objects.filter(is_page=False).exists():
            self._articles()
        else:  # a demo of an earlier version
            variants.make_missing(jobs=1)
            rerender(jobs=1)
        if not Post.objects.pages().exists():
            self._pages()
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

    def _pages(self) -> None:
        """The pages of the house, by the round that each text takes: made, reviewed by somebody else, published."""
        people = {user.username: user for user in get_user_model().objects.filter(username__in=PEOPLE)}
        editor, publisher = people["editor"], people["publisher"]
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            for path in sorted((Path(settings.BASE_DIR) / "sample_pages").glob("*.md")):
                draft = workflow.new_page(Document.from_text(path.read_text("utf-8")), by=editor)
                workflow.perform("submit", draft, by=editor)
                workflow.perform("approve", draft, by=publisher, acknowledged=True)
                workflow.perform("publish", draft, by=publisher)
            Notice.objects.all().delete()

    def _some_work(self) -> None:
        """A draft sent back, another and a change of a public article in review: every queue shows something."""
        people = {user.username: user for user in get_user_model().objects.filter(username__in=PEOPLE)}
        writer, editor = people["writer"], people["editor"]
        drafts = Revision.objects.filter(status=Status.DRAFT).order_by("pk")
        sound = [draft for draft in drafts if not workflow.refusal("submit", draft, by=writer)]
        for draft in [*sound[:2], self._change_of_a_public_article(writer)]:
            workflow.perform("submit", draft, by=writer)
        reason = "用語の説明に出典を一つ加えてください。"
        workflow.perform("request_changes", sound[0], by=editor, comment=reason)

    def _change_of_a_public_article(self, writer) -> Revision:
        live = Revision.objects.published().filter(lang="ja").latest_first().first()
        document = live.to_document()
        more = "試行の結果は、2027年4月に同行が公表する予定である。"
        changed = document.replace(
            body=f"{document.body}\n\n{more}",
            update_kind="addition",
            update_note="試行の結果が公表される時期を加えました。",
        )
        return workflow.start_revision(live.post, by=writer, base=changed)

    def _say(self, port: str) -> None:
        write = self.stdout.write
        write(f"\n  Site   http://127.0.0.1:{port}/\n  Desk   http://127.0.0.1:{port}/admin/\n")
        for role in PEOPLE:
            user = get_user_model().objects.get(username=role)
            password = PASSWORD.format(role=role)
            write(f"  {role:<10} password: {password if user.check_password(password) else '(changed)'}")
        write("\n  Mails to these people are printed where the server runs.\n")
