"""Writing history, and the questions that only history answers."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.utils import timezone

from posts.models import HistoryEntry, Post, Revision
from posts.models.history import WRITES
from posts.roles import SYSTEM, name_of

from . import notices

SECOND_CLICK = timedelta(seconds=30)
# Entries that do not count as touched at the desk: words about a text, and what is planned for it.
UNTOUCHING = (
    "comment",
    "import",
    "conflict",
    "card",
    "note",
    "reply",
    "resolve",
    "reopen",
    "remark",
    "share",
    "waive",
    "dismiss",
    "unwaive",
)


def record(
    step: str,
    revision: Revision,
    by,
    *,
    source: str = "",
    at: datetime | None = None,
    quiet: bool = False,
    **more,
) -> HistoryEntry:
    """One entry about a revision as it stands after the act, and the notices of it.

    `quiet`: nobody is told; the act goes on, or another entry of it tells.
    """
    entry = unsaved(step, revision, by, source=source, at=at, **more)
    entry.save()
    if not quiet:
        notices.tell(entry)
    return entry


def unsaved(
    step: str, revision: Revision, by, *, source: str = "", at: datetime | None = None, **more
) -> HistoryEntry:
    """The same entry, for somebody who writes many at once."""
    standing = {"target": revision.status, "live_from": revision.live_from, "live_until": revision.live_until}
    return _entry(
        step, revision.post, by, at, revision=revision, source=source, seal=revision.seal, **standing | more
    )


def note(
    step: str, post: Post, by, *, at: datetime | None = None, concerns: Iterable[int | None] = (), **more
) -> HistoryEntry:
    """One entry about an article, and the notices of it. `concerns`: users (primary keys) whom it answers."""
    entry = _entry(step, post, by, at, **more)
    entry.save()
    notices.tell(entry, concerns)
    return entry


def _entry(step: str, post: Post, by, at: datetime | None, **more) -> HistoryEntry:
    actor = None if by.pk is None else by  # SYSTEM, and people without an account
    name = name_of(by)[:150]
    return HistoryEntry(step=step, post=post, actor=actor, actor_name=name, at=at or timezone.now(), **more)


def hands_on(revision: Revision) -> set[int]:
    """Who created the revision or saved content into it, over its whole life (primary keys of users)."""
    written = HistoryEntry.objects.filter(revision=revision, step__in=WRITES, actor__isnull=False)
    return {*written.values_list("actor", flat=True), *filter(None, [revision.created_by_id])}


def worked_on(user, revision: str = "") -> Q:
    """The texts of which `hands_on` would name the user; `revision` is the field that names the text of a row, "" for
    rows that are texts. The list of written texts is one for all rows: the database makes it once."""
    saves = HistoryEntry.objects.filter(actor_id=user.pk, step__in=WRITES, revision__isnull=False)
    names = (f"{revision}__in", f"{revision}__created_by") if revision else ("pk__in", "created_by")
    return Q((names[0], saves.values("revision"))) | Q((names[1], user.pk))


def with_hand(revisions: QuerySet[Revision], *, by) -> QuerySet[Revision]:
    """The texts with what `has_hand` asks of the user: one question less a text."""
    return revisions.annotate(has_hand=hand_of(by), hand_for=Value(by.pk))


def hand_of(user, revision: str = "") -> ExpressionWrapper:
    """`worked_on` as a column."""
    return ExpressionWrapper(worked_on(user, revision), output_field=BooleanField())


def known_hand(revision: Revision, actor) -> bool | None:
    """Whether the actor has worked on a text of `with_hand`; None when that was not asked of the database."""
    is_known = actor.pk is not None and getattr(revision, "hand_for", None) == actor.pk
    return getattr(revision, "has_hand", None) if is_known else None


def has_hand(revision: Revision, actor) -> bool:
    known = known_hand(revision, actor)
    return actor.pk in hands_on(revision) if known is None else known


def was_just_done(step: str, revision: Revision, *, by, comment: str = "") -> bool:
    """Whether this very act, with these words, is the last one on the revision and some seconds old: a second click."""
    last = HistoryEntry.objects.filter(revision=revision).first()
    if last is None or (last.step, last.actor_id) != (step, by.pk) or timezone.now() - last.at > SECOND_CLICK:
        return False
    return last.comment.startswith(comment.strip())


def is_declined(post: Post, digest: str) -> bool:
    """Whether somebody at the desk has said no to this state of the file."""
    return post.history.filter(step="decline", digest=digest).exists()


def ended_by_a_person(post: Post) -> bool:
    return post.history.filter(step__in=("unpublish", "retract")).exclude(actor_name=str(SYSTEM)).exists()


def touched_since(post: Post, entry: HistoryEntry | None) -> bool:
    """Whether a person did anything but comment since an entry, or ever when there is none."""
    acts = post.history.exclude(step__in=UNTOUCHING).exclude(actor_name=str(SYSTEM))
    return acts.filter(pk__gt=entry.pk).exists() if entry else acts.exists()


def text_at(entry: HistoryEntry) -> HistoryEntry | None:
    """The entry whose text stood when this one was written: itself, or the last save of its revision before it."""
    if entry.text and entry.step in (*WRITES, "conflict"):
        return entry
    saves = HistoryEntry.objects.filter(revision=entry.revision_id, step__in=WRITES, pk__lte=entry.pk)
    return saves.first() if entry.revision_id else None


def text_before(entry: HistoryEntry) -> HistoryEntry | None:
    """The text that stood in the article before this entry's."""
    return HistoryEntry.objects.filter(post=entry.post_id, step__in=WRITES, pk__lt=entry.pk).first()


def begun_from(revision: Revision, version: int) -> HistoryEntry | None:
    """The save that made that version of the revision: the text somebody had before them. None for no such version."""
    saves = HistoryEntry.objects.filter(revision=revision, step__in=WRITES).order_by("pk")
    return saves[version - 1 : version].first() if 0 < version < 10**6 else None
