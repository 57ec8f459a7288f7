"""Texts: a new article, a save, a new revision, an earlier text again."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import quality, roles, text
from posts.document import Document
from posts.models import HistoryEntry, Post, Revision, Status
from posts.rendering import Rendered, RenderError

from . import content, effects, history
from .perform import locked
from .refused import Refused, Stale, races_refused

Page = Rendered | RenderError
Base = Revision | HistoryEntry | Document | None
RESTORABLE = ("create", "start", "save", "conflict")


def new_post(document: Document, *, by, page: Page | None = None, token: str = "") -> Revision:
    """A new article with its first draft. `page` is the rendered document when the caller has it already.

    `token` names the form it was sent from: sent again it is the same article, and another text a save of its draft.
    """
    if not roles.may(by, "add"):
        raise Refused(_("You do not have the permission to write articles."))
    content.check(document)
    page = page or content.render(document)
    if known := _sent_before(token, by):
        return _sent_again(known, document, by, page)
    try:
        with races_refused(), transaction.atomic():
            post = Post.objects.create(
                slug=_slug(document), created_by_id=by.pk, form_token=token[:32] or None
            )
            return first_save("create", post, document, page, by)
    except Refused:
        if known := _sent_before(token, by):
            return _sent_again(known, document, by, page)
        raise


def start_revision(
    post: Post, *, by, base: Base = None, page: Page | None = None, comment: str = ""
) -> Revision:
    """A new draft of an article, from the text that is public now, or from what is given."""
    document = _base(post, base)
    content.check(document)
    page = page or content.render(document)
    with races_refused(), transaction.atomic():
        post = Post.objects.select_for_update().get(pk=post.pk)
        if not roles.may_edit(by, post):
            raise Refused(_("This article belongs to somebody else."))
        if post.revisions.open().exists():
            raise Refused(_("A draft of this article is open already. Work on that one."))
        return first_save("start", post, document, page, by, comment)


def save_draft(
    revision: Revision,
    document: Document,
    *,
    by,
    version: int,
    page: Page | None = None,
    comment: str = "",
) -> Revision:
    """Save a text into a draft; the only way content changes.

    `version` is the one the text was begun from. A text equal to the one that is there changes nothing. Raises Stale
    when somebody saved, submitted or ended it meanwhile: the refused text is then kept as a history entry.
    """
    content.check(document)
    page = page or content.render(document)
    try:
        with races_refused(), transaction.atomic():
            return _save(locked(revision), document, page, by, int(version), comment)
    except Stale as stale:
        stale.entry = keep_conflict(revision, document, by=by, version=int(version))
        raise


def restore(entry: HistoryEntry, *, by) -> Revision:
    """Bring back the text of an entry as a new save, or as a new draft when none is open."""
    if entry.step not in RESTORABLE or not entry.text:
        raise Refused(_("This entry holds no text that can be restored."))
    current = entry.post.revisions.open().first()
    if current is None:
        return start_revision(entry.post, by=by, base=entry)
    if not current.is_editable:  # the text stands in history already: no conflict is kept of it
        raise Refused(_("The open text is being reviewed. Withdraw or return it first."))
    return save_draft(current, Document.from_text(entry.text), by=by, version=current.version)


def may_restore(entry: HistoryEntry, *, by) -> bool:
    """Whether `restore` would be taken from the person now."""
    current = entry.post.revisions.open().first()
    holds_text = entry.step in RESTORABLE and bool(entry.text)
    return holds_text and roles.may_edit(by, entry.post) and (current is None or current.is_editable)


def restore_post(post: Post, *, by) -> Revision:
    """A new draft for an article of the trash, from its newest text."""
    if post.revisions.exclude(status=Status.DISCARDED).exists():
        raise Refused(_("This article is not in the trash."))
    return start_revision(post, by=by)


def keep_conflict(revision: Revision, document: Document, *, by, version: int = 0) -> HistoryEntry:
    """Keep a refused text in history, once however often it is sent. It counts for nobody's authorship.

    `version` is the one it was begun from; 0 where nobody knows.
    """
    kept = document.replace(slug=revision.post.slug).to_text()
    earlier = revision.post.history.filter(
        step="conflict", revision=revision, actor_id=by.pk, text=kept
    ).first()
    if earlier:
        return earlier
    base = history.begun_from(revision, version)
    return history.note("conflict", revision.post, by, revision=revision, text=kept, base=base)


def first_save(step: str, post: Post, document: Document, page: Page, by, comment: str = "") -> Revision:
    """A new revision of the post with its entry in history, in the caller's transaction."""
    newest = post.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    revision = Revision(
        post=post, number=newest + 1, created_by_id=by.pk, saved_by_id=by.pk, saved_at=timezone.now()
    )
    content.write(revision, document, page)
    effects.take_over(revision, by)
    history.record(step, revision, by, text=revision.to_document().to_text(), comment=comment)
    _judge_afterwards(revision, by)
    return revision


