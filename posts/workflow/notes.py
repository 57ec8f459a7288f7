"""Notes on a text: written by who may see it, answered, resolved, taken up again. They never change the text."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import roles
from posts.models import Note, Post, Revision

from . import history, looks
from .refused import Refused

TEXT_LIMIT, QUOTE_LIMIT, BEFORE_LIMIT = 5000, 500, 100


def add_note(
    revision: Revision, *, by, text: str, quote: str = "", before: str = "", must: bool = False
) -> Note:
    """A note on a revision, anchored to a passage when `quote` is given.

    Only who may review may say `must`. The same words on the same passage, sent again while the note is open, are one
    note. Raises Refused.
    """
    text = _checked(text)
    if must and not roles.may(by, "review"):
        raise Refused(_("Only a reviewer may say that a note has to be settled before approval."))
    anchor = {"quote": _clean(quote)[:QUOTE_LIMIT], "before": _clean(before)[-BEFORE_LIMIT:]}
    with transaction.atomic():
        post = _seen(revision, by)
        known = revision.notes.open().filter(author_id=by.pk, text=text, must=must, **anchor).first()
        if known:
            return known
        note = _written(revision, by, text, must=must, **anchor)
        history.note("note", post, by, revision=revision, comment=_as_comment(note))
        looks.keep(revision, by)
    return note


def reply(note: Note, *, by, text: str) -> Note:
    """An answer to a note; answering an answer answers its note."""
    text, parent = _checked(text), note.parent or note
    with transaction.atomic():
        post = _seen(note.revision, by)
        known = parent.answers.order_by("-pk").first()
        if known and (known.author_id, known.text) == (by.pk, text):
            return known
        answer = _written(note.revision, by, text, parent=parent)
        talk = {parent.author_id, *parent.answers.values_list("author", flat=True)}
        history.note("reply", post, by, revision=note.revision, comment=text, concerns=talk)
        looks.keep(note.revision, by)
    return answer


def resolve(note: Note, *, by, comment: str = "") -> Note:
    """The note is settled. One that must be settled is closed by who wrote it or may review, and has not written the
    text; the others by everybody who may edit the article."""
    with transaction.atomic():
        post = _seen(note.revision, by)
        note = _locked(note, for_settling(Note.objects, by=by))
        if note.resolved_at:
            return note
        _check_may_settle(note, post, by)
        note.resolved_at, note.resolved_by, note.resolved_by_name = timezone.now(), by, roles.name_of(by)
        note.save(update_fields=["resolved_at", "resolved_by", "resolved_by_name"])
        words = "\n".join(filter(None, [_as_comment(note), _clean(comment).strip()]))
        history.note("resolve", post, by, revision=note.revision, comment=words, concerns=[note.author_id])
        looks.keep(note.revision, by)
    return note


def reopen(note: Note, *, by) -> Note:
    """A settled note is open again."""
    with transaction.atomic():
        post = _seen(note.revision, by)
        note = _locked(note)
        if not note.resolved_at:
            return note
        note.resolved_at, note.resolved_by, note.resolved_by_name = None, None, ""
        note.save(update_fields=["resolved_at", "resolved_by", "resolved_by_name"])
        words = _as_comment(note)
        history.note("reopen", post, by, revision=note.revision, comment=words, concerns=[note.author_id])
    return note


def for_settling(notes, *, by):
    """The queryset of notes with what `may_settle` asks of each."""
    return notes.annotate(has_hand=history.hand_of(by, "revision"))


def may_settle(note: Note, post: Post, *, by) -> bool:
    """Whether `resolve` would be taken; for a note of `for_settling`."""
    return not _why_not_settled(note, post, by)


def _check_may_settle(note: Note, post: Post, by) -> None:
    if reason := _why_not_settled(note, post, by):
        raise Refused(reason)


def _why_not_settled(note, post: Post, by) -> str:
    is_reviewer = roles.may(by, "review")
    if note.author_id == by.pk:
        return ""
    if note.must:
        if is_reviewer and not note.has_hand:
            return ""
        return _("This note is settled by its writer, or by a reviewer who has not worked on the text.")
    return "" if is_reviewer or roles.may_edit(by, post) else _("This article belongs to somebody else.")


def _seen(revision: Revision, by) -> Post:
    post = Post.objects.select_for_update().get(pk=revision.post_id)
    if not roles.may_see(by, post):
        raise Refused(_("You do not have the permission to see this article."))
    return post


def _locked(note: Note, notes=Note.objects) -> Note:
    note = notes.select_related("revision").get(pk=note.pk)
    if note.parent_id:
        raise Refused(_("An answer cannot be settled by itself. Settle the note it belongs to."))
    return note


def _written(revision: Revision, by, text: str, **more) -> Note:
    return Note.objects.create(
        revision=revision,
        author_id=by.pk,
        author_name=roles.name_of(by),
        text=text,
        created_at=timezone.now(),
        **more,
    )


def _checked(words: str) -> str:
    words = _clean(words).strip()
    if not words:
        raise Refused(_("Write the note."))
    if len(words) > TEXT_LIMIT:
        raise Refused(_("A note has at most %(limit)s characters.") % {"limit": f"{TEXT_LIMIT:,}"})
    return words


def _clean(words: str) -> str:
    return words.replace("\0", "").replace("\r\n", "\n")


def _as_comment(note: Note) -> str:
    return f"「{note.quote}」\n{note.text}" if note.quote else note.text
