"""Repairs: what the checks can put right, prepared for many articles as new drafts for review, and undone as a batch.

Nothing public changes here: each article gets a draft, which is reviewed like any other. Who ran the repair has worked
on those texts and cannot approve them.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import quality, roles
from posts.checks import CHECKS, fix
from posts.document import Document
from posts.models import HistoryEntry, Note, Post, RepairBatch, RepairItem, Revision, Status
from posts.models.choices import UpdateKind

from . import content, drafts, history
from .perform import locked, perform
from .refused import Refused, races_refused

MOST = 500  # articles of one batch
PREPARED, SKIPPED, UNDONE, KEPT = "prepared", "skipped", "undone", "kept"
_OWN_STEPS = ("start", "save", "submit", "withdraw")  # what a repair and its undoing leave in history


@dataclass(frozen=True)
class Repair:
    """One text before and after. `checks` are those whose findings were put right."""

    revision: Revision
    checks: tuple[str, ...]
    before: Document
    after: Document


def recipes() -> list[str]:
    """The checks whose findings can be put right without a decision."""
    return [row.id for row in CHECKS.values() if row.fixed == "safe"]


def repaired(post: Post, checks: Collection[str], *, by) -> Repair:
    """What the repair would make of an article now. Raises Refused with the reason why it would be left out."""
    revision = _text_of(post, by)
    asked = [name for name in recipes() if name in checks]
    found = quality.judge_alone(revision, asked) if asked else []
    wanted = {one.id for one in quality.standing(revision, timezone.now(), found)}
    before = revision.to_document()
    if not revision.is_open:  # what an earlier change was is no word about this one
        before = before.replace(update_kind="", update_note="")
    after = fix(before, wanted) if wanted else before
    if after == before:
        raise Refused(_("The checks find nothing of this kind in it any more."))
    return Repair(revision, tuple(name for name in recipes() if name in wanted), before, after)


def begin_repair(checks: Collection[str], *, by, label: str = "") -> RepairBatch:
    """A new batch without articles. Raises Refused."""
    if not roles.may(by, "review"):
        raise Refused(_("Only who may review prepares repairs."))
    chosen = [name for name in recipes() if name in checks]
    if not chosen:
        raise Refused(_("Choose what is to be put right."))
    name = label.replace("\0", "").strip()[:200] or ", ".join(chosen)[:200]
    who = {"by_id": by.pk, "by_name": roles.name_of(by)[:150]}
    return RepairBatch.objects.create(recipe=chosen, label=name, at=timezone.now(), **who)


def prepare(batch: RepairBatch, posts: Iterable[Post], *, by) -> Iterator[RepairItem]:
    """Repair the articles one by one, each in a transaction of its own; yields what became of each."""
    for post in posts:
        try:
            yield _prepare(batch, repaired(post, batch.recipe, by=by), by)
        except Refused as refused:
            yield RepairItem.objects.create(
                batch=batch, post=post, outcome=SKIPPED, reason=str(refused)[:300]
            )


def batches() -> QuerySet[RepairBatch]:
    """All batches, the newest first, with how many articles were `prepared` and `skipped`."""
    done = ~Q(items__outcome=SKIPPED)
    left_out = Q(items__outcome=SKIPPED)
    counted = {"prepared": Count("items", filter=done), "skipped": Count("items", filter=left_out)}
    return RepairBatch.objects.annotate(**counted).order_by("-pk")


def counts_of(batch: RepairBatch) -> dict[str, int]:
    """{outcome: articles}."""
    return dict(batch.items.order_by().values_list("outcome").annotate(Count("pk")))


def undo(batch: RepairBatch, *, by) -> Iterator[RepairItem]:
    """Take the drafts of a batch back; those that somebody has touched since stay, and say so. Raises Refused."""
    if not roles.may(by, "review"):
        raise Refused(_("Only who may review takes a repair back."))
    RepairBatch.objects.filter(pk=batch.pk).update(
        undone_at=timezone.now(), undone_by_name=roles.name_of(by)[:150]
    )
    return _undo_all(batch, by)


def _undo_all(batch: RepairBatch, by) -> Iterator[RepairItem]:
    for item in batch.items.filter(outcome__in=(PREPARED, KEPT)).select_related("post", "revision__post"):
        try:
            with races_refused(), transaction.atomic():
                _undo(item, batch, by)
            item.outcome, item.reason = UNDONE, ""
        except Refused as refused:
            item.outcome, item.reason = KEPT, str(refused)[:300]
        item.save(update_fields=["outcome", "reason"])
        yield item


def _text_of(post: Post, by) -> Revision:
    """The text that a repair begins from: what readers have, or an import's draft that nobody has touched."""
    if not roles.may_edit(by, post):
        raise Refused(_("This article belongs to somebody else."))
    current = post.revisions.open().first()
    if current is None:
        current = post.revisions.live().first()
        if current is None:
            raise Refused(_("It is not public, and no text of it is open."))
    elif not _is_left_alone(current, by):
        raise Refused(_("Somebody is working on a text of this article. Repair it there."))
    return Revision.objects.for_documents().defer(None).get(pk=current.pk)