def _save(current: Revision, document: Document, page: Page, by, version: int, comment: str) -> Revision:
    if not roles.may_edit(by, current.post):
        raise Refused(_("This article belongs to somebody else."))
    if current.status == Status.IN_REVIEW and content.same(current, document):
        return current  # saved and submitted a moment ago by the same form
    if not current.is_editable:
        raise Stale(
            _("The text is: %(status)s. It can no longer be changed; your text is kept in the history.")
            % {"status": current.get_status_display()}
        )
    if content.same(current, document):
        return current
    if version != current.version:
        raise Stale(_overtaken(current))
    current.version, current.saved_by_id, current.saved_at = version + 1, by.pk, timezone.now()
    content.write(current, document, page)
    effects.take_over(current, by)
    text = current.to_document().to_text()
    history.record("save", current, by, source=current.status, text=text, comment=comment)
    _judge_afterwards(current, by)
    return current


def _judge_afterwards(revision: Revision, by) -> None:
    """Keep what the checks say of a person's save, for lists. An import's texts are judged together at its end."""
    if by is not roles.SYSTEM:
        transaction.on_commit(lambda: quality.refresh(revision), robust=True)


def _overtaken(current: Revision) -> str:
    return _(
        "%(name)s saved another text at %(time)s. Yours is kept in the history; nothing was overwritten."
    ) % {
        "name": roles.name_of(current.saved_by or roles.SYSTEM),
        "time": f"{timezone.localtime(current.saved_at):%H:%M:%S}",
    }


def _sent_before(token: str, by) -> Revision | None:
    """The first draft of the article that this very form has made already."""
    post = Post.objects.filter(form_token=token[:32], created_by_id=by.pk).first() if token else None
    return post.revisions.order_by("number").first() if post else None


def _sent_again(known: Revision, document: Document, by, page: Page) -> Revision:
    """The same text once more changes nothing, however far the draft has come; another text is a save of it."""
    first = history.begun_from(known, 1)
    sent = content.canonical(document)
    if first and Document.from_text(first.text).replace(slug="") == sent.replace(slug=""):
        return known
    return save_draft(known, document, by=by, version=1, page=page)


def _base(post: Post, base: Base) -> Document:
    if isinstance(base, Document):
        return base
    if base is None:
        revisions = post.revisions.exclude(status=Status.DISCARDED)
        base = post.revisions.live().first() or revisions.order_by("-number").first()
        base = base or post.revisions.order_by("-number").first()
    if base is None or base.post_id != post.pk:
        raise Refused(_("That text belongs to another article."))
    if isinstance(base, HistoryEntry):
        return Document.from_text(base.text)
    document = base.to_document()
    # what an earlier change was is no word about the next one: its kind is asked anew
    seen = base.status == Status.PUBLISHED and base.start <= timezone.now()
    return document.replace(update_kind="", update_note="") if seen else document


def _slug(document: Document) -> str:
    asked = text.address(document.slug)
    return asked or text.default_slug(document.title, timezone.localdate(), secrets.token_hex(3))
