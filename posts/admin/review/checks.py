"""What the checks say of a text, as the desk shows it: from the verdict that was kept, judged anew where it is old."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from posts import quality
from posts.checks import CHECKS, SEVERITIES, Finding, fixable
from posts.models import KeptFinding, Revision, Waiver
from posts.quality.wording import said

LEVELS = SEVERITIES


@dataclass(frozen=True)
class Shown:
    """One finding on a page. `waiver` covers it; `is_locked`: nothing can; `fixed`: it can be put right by itself."""

    id: str
    level: str
    words: str
    field: str = ""
    line: int = 0
    snippet: str = ""
    count: int = 1
    waiver: Waiver | None = None
    is_locked: bool = False
    fixed: bool = False


def findings(revision: Revision) -> list[Shown]:
    """The findings about a text, the gravest first, settled ones last."""
    kept = quality.last_said(revision)
    found = quality.judge(revision) if kept is None else kept
    covers = _covers(revision) if kept is None or any(one.is_settled for one in kept) else {}
    shown = [_shown(one, covers) for one in found]
    return sorted(
        [*_unshowable(revision), *shown], key=lambda one: (one.waiver is not None, LEVELS.index(one.level))
    )


def _covers(revision: Revision) -> dict[tuple[str, str], Waiver]:
    rows = Waiver.objects.filter(post=revision.post_id).holding(timezone.now())
    return {(row.check_id, row.fingerprint): row for row in rows}


def _shown(one: Finding | KeptFinding, covers: dict[tuple[str, str], Waiver]) -> Shown:
    check_id = one.check_id if isinstance(one, KeptFinding) else one.id
    locked = check_id in CHECKS and CHECKS[check_id].locked
    return Shown(
        id=check_id,
        level=one.severity,
        words=said(check_id, dict(one.params), one.count, one.snippet),
        field=one.field,
        line=one.line,
        snippet=one.snippet,
        count=one.count,
        waiver=None if locked else covers.get((check_id, one.fingerprint)),
        is_locked=locked,
        fixed=fixable(check_id),
    )


def _unshowable(revision: Revision) -> list[Shown]:
    if revision.rendered_with:
        return []
    return [Shown("rendered", "error", _("The text cannot be shown yet. Simplify it and save it again."))]
