"""manage.py export_markdown: articles become markdown files with front matter (docs/exporting.md)."""

from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts.management.terminal import counted, say
from posts.transfer.export import Exported, export
from posts.transfer.problems import Problem, SourceError
from posts.transfer.wording import OUTCOMES, SEVERITIES, printable, words

EXAMPLES = 5
WORDS = {
    "export.foreign": gettext_lazy("What stands there is not from an export; it was left as it is."),
    "export.link": gettext_lazy("“%(path)s” is a link or no folder. Nothing is written through it."),
    "export.changes": gettext_lazy("Written as a file it would come back as another text."),
    "export.not_a_folder": gettext_lazy("%(path)s is not a folder."),
    "export.busy": gettext_lazy("Another export is writing into this folder."),
    "document.bad_value": gettext_lazy("The value of “%(field)s” cannot be written into a file."),
    "picture.unreadable": gettext_lazy("The picture cannot be read from the store: %(reason)s"),
}


class Command(BaseCommand):
    help = _("Writes articles as markdown files with front matter, and their pictures beside them.")

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", metavar="DIR", help=_("the folder to write into; made if there is none")
        )
        parser.add_argument(
            "--all",
            action="store_true",
            help=_("the newest revision, also of what is no longer or not yet public"),
        )
        parser.add_argument("--drafts", action="store_true", help=_("also articles that never were public"))
        parser.add_argument(
            "--prune", action="store_true", help=_("delete files of earlier exports that are not in this one")
        )

    def handle(self, *args, **options):
        if not options["folder"].strip():
            raise CommandError(_("DIR is empty. Name a folder."), returncode=2)
        done = self._export(options)
        if options["verbosity"]:
            say(self.stdout, _summary(done, options["prune"]))
        if done.missing:
            told = _(
                "Pictures that are not in the store: %(count)d. The articles were exported without them."
            )
            self.stderr.write(told % {"count": len({address for _path, address in done.missing})})
        if done.failed:
            raise CommandError(_("Files that failed: %(count)d") % {"count": len(done.failed)}, returncode=1)

    def _export(self, options: dict) -> Exported:
        choice = {"newest": options["all"], "drafts": options["drafts"], "prune": options["prune"]}
        with counted(_("Writing"), options) as tick:
            try:
                return export(Path(options["folder"]), **choice, tick=tick)
            except SourceError as error:
                status = 2 if error.problem.rule == "export.not_a_folder" else 1
                raise CommandError(_said(error.problem), returncode=status) from None
            except (DatabaseError, OSError) as error:
                told = _("The export stopped: %(reason)s. What is written stays; run it again.")
                raise CommandError(told % {"reason": printable(error)}, returncode=1) from None
            except KeyboardInterrupt:
                told = _("The export was stopped. What is written stays; run it again.")
                raise CommandError(told, returncode=1) from None


def _summary(done: Exported, pruned: bool) -> Iterator[str]:
    counts = {
        _("articles written"): done.written,
        _("articles unchanged"): done.unchanged,
        _("pictures written"): done.pictures_written,
        _("pictures unchanged"): done.pictures_unchanged,
        str(OUTCOMES["failed"]): len(done.failed),
    }
    yield from (f"{count:>7,}  {name}" for name, count in counts.items())
    yield from _left_over(done.left_over, pruned)
    if done.missing or done.failed:
        yield ""
    for path, address in done.missing:
        told = _("There is no picture at %(address)s") % {"address": address}
        yield f"{printable(path)}: {SEVERITIES['warning']} [picture.missing] {printable(told)}"
    for path, problem in done.failed:
        yield f"{printable(path)}: [{problem.rule}] {_said(problem)}"


def _left_over(paths: list[str], pruned: bool) -> Iterator[str]:
    if not paths:
        return
    told = (
        _("Files of earlier exports that were deleted: %(count)d")
        if pruned
        else _("Files of earlier exports that are not in this one (--prune deletes them): %(count)d")
    )
    yield ""
    yield told % {"count": len(paths)}
    yield from (f"         {printable(path)}" for path in paths[:EXAMPLES])
    if len(paths) > EXAMPLES:
        yield "         …"


def _said(problem: Problem) -> str:
    """The problem as a sentence: ours, else as import says it."""
    own = WORDS.get(problem.rule)
    return printable(str(own) % problem.params if own else words(problem))
