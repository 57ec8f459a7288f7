"""What the checks say of a text, as the desk shows it: from the verdict that was kept, judged anew where it is old."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from posts import quality
from posts.checks import CHECKS, SEVERITIES, fixable
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
    rows = _kept(revision)
    covers = _covers(revision) if rows else {}
    shown = [_shown(row, covers.get((row.check_id, row.fingerprint))) for row in rows]
    found = [*_unshowable(revision), *shown]
    return sorted(found, key=lambda one: (one.waiver is not None, LEVELS.index(one.level)))


def _kept(revision: Revision) -> list[KeptFinding]:
    if not quality.is_fresh(revision):
        quality.refresh(revision)
    return list(revision.findings.all())


def _covers(revision: Revision) -> dict[tuple[str, str], Waiver]:
    rows = Waiver.objects.filter(post=revision.post_id).holding(timezone.now())
    return {(row.check_id, row.fingerprint): row for row in rows}


def _shown(row: KeptFinding, waiver: Waiver | None) -> Shown:
    locked = row.check_id in CHECKS and CHECKS[row.check_id].locked
    return Shown(
        id=row.check_id,
        level=row.severity,
        words=said(row.check_id, row.params, row.count, row.snippet),
        field=row.field,
        line=row.line,
        snippet=row.snippet,
        count=row.count,
        waiver=None if locked else waiver,
        is_locked=locked,
        fixed=fixable(row.check_id),
    )


def _unshowable(revision: Revision) -> list[Shown]:
    if revision.rendered_with:
        return []
    return [Shown("rendered", "error", _("The text cannot be shown yet. Simplify it and save it again."))]
