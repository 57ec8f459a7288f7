"""manage.py import_markdown: markdown files become articles (docs/importing.md)."""

import json
from collections import defaultdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts.document import frontmatter
from posts.management.terminal import say, staged
from posts.transfer import decode, keys, people, reports
from posts.transfer.decode import is_encoding
from posts.transfer.discover import MAX_FILES, DiscoverError
from posts.transfer.outcomes import Order, Report, Result
from posts.transfer.plan import Key
from posts.transfer.problems import Problem
from posts.transfer.run import cores, run
from posts.transfer.wishes import Wishes
from posts.transfer.wording import OUTCOMES, SEVERITIES, WRONG_USE, printable, words

STAGES = {
    "read": gettext_lazy("Reading"),
    "write": gettext_lazy("Writing"),
    "check": gettext_lazy("Comparing with other articles"),
}


class Command(BaseCommand):
    help = _("Imports markdown files with front matter as articles. Running it again changes nothing.")

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="PATH", help=_("a folder, or a file"))
        parser.add_argument("--publish", action="store_true", help=_("adopt as public, each at its own date"))
        parser.add_argument(
            "--gate", action="store_true", help=_("with --publish: what has errors stays a draft")
        )
        parser.add_argument("--site", default="", help=_("label of the folder (default: its name)"))
        parser.add_argument(
            "--media-root", action="append", default=[], help=_("a further folder with pictures")
        )
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say what would happen and write nothing")
        )
        parser.add_argument("--encoding", default="", help=_("of files that are not UTF-8, such as cp932"))
        parser.add_argument("--authors", metavar="FILE", help=_("YAML: author key to name"))
        parser.add_argument(
            "--map", action="append", default=[], metavar="KEY=FIELD", help=_("what the site calls FIELD")
        )
        parser.add_argument("--expiry", action="store_true", help=_("an expiry date ends the publication"))
        parser.add_argument("--strict", action="store_true", help=_("stop at the first failure"))
        parser.add_argument("--skip-empty", action="store_true", help=_("pass over files without a text"))
        parser.add_argument(
            "--allow-empty", action="store_true", help=_("a file that lost its text empties it")
        )
        parser.add_argument("--max-files", type=int, default=MAX_FILES, help=_("files that one run may have"))
        parser.add_argument("--report", metavar="FILE", help=_("write the outcome of every file as JSON"))
        parser.add_argument(
            "--jobs", type=int, default=cores(), help=_("files read and rendered at the same time")
        )

    def handle(self, *args, **options):
        if not all(path.strip() for path in options["paths"]):
            raise CommandError(_("A PATH is empty. Name a folder or a file."), returncode=2)
        if options["jobs"] < 1:
            raise CommandError(_("--jobs must be 1 or more."), returncode=2)
        if options["gate"] and not options["publish"]:
            raise CommandError(
                _("--gate decides what becomes public: it needs --publish beside it."), returncode=2
            )
        target = _writable(options["report"])
        order, started = _order(options), timezone.now()
        report = self._run(order, options)
        _keep(report, order, started, target)
        if options["verbosity"]:
            say(self.stdout, _summary(report, options["dry_run"]))
        if failed := report.counts["failed"]:
            raise CommandError(_("Files that failed: %(count)d") % {"count": failed}, returncode=1)

    def _run(self, order: Order, options: dict) -> Report:
        try:
            with staged(STAGES, options) as tick:
                return run(order, tick)
        except DiscoverError as error:
            raise CommandError(_plain(WRONG_USE[error.rule], error.params), returncode=2) from None
        except (DatabaseError, OSError) as error:
            raise CommandError(
                _("The import stopped: %(reason)s. What is in stays in; run it again.")
                % {"reason": printable(error)},
                returncode=1,
            ) from None
        except KeyboardInterrupt:
            raise CommandError(
                _("The import was stopped. What is in stays in; run it again."), returncode=1
            ) from None


def _keep(report: Report, order: Order, started, target: Path | None) -> None:
    """The report into the database and into the file that was named."""
    try:
        if not order.dry_run:
            reports.keep(report, order, started)
        if target:
            told = json.dumps(_as_json(report), ensure_ascii=False, indent=1)
            target.write_text(told + "\n", encoding="utf-8")
    except (DatabaseError, OSError) as error:
        raise CommandError(
            _("The report of the import could not be kept: %(reason)s. The files are in.")
            % {"reason": printable(error)},
            returncode=1,
        ) from None


def _order(options: dict) -> Order:
    return Order(
        paths=[Path(path) for path in options["paths"]],
        site=options["site"],
        publish=options["publish"],
        gate=options["gate"],
        dry_run=options["dry_run"],
        jobs=options["jobs"],
        media_roots=[Path(root) for root in options["media_root"]],
        strict=options["strict"],
        max_files=options["max_files"],
        wishes=Wishes(
            encoding=_encoding(options["encoding"]),
            people=_people(options["authors"]),
            mapped=_mapped(options["map"]),
            expiry=options["expiry"],
            skip_empty=options["skip_empty"],
            allow_empty=options["allow_empty"],
        ),
    )


