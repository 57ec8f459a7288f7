"""A file that changed while the desk changed its article: its text waits until it is taken over or declined."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from posts import roles
from posts.document import Document
from posts.models import HistoryEntry, Post, Revision

from . import content, history
from .drafts import save_draft, start_revision
from .refused import Refused, races_refused


def waiting(post: Post) -> HistoryEntry | None:
    """The newest text of the file that nobody has decided about, None when there is none."""
    if not post.is_imported:
        return None
    return all_waiting().filter(post=post).first()


def all_waiting() -> QuerySet[HistoryEntry]:
    """The entries that `waiting` answers, of all articles."""
    same = HistoryEntry.objects.filter(post=OuterRef("post"))
    newer = same.filter(pk__gt=OuterRef("pk"))
    decided = same.filter(step="decline", digest=OuterRef("digest"))
    asked = HistoryEntry.objects.filter(step="conflict").exclude(digest="")
    open_ones = asked.exclude(post__source_hash=F("digest")).exclude(Exists(decided))
    again = newer.filter(step="conflict").exclude(digest="")
    return open_ones.exclude(Exists(newer.filter(step="import"))).exclude(Exists(again))


def taken(post: Post) -> Document | None:
    """The text as the last import left it, which both sides began from."""
    last = post.history.filter(step="import").first()
    if last is None:
        return None
    saves = post.history.filter(step__in=history.WRITES, pk__lt=last.pk)
    entry = saves.filter(revision=last.revision_id).first()
    return Document.from_text(entry.text) if entry and entry.text else None


def take_over(entry: HistoryEntry, *, by) -> Revision:
    """The file's text becomes the open draft, or a new one; the file counts as imported from then on."""
    document = Document.from_text(entry.text)
    page = content.render(document)
    with races_refused(), transaction.atomic():
        post = _decided(entry, by)
        draft = post.revisions.open().first()
        if draft and not draft.is_editable:
            raise Refused(_("The open text is being reviewed. Withdraw or return it first."))
        if draft:
            revision = save_draft(draft, document, by=by, version=draft.version, page=page)
        else:
            revision = start_revision(post, by=by, base=document, page=page)
        history.record("import", revision, by, text=entry.original, digest=entry.digest)
        sealed = {"source_hash": entry.digest, "desk_seal": revision.seal_now()}
        Post.objects.filter(pk=post.pk).update(**sealed)
    return revision


def decline(entry: HistoryEntry, *, by, comment: str = "") -> None:
    """The article stays as the desk has it, and this state of the file is not asked about again."""
    with transaction.atomic():
        post = _decided(entry, by)
        history.note("decline", post, by, digest=entry.digest, comment=comment.replace("\0", "").strip())


def _decided(entry: HistoryEntry, by) -> Post:
    post = Post.objects.select_for_update().get(pk=entry.post_id)
    if not roles.may_edit(by, post):
        raise Refused(_("This article belongs to somebody else."))
    if waiting(post) != entry:
        raise Refused(_("This text of the file is not waiting any more. Reload the page and look."))
    return post
