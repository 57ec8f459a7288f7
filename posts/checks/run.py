"""All checks over one text."""

from collections.abc import Collection

from posts.document import Document

from .around import NOWHERE, Around
from .finding import Finding, gathered, ranked
from .prepared import Prepared, prepared
from .table import CHECKS, Check


def check(
    document: Document | Prepared, around: Around = NOWHERE, only: Collection[str] = ()
) -> list[Finding]:
    """What the checks find, the gravest first, then in the order of the table: one finding a check at most.

    `only`: ids of the checks that are asked; all when it is empty.
    """
    text = document if isinstance(document, Prepared) else prepared(document)
    rows = [CHECKS[name] for name in only] if only else CHECKS.values()
    found = (_finding(row, text, around) for row in rows if _applies(row, text, around))
    return ranked(found)


def _applies(row: Check, text: Prepared, around: Around) -> bool:
    return (row.locked or row.id not in around.off) and (not row.languages or text.lang in row.languages)


def _finding(row: Check, text: Prepared, around: Around) -> Finding | None:
    return gathered(row.id, list(row.looks(text, around)), around.severities.get(row.id, row.severity))
