"""Which text of an article somebody has looked at last in review. Opening a page says nothing; acting and saying do."""

from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import roles
from posts.models import HistoryEntry, Look, Post, Revision

from . import history
from .refused import Refused

ACTS = ("approve", "request_changes", "comment")  # steps of a reviewer that speak of the text
SPEAKING = (*ACTS, "note", "reply", "resolve")  # entries of the history whose writer had the text before them


def look(revision: Revision, *, by, entry: int = 0) -> None:
    """Somebody says that they have looked at the text that the entry holds, by default the newest of the revision.

    Raises Refused where they may not see the article, or the entry holds no text of it.
    """
    if not roles.may_see(by, revision.post):
        raise Refused(_("You do not have the permission to see this article."))
    saves = HistoryEntry.objects.filter(post=revision.post_id, step__in=history.WRITES)
    found = saves.filter(pk=entry).exists() if entry else True
    if not found:
        raise Refused(_("There is no such text. Reload the page."))
    keep(revision, by, entry)


def keep(revision: Revision, by, entry: int = 0) -> None:
    """Remember the text for who may review; a later one that is remembered already stays."""
    if not roles.may(by, "review"):
        return
    saves = HistoryEntry.objects.filter(revision=revision, step__in=history.WRITES)
    entry = entry or saves.values_list("pk", flat=True).first() or 0
    if not entry:
        return
    own = Look.objects.filter(user_id=by.pk, post=revision.post_id)
    if own.filter(entry__gt=entry).exists() or own.filter(entry=entry).update(at=timezone.now()):
        return
    values = {"entry_id": entry, "at": timezone.now()}
    Look.objects.update_or_create(user_id=by.pk, post_id=revision.post_id, defaults=values)


def last_look(post: Post, user) -> Look | None:
    return Look.objects.filter(post=post, user=user).select_related("entry").first()


def look_before(post: Post, user, entry: HistoryEntry) -> HistoryEntry | None:
    """The text before `entry` that the person has spoken of last: in a note, an answer or a step."""
    said = HistoryEntry.objects.filter(post=post, actor=user, step__in=SPEAKING, pk__lt=entry.pk)
    saves = HistoryEntry.objects.filter(post=post, step__in=history.WRITES)
    return saves.filter(
        revision=Subquery(said.values("revision")[:1]), pk__lt=Subquery(said.values("pk")[:1])
    ).first()
