"""What each step does besides changing the status: (revision, actor, ask) -> other revisions that changed."""

from django.utils.translation import gettext as _

from posts import quality, roles, search
from posts.models import Revision, Status
from posts.models.choices import Approval

from . import history, intervals
from .guards import Ask

_REVIEW = ["submitted_at", "reviewer", "claimed_at"]


def nothing(revision: Revision, actor, ask: Ask) -> list[Revision]:
    return []


def no_remark(revision: Revision, actor, ask: Ask) -> str:
    return ""


def own_work(revision: Revision, actor, ask: Ask) -> str:
    """With the four-eyes rule off, history says when somebody approved a text of their own."""
    if not ask.has_hand(revision, actor):
        return ""
    return _("Approved by somebody who worked on this text: the four-eyes rule is switched off.")


def approved_how(revision: Revision, actor, ask: Ask) -> str:
    """What history adds to an approval: own work, and the warnings that were seen."""
    warned = ", ".join(one.id for one in quality.warned(ask.standing(revision)))
    seen = _("Warnings seen: %(ids)s") % {"ids": warned} if warned else ""
    return "\n".join(filter(None, [own_work(revision, actor, ask), seen]))


def submit(revision: Revision, actor, ask: Ask) -> list[Revision]:
    take_over(revision, actor)
    revision.submitted_at, revision.reviewer, revision.claimed_at = ask.now, ask.reviewer, None
    revision.save(update_fields=_REVIEW)
    return []


def claim(revision: Revision, actor, ask: Ask) -> list[Revision]:
    revision.reviewer, revision.claimed_at = actor, ask.now
    revision.save(update_fields=_REVIEW)
    return []


def release(revision: Revision, actor, ask: Ask) -> list[Revision]:
    """Back to everybody who may review."""
    revision.reviewer, revision.claimed_at = None, None
    revision.save(update_fields=_REVIEW)
    return []


def take_over(revision: Revision, actor) -> None:
    """The first writer who saves or submits an imported article that nobody holds becomes its assignee."""
    post = revision.post
    if post.is_imported and post.assignee_id is None and actor.pk and not roles.may(actor, "see_every"):
        post.assignee = actor
        post.save(update_fields=["assignee"])


def approve(revision: Revision, actor, ask: Ask) -> list[Revision]:
    return _sealed(revision, actor, Approval.REVIEWED)


def accept_batch(revision: Revision, actor, ask: Ask) -> list[Revision]:
    """Approved without being read: a sample stands for it."""
    return _sealed(revision, actor, Approval.SAMPLED)


def _sealed(revision: Revision, actor, way: str) -> list[Revision]:
    revision.approved_by, revision.seal, revision.approval = actor, revision.seal_now(), way
    revision.save(update_fields=["approved_by", "seal", "approval"])
    return []


def clear_approval(revision: Revision, actor, ask: Ask) -> list[Revision]:
    revision.approved_by, revision.seal, revision.approval = None, "", ""
    revision.save(update_fields=["approved_by", "seal", "approval"])
    return []


def discard(revision: Revision, actor, ask: Ask) -> list[Revision]:
    search.remove([revision.pk])
    return clear_approval(revision, actor, ask)


def publish(revision: Revision, actor, ask: Ask) -> list[Revision]:
    revision.live_from = ask.at
    changed = intervals.settle(revision.post, ask.now, entering=revision)
    if ask.at <= ask.now:
        _clear_notice(revision)
    return changed


def adopt(revision: Revision, actor, ask: Ask) -> list[Revision]:
    """Take as already public: first from the file's date on, later from now on or its future date."""
    for waiting in revision.post.revisions.scheduled(ask.now).filter(seal=""):
        intervals.leave(waiting, Status.DISCARDED)
        search.remove([waiting.pk])
        history.record("cancel", waiting, actor, source=Status.PUBLISHED, at=ask.now)
    first = not revision.post.revisions.filter(status=Status.PUBLISHED).exists()
    date = revision.date or ask.now  # has_date: none only where it has been public before
    revision.live_from = date if first else max(ask.now, date)
    revision.end_set = ask.until
    return intervals.settle(revision.post, ask.now, entering=revision)


def cancel(revision: Revision, actor, ask: Ask) -> list[Revision]:
    """Back to approved; what was adopted never was approved and becomes a draft."""
    intervals.leave(revision, Status.APPROVED if revision.seal else Status.DRAFT)
    return intervals.settle(revision.post, ask.now)


def unpublish(revision: Revision, actor, ask: Ask) -> list[Revision]:
    return _end(revision, ask.at, ask)


def keep(revision: Revision, actor, ask: Ask) -> list[Revision]:
    return _end(revision, None, ask)


def retract(revision: Revision, actor, ask: Ask) -> list[Revision]:
    post = revision.post
    post.notice, post.notice_at = ask.notice.strip(), ask.now
    post.save(update_fields=["notice", "notice_at"])
    return _end(revision, min(revision.live_until or ask.now, ask.now), ask)


def _end(revision: Revision, end, ask: Ask) -> list[Revision]:
    revision.end_set = end
    intervals.put(revision)
    changed = intervals.settle(revision.post, ask.now)
    revision.refresh_from_db(fields=["live_until", "end_set"])
    return [row for row in changed if row.pk != revision.pk]


def _clear_notice(revision: Revision) -> None:
    post = revision.post
    if post.notice_at:
        post.notice, post.notice_at = "", None
        post.save(update_fields=["notice", "notice_at"])