def _is_left_alone(current: Revision, by) -> bool:
    """Whether an open text is an import's, in nobody's hands but the person's own."""
    is_imported = current.is_editable and current.created_by_id is None
    return is_imported and current.post.assignee_id in (None, by.pk) and history.hands_on(current) <= {by.pk}


def _prepare(batch: RepairBatch, found: Repair, by) -> RepairItem:
    base, after = found.revision, found.after
    post = base.post
    if not base.is_open:  # what replaces a text that readers have seen says what kind of change it is
        after = after.replace(update_kind=UpdateKind.TYPO, update_note="")
    page, words = content.render(after), _words(batch)
    with races_refused(), transaction.atomic():
        if base.is_open:
            made = drafts.save_draft(base, after, by=by, version=base.version, page=page, comment=words)
        else:
            made = drafts.start_revision(post, by=by, base=after, page=page, comment=words)
        made, reason = _submitted(made, by, words)
        return RepairItem.objects.create(
            batch=batch,
            post=post,
            revision=made,
            outcome=PREPARED,
            reason=reason[:300],
            was_begun=not base.is_open,
            version=made.version,
        )


def _submitted(made: Revision, by, words: str) -> tuple[Revision, str]:
    """Ask for a review; why not, when the gate refuses: then it stays a draft."""
    try:
        return perform("submit", made, by=by, comment=words, quiet=True), ""
    except Refused as refused:
        return made, _("It stays a draft: %(reason)s") % {"reason": refused}


def _undo(item: RepairItem, batch: RepairBatch, by) -> None:
    if item.revision is None:
        raise Refused(_("Its text is not there any more."))
    current = locked(item.revision)
    if current.status == Status.DISCARDED:
        return
    if current.status not in (Status.DRAFT, Status.IN_REVIEW):
        raise Refused(_("It has gone on: %(status)s.") % {"status": current.get_status_display()})
    if current.version != item.version or current.claimed_at or _is_touched(current, item):
        raise Refused(_("Somebody has worked on it since."))
    words = _("Taken back: %(repair)s") % {"repair": _words(batch)}
    if current.status == Status.IN_REVIEW:
        current = perform("withdraw", current, by=by, comment=words, quiet=True)
    if item.was_begun:
        perform("discard", current, by=by, comment=words, quiet=True)
        return
    saved = HistoryEntry.objects.filter(revision=current, step="save").order_by("-pk")[:1].get()
    earlier = history.text_before(saved)
    if earlier is None:
        raise Refused(_("The text it had before is not kept."))
    document = Document.from_text(earlier.text)
    drafts.save_draft(current, document, by=by, version=current.version, comment=words)


def _is_touched(current: Revision, item: RepairItem) -> bool:
    """Whether anybody did anything to the text after the repair: a step, a remark or a note."""
    since = HistoryEntry.objects.filter(revision=current, at__gt=item.batch.at)
    acts = since.exclude(actor=item.batch.by_id, step__in=_OWN_STEPS)
    return acts.exists() or Note.objects.filter(revision=current).exists()


def _words(batch: RepairBatch) -> str:
    return _("Repair %(number)d: %(label)s") % {"number": batch.pk, "label": batch.label}
