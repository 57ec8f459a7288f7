"""manage.py check_posts: the editorial checks over the stock (docs/checks.md)."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import quality
from posts.management.terminal import say, staged
from posts.quality import listing
from posts.quality.listing import Entry
from posts.transfer.run import cores
from posts.transfer.wording import printable

STAGES = {
    "compare": gettext_lazy("Reading"),
    "judge": gettext_lazy("Checking"),
    "beside": gettext_lazy("Comparing"),
}
SEVERITIES = {
    "error": gettext_lazy("error"),
    "warning": gettext_lazy("warning"),
    "info": gettext_lazy("info"),
}
WORST = 20  # articles that the text form names


class Command(BaseCommand):
    help = _(
        "Checks articles and keeps what was found for the desk. Running it again checks only what has changed."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "path",
            nargs="?",
            metavar="PATH",
            help=_(
                "a file with the numbers or import sources of articles, one a line; - reads standard input"
            ),
        )
        parser.add_argument("--all", action="store_true", help=_("every article of the stock"))
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--jobs", type=int, default=cores(), help=_("texts checked at the same time"))
        parser.add_argument("--again", action="store_true", help=_("also texts that have not changed"))
        parser.add_argument("--strict", action="store_true", help=_("end with status 1 when an error stands"))

    def handle(self, *args, **options):
        posts = self._asked(options)
        if options["jobs"] < 1:
            raise CommandError(_("--jobs must be 1 or more."), returncode=2)
        report = self._check(posts, options)
        numbers = None if posts is None else sorted(posts)
        entries = listing.entries(numbers, without=report.failed)
        say(self.stdout, _as_json(entries) if options["format"] == "json" else _as_text(entries, report))
        for number, reason in report.failed.items():
            told = _("Article %(number)d could not be checked: %(reason)s")
            self.stderr.write(told % {"number": number, "reason": printable(reason)})
        if report.failed or self.unknown:
            sys.exit(1)
        if options["strict"] and listing.with_errors(numbers):
            sys.exit(1)

    def _asked(self, options: dict) -> set[int] | None:
        """The numbers of the articles; None for all."""
        self.unknown: list[str] = []
        if options["all"] == bool(options["path"]):
            told = _(
                "Name a file with the numbers of articles (- for standard input), or give --all for every article."
            )
            raise CommandError(told, returncode=2)
        if options["all"]:
            return None
        found, self.unknown = _numbers(_lines(options["path"]))
        for line in self.unknown:
            self.stderr.write(_("There is no article %(line)s in the stock.") % {"line": printable(line)})
        return found

    def _check(self, posts: set[int] | None, options: dict) -> quality.Report:
        try:
            with staged(STAGES, options) as tick:
                return quality.check_stock(posts, jobs=options["jobs"], again=options["again"], tick=tick)
        except (DatabaseError, OSError) as error:
            told = _("The check stopped: %(reason)s. What was found is kept; run it again.")
            raise CommandError(told % {"reason": printable(error)}, returncode=1) from None
        except KeyboardInterrupt:
            raise CommandError(
                _("The check was stopped. What was found is kept; run it again."), returncode=1
            ) from None


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        told = _("The numbers cannot be read from %(path)s: %(reason)s")
        raise CommandError(
            told % {"path": printable(name), "reason": printable(reason)}, returncode=2
        ) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _numbers(lines: list[str]) -> tuple[set[int], list[str]]:
    """(the articles' numbers, lines that name none). A line is a number, or the path an article was imported from."""
    found, unknown = set(), []
    known = listing.numbers(lines)
    for line in lines:
        found |= known.get(line, set())
        if line not in known:
            unknown.append(line)
    return found, unknown


def _as_json(entries: Iterator[Entry]) -> Iterator[str]:
    """A list of one entry an article, an entry a line."""
    yield "["
    for place, entry in enumerate(entries):
        yield ("," if place else "") + json.dumps(entry.as_json(), ensure_ascii=False)
    yield "]"


def _as_text(entries: Iterator[Entry], report: quality.Report) -> Iterator[str]:
    """How many articles have which finding, then the articles with most errors and warnings."""
    articles: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    worst: list[tuple[int, int, str]] = []
    for entry in entries:
        for one in entry.findings:
            articles[one["severity"], one["id"]] += 1
            places[one["severity"], one["id"]] += one["count"]
        worst.append(_standing(entry))
        worst = sorted(worst, reverse=True)[:WORST]
    yield from _counts(report)
    order = list(SEVERITIES)
    for key in sorted(articles, key=lambda key: (order.index(key[0]), -articles[key], key[1])):
        severity, check_id = key
        yield f"{articles[key]:>7,}  {SEVERITIES[severity]} [{check_id}] " + _("%(count)d places") % {
            "count": places[key]
        }
    if any(errors for errors, _warnings, _name in worst):
        yield ""
        yield _("Most errors:")
    for errors, warnings, name in worst:
        if errors:
            counted = _("%(errors)d errors, %(warnings)d warnings") % {"errors": errors, "warnings": warnings}
            yield f"         {name}: {counted}"


def _counts(report: quality.Report) -> Iterator[str]:
    yield f"{report.judged:>7,}  " + _("articles checked")
    yield f"{report.stood:>7,}  " + _("articles that had not changed")
    if report.failed:
        yield f"{len(report.failed):>7,}  " + _("articles that could not be checked")
    yield ""


def _standing(entry: Entry) -> tuple[int, int, str]:
    counts = Counter(one["severity"] for one in entry.findings)
    name = entry.path or entry.url or f"#{entry.number} {entry.title}"
    return counts["error"], counts["warning"], printable(name)
