"""What a run of the import did, kept for the desk: one row a run, rules with their parameters, no words."""

import getpass
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from posts.checks import SEVERITIES as ORDER
from posts.models import ImportReport, Post
from posts.quality import Tally

from .outcomes import Order, Report, Result
from .plan import Key
from .problems import Problem
from .wording import printable

MOST_FILES = 20_000
MOST_BYTES = 4 << 20
KEPT = 200  # runs; older reports go
_LONGEST = 500  # characters of one parameter


def keep(report: Report, order: Order, started: datetime) -> ImportReport:
    """Store the report of a run. Files that were unchanged without a word are counted and not listed."""
    sites = sorted({result.key[0] for result in report.results} | {site for site, _source in report.missing})
    files, is_cut = _files(report, _posts(sites))
    kept = ImportReport.objects.create(
        site=", ".join(sites)[:100],
        by_name=_operator(),
        started_at=started,
        finished_at=timezone.now(),
        options=_options(order),
        counts=report.counts | {"missing": len(report.missing)},
        is_cut=is_cut or len(report.missing) > MOST_FILES,
        report={
            "files": files,
            "missing": [printable(path) for _site, path in report.missing[:MOST_FILES]],
            "findings": findings(report.findings),
        },
    )
    old = ImportReport.objects.order_by("-pk").values_list("pk", flat=True)[KEPT:]
    ImportReport.objects.filter(pk__in=list(old)).delete()
    return kept


def problems(file: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of a kept file, as the import had them."""
    for severity, rule, line, params in file["problems"]:
        yield Problem(severity, rule, line, params)


def findings(tally: Tally) -> dict[str, Any]:
    """What the checks said, as JSON: how many texts, how many with errors, and of how many each check speaks."""
    checks = [{"id": name, "severity": severity, "texts": count} for severity, name, count in ranked(tally)]
    return {"texts": tally.texts, "with_errors": len(tally.errors), "checks": checks}


def ranked(tally: Tally) -> list[tuple[str, str, int]]:
    """[(severity, check, texts)], errors first, then by how many texts."""
    rows = [(severity, name, count) for (severity, name), count in tally.checks.items()]
    return sorted(rows, key=lambda row: (ORDER.index(row[0]), -row[2], row[1]))


def _files(report: Report, posts: Mapping[Key, int]) -> tuple[list[dict], bool]:
    told = [result for result in report.results if result.problems or result.outcome != "unchanged"]
    files: list[dict] = []
    size = 0
    for result in told[:MOST_FILES]:
        file = _file(result, posts)
        size += len(json.dumps(file, ensure_ascii=False).encode("utf-8", "replace"))
        if size > MOST_BYTES:
            break
        files.append(file)
    return files, len(files) < len(told)


def _file(result: Result, posts: Mapping[Key, int]) -> dict:
    said = [(one.severity, one.rule, one.line, _plain(one.params)) for one in result.problems]
    return {
        "site": result.key[0],
        "path": printable(result.key[1]),
        "outcome": result.outcome,
        "post": posts.get(result.key),
        "problems": said,
    }


def _plain(params: Mapping[str, Any]) -> dict:
    """Parameters that JSON and both databases can hold."""
    numbers = (bool, int, float, type(None))
    return {
        name: value if isinstance(value, numbers) else printable(value)[:_LONGEST]
        for name, value in params.items()
    }


def _posts(sites: list[str]) -> dict[Key, int]:
    rows = Post.objects.filter(site__in=sites, source__isnull=False).values_list("site", "source", "pk")
    return {(str(site), str(source)): pk for site, source, pk in rows.iterator()}


def _options(order: Order) -> dict:
    """What was asked for; no path of the machine."""
    said = {
        "publish": order.publish,
        "gate": order.gate,
        "strict": order.strict,
        "expiry": order.wishes.expiry,
    }
    said |= {"skip_empty": order.wishes.skip_empty, "allow_empty": order.wishes.allow_empty}
    return {name: value for name, value in said.items() if value} | (
        {"encoding": order.wishes.encoding} if order.wishes.encoding else {}
    )


def _operator() -> str:
    try:
        return printable(getpass.getuser())[:150]
    except (KeyError, OSError, ImportError):  # a container without a name for its user
        return ""
