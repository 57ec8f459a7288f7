"""manage.py add_redirects FILE: old addresses lead to new ones (docs/operations.md)."""

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from posts import workflow
from posts.management.terminal import say
from posts.roles import SYSTEM
from posts.transfer.wording import printable


class Command(BaseCommand):
    help = _(
        "Adds redirects from a CSV file, a line “old,new” each; - reads standard input. It may be run again."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help=_("only say what would happen"))

    def handle(self, *args, **options):
        rows = list(self._rows(options["file"]))
        counts: Counter[str] = Counter()
        with transaction.atomic():
            for number, row in rows:
                counts[self._add(number, row)] += 1
            transaction.set_rollback(options["dry_run"])
        words = {
            "added": _("added"),
            "changed": _("changed"),
            "unchanged": _("unchanged"),
            "refused": _("refused"),
        }
        say(self.stdout, (f"{counts[key]:>7,}  {word}" for key, word in words.items() if counts[key]))
        if counts["refused"]:
            sys.exit(1)

    def _rows(self, path: str) -> Iterator[tuple[int, list[str]]]:
        """(number of the line, its cells) without empty lines, comments and the line of names."""
        try:
            data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
            plain = data.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            told = _("The list cannot be read: %(reason)s")
            raise CommandError(told % {"reason": printable(error)}, returncode=2) from None
        reader = csv.reader(io.StringIO(plain, newline=""))
        for row in reader:
            is_head = reader.line_num == 1 and [cell.strip().lower() for cell in row] == ["old", "new"]
            if any(cell.strip() for cell in row) and not row[0].startswith("#") and not is_head:
                yield reader.line_num, row

    def _add(self, number: int, row: list[str]) -> str:
        try:
            if len(row) != 2:
                raise workflow.Refused(_("A line has two cells: old,new."))
            return workflow.add_redirect(*row, by=SYSTEM)
        except workflow.Refused as refused:
            told = _("Line %(number)d, %(old)s: %(reason)s")
            self.stderr.write(told % {"number": number, "old": printable(row[0]), "reason": refused})
            return "refused"
