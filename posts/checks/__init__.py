"""The editorial checks: pure functions over a document, in one table. Public words only."""

from .across import paragraph_hashes
from .around import NOWHERE, Around, Other
from .finding import ERROR, INFO, SEVERITIES, WARNING, Finding, Hit, Place, gathered
from .fixes import fix, fix_all, fixable
from .prepared import Prepared, norm
from .run import check
from .table import CHECKS, Check, is_locked

__all__ = [
    "CHECKS",
    "ERROR",
    "INFO",
    "NOWHERE",
    "SEVERITIES",
    "WARNING",
    "Around",
    "Check",
    "Finding",
    "Hit",
    "Other",
    "Place",
    "Prepared",
    "check",
    "fix",
    "fix_all",
    "fixable",
    "gathered",
    "is_locked",
    "norm",
    "paragraph_hashes",
]
