"""Writing history, and the questions that only history answers."""

from datetime import datetime

from django.utils import timezone

from posts.models import HistoryEntry, Post, Revision
from posts.roles import SYSTEM

WRITES = ("create", "start", "save")  # entries whose actor had a hand in the text
UNTOUCHING = ("comment", "import", "conflict")  # entries that do not count as touched at the desk


def record(
    step: str, revision: Revision, by, *, source: str = "", at: datetime | None = None, **more
) -> HistoryEntry:
    """One entry about a revision as it stands after the act."""
    return note(
        step,
        revision.post,
        by,
        revision=revision,
        source=source,
        target=revision.status,
        live_from=revision.live_from,
        live_until=revision.live_until,
        seal=revision.seal,
        at=at,
        **more,
    )


def note(step: str, post: Post, by, *, at: datetime | None = None, **more) -> HistoryEntry:
    """One entry about an article."""
    actor = None if by is SYSTEM else by
    name = str(SYSTEM) if by is SYSTEM else (by.get_full_name() or by.get_username())
    at = at or timezone.now()
    return HistoryEntry.objects.create(
        step=step, post=post, actor=actor, actor_name=name[:150], at=at, **more
    )


def hands_on(revision: Revision) -> set[int]:
    """Who created the revision or saved content into it, over its whole life (primary keys of users)."""
    written = HistoryEntry.objects.filter(revision=revision, step__in=WRITES, actor__isnull=False)
    return {*written.values_list("actor", flat=True), *filter(None, [revision.created_by_id])}


def ended_by_a_person(post: Post) -> bool:
    return post.history.filter(step__in=("unpublish", "retract")).exclude(actor_name=str(SYSTEM)).exists()


def touched_since(post: Post, entry: HistoryEntry | None) -> bool:
    """Whether a person did anything but comment since an entry, or ever when there is none."""
    acts = post.history.exclude(step__in=UNTOUCHING).exclude(actor_name=str(SYSTEM))
    return acts.filter(pk__gt=entry.pk).exists() if entry else acts.exists()