def _encoding(name: str) -> str:
    if name and not is_encoding(name):
        raise CommandError(_("There is no encoding %(name)s.") % {"name": printable(name)}, returncode=2)
    return name


def _people(name: str | None) -> dict[str, str]:
    """The file of authors: keys with names, or with mappings that hold a name."""
    if not name:
        return {}
    try:
        return people.table(frontmatter.load(decode.lines(Path(name).read_bytes().decode("utf-8-sig")), 1)[0])
    except OSError as error:
        reason = error.strerror
    except frontmatter.FrontMatterError as error:
        reason = f"{error.line}: {error.message}"
    except (people.PeopleError, UnicodeError) as error:
        reason = str(error)
    said = {"path": printable(name), "reason": printable(reason)}
    raise CommandError(_("The authors cannot be read from %(path)s: %(reason)s") % said, returncode=2)


def _mapped(pairs: list[str]) -> dict[str, str]:
    """KEY=FIELD: the site's key, as it is spelt, to one of ours."""
    found = {}
    for pair in pairs:
        theirs, sign, ours = (part.strip() for part in pair.partition("="))
        if not (theirs and sign and keys.is_known(ours)):
            said = {"pair": printable(pair)}
            raise CommandError(
                _("--map %(pair)s: KEY=FIELD is needed, with a known FIELD.") % said, returncode=2
            )
        found[theirs] = ours
    return found


def _writable(name: str | None) -> Path | None:
    """The report's file, tried before the import begins."""
    if not name:
        return None
    try:
        Path(name).open("a").close()
    except OSError as error:
        reason = {"path": printable(name), "reason": error.strerror}
        raise CommandError(
            _("The report cannot be written to %(path)s: %(reason)s") % reason, returncode=2
        ) from None
    return Path(name)


def _as_json(report: Report) -> dict:
    files = [
        {
            "path": printable(result.key[1]),
            "site": result.key[0],
            "outcome": result.outcome,
            "url": result.url,
            "problems": [_problem(problem) for problem in result.problems],
        }
        for result in report.results
    ]
    return {
        "counts": report.counts,
        "files": files,
        "missing": [printable(source) for _site, source in report.missing],
        "findings": reports.findings(report.findings),
    }


def _problem(problem: Problem) -> dict:
    return {
        "severity": problem.severity,
        "rule": problem.rule,
        "line": problem.line,
        "message": printable(words(problem)),
    }


def _summary(report: Report, dry_run: bool):
    if dry_run:
        yield _("Nothing was written. This is what would happen:")
    for outcome, count in report.counts.items():
        yield f"{count:>7,}  {OUTCOMES[outcome]}"
    yield from _rules(report.results)
    yield from _findings(report)
    if report.missing:
        yield ""
        yield _("Imported earlier, file gone (the articles stay): %(count)d") % {"count": len(report.missing)}
    failed = [result for result in report.results if result.outcome == "failed"]
    if failed:
        yield ""
    for result in failed:
        problem = result.problems[-1]
        yield f"{printable(result.path)}:{problem.line}: [{problem.rule}] {printable(words(problem))}"


def _rules(results: tuple[Result, ...]):
    """Each rule once (unknown keys one by one): for how many files, what it says, and one example."""
    seen: dict[tuple[str, str, str], dict[Key, tuple[Result, Problem]]] = defaultdict(dict)
    for result in results:
        for problem in result.problems:
            about = problem.severity, problem.rule, problem.params.get("key", "")
            seen[about].setdefault(result.key, (result, problem))
    order = list(SEVERITIES)
    for kind, found in sorted(seen.items(), key=lambda row: (order.index(row[0][0]), -len(row[1]), row[0])):
        result, problem = next(iter(found.values()))
        where = f"{printable(result.key[1])}:{problem.line}" if problem.line else printable(result.key[1])
        yield f"{len(found):>7,}  {SEVERITIES[kind[0]]} [{kind[1]}] {printable(words(problem))} ({where})"


def _findings(report: Report):
    """Of how many texts the checks speak, errors first; and how many the gate held back."""
    tally = report.findings
    if tally.texts:
        yield ""
        yield _("Texts checked: %(texts)d. With errors: %(errors)d.") % {
            "texts": tally.texts,
            "errors": len(tally.errors),
        }
    for severity, name, count in reports.ranked(tally):
        yield f"{count:>7,}  {SEVERITIES[severity]} [{name}]"
    rules = [problem.rule for result in report.results for problem in result.problems]
    if held := rules.count("gate.refused"):
        yield _("Held back as drafts because of errors: %(count)d. They wait in the needs-work list.") % {
            "count": held
        }


def _plain(template, params: dict) -> str:
    return printable(str(template) % params)
