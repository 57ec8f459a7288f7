"""What an article tells readers of its changes: the notes of all its texts that have been public, newest first."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from .choices import SILENT, UpdateKind
from .revision import Revision
from .revisions import NOTED

ON_TOP = (UpdateKind.CORRECTION, UpdateKind.APOLOGY)  # specs/readers.md 2: the others stand at the end
_SHOWN = ("post", "status", "live_from", "update_kind", "update_note")


def told(revision: Revision, at: datetime | None = None, earlier: list[Revision] | None = None) -> dict:
    """For the article's template: notes above the text, notes below it, and when the article was updated.

    `earlier`: what `noted_before` names, newest first, where the caller has fetched it already.
    """
    return arranged(revision, [*own(revision), *earlier] if earlier is not None else of(revision, at))


def arranged(revision: Revision, changes: list[Revision]) -> dict:
    """As `told`, for changes at hand."""
    return {
        "corrections": [one for one in changes if one.update_kind in ON_TOP],
        "additions": [one for one in changes if one.update_kind not in ON_TOP],
        "updated_at": updated_at(revision, changes),
    }


def of(revision: Revision, at: datetime | None = None) -> list[Revision]:
    """The revisions whose notes stand on the page: this one's own, also before it is public, and the earlier ones."""
    if not getattr(revision, "has_told", True):  # see with_has_told: one question less
        return own(revision)
    earlier = Revision.objects.begun(at).filter(noted_before(revision))
    return [*own(revision), *earlier.only(*_SHOWN).order_by("-live_from")]


def own(revision: Revision) -> list[Revision]:
    return [revision] if revision.update_note and revision.update_kind not in SILENT else []


def noted_before(revision: Revision) -> Q:
    """The earlier texts of the article that tell readers what they changed."""
    noted = Q(post=revision.post_id) & ~Q(pk=revision.pk) & NOTED
    return noted & Q(live_from__lt=revision.live_from) if revision.live_from else noted


def of_many(revisions: Iterable[Revision], at: datetime | None = None) -> dict[int, list[Revision]]:
    """{number of the article: as `of`}, in one query; only for revisions that are public at the moment."""
    noted = Revision.objects.begun(at).filter(post__in=[one.post_id for one in revisions]).noted()
    found: dict[int, list[Revision]] = defaultdict(list)
    for change in noted.only(*_SHOWN).order_by("-live_from"):
        found[change.post_id].append(change)
    return found


def updated_at(revision: Revision, changes: list[Revision]) -> datetime | None:
    """When the newest marked change went public, None where that is when the article itself did."""
    return later(
        revision.published_at, max((one.live_from for one in changes if one.live_from), default=None)
    )


def later(published: datetime | None, told: datetime | None) -> datetime | None:
    """The moment of the newest marked change, None where it is that of the publication."""
    if not published or not told:
        return None
    return told if told - published > timedelta(minutes=1) else None
