"""manage.py purge: erase articles for good, when the law demands it (docs/operations.md)."""

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from posts import roles, workflow
from posts.management.terminal import say
from posts.models import Post
from posts.transfer.wording import printable


class Command(BaseCommand):
    help = _(
        "Erases articles for good: texts, history, notes, previews, pictures. Shows what would go; --yes erases."
    )

    def add_arguments(self, parser):
        parser.add_argument("posts", nargs="+", type=int, metavar="POST_ID", help=_("number of the article"))
        parser.add_argument(
            "--by", required=True, metavar="USERNAME", help=_("who orders it: an administrator")
        )
        parser.add_argument("--reason", required=True, help=_("why; it stays in the history"))
        parser.add_argument("--yes", action="store_true", help=_("erase, do not only show"))

    def handle(self, *args, **options):
        by = get_user_model().objects.filter(username=options["by"], is_active=True).first()
        if by is None or not roles.may(by, "purge"):
            said = {"name": printable(options["by"])}
            raise CommandError(_("%(name)s is no active administrator.") % said, returncode=2)
        posts = {post.pk: post for post in Post.objects.filter(pk__in=options["posts"], erased_at=None)}
        if missing := [str(key) for key in options["posts"] if key not in posts]:
            said = {"numbers": ", ".join(missing)}
            raise CommandError(_("There is no article %(numbers)s, or it is erased.") % said, returncode=2)
        for post in posts.values():
            say(self.stdout, _told(post, workflow.survey(post)))
        if not options["yes"]:
            say(self.stdout, [_("Nothing was erased. Add --yes to erase.")])
            return
        for post in posts.values():
            self._purge(post, by, options["reason"])

    def _purge(self, post: Post, by, reason: str) -> None:
        try:
            workflow.purge(post, by=by, reason=reason)
        except workflow.Refused as refused:
            raise CommandError(f"{post.pk}: {refused}", returncode=1) from None
        say(self.stdout, [_("Erased: %(number)d") % {"number": post.pk}])


def _told(post: Post, survey: workflow.Survey) -> Iterator[str]:
    yield f"{post.pk}  {printable(survey.title)}  {printable(survey.address)}"
    for name, count in survey.counts.items():
        if count:
            yield f"{count:>9,}  {name}"
    for name in survey.files:
        yield f"           {printable(name)}"
    if survey.linking:
        yield _("Articles that link to it and stay as they are: %(numbers)s") % {
            "numbers": ", ".join(map(str, survey.linking))
        }
