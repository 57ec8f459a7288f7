"""The one gate: what each step refuses. No path to publication goes round it, and nothing stored is trusted here."""

from datetime import datetime

from posts.checks import CHECKS, ERROR, WARNING, Finding, is_locked
from posts.models import Revision

from .judging import judge, key
from .settled import settled


def _early(finding: Finding) -> bool:
    """A label and a copied text hold up the publication alone: whoever publishes settles them."""
    return finding.severity == ERROR and not (finding.id in CHECKS and CHECKS[finding.id].is_late)


def _grave(finding: Finding) -> bool:
    return finding.severity == ERROR


# step: which findings refuse it. A step that is not here is not asked.
REFUSES = {"submit": _early, "approve": _early, "accept_batch": _grave, "publish": _grave}


def standing(revision: Revision, at: datetime, found: list[Finding] | None = None) -> list[Finding]:
    """The findings that no waiver covers at the moment `at`; what cannot be waived is always among them."""
    done = settled(revision.post_id, at)
    return [
        one
        for one in (judge(revision) if found is None else found)
        if key(one) not in done or is_locked(one.id)
    ]


def refused(step: str, findings: list[Finding]) -> list[Finding]:
    """Those of the standing findings that refuse the step."""
    return [one for one in findings if REFUSES[step](one)] if step in REFUSES else []


def warned(findings: list[Finding]) -> list[Finding]:
    """Those that whoever approves has to say they have seen."""
    return [one for one in findings if one.severity == WARNING]
