"""Findings that hold nothing up: errors waived by who may publish, warnings dismissed by who writes or reviews."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import quality, roles
from posts.checks import ERROR, Finding, is_locked
from posts.models import Post, Revision, Waiver

from . import history
from .guards import REASON_LENGTH, when
from .refused import Refused


def waive(revision: Revision, check_id: str, *, by, reason: str, until: datetime | None = None) -> Waiver:
    """Let an error stand, with a reason, until a moment when one is given; the text is judged anew for it.

    Only who may publish and had no hand in the text; raises Refused. It ends when the words near the finding change.
    """
    if reason_not := waiving_obstacle(revision, by=by):
        raise Refused(reason_not)
    finding = _standing(revision, check_id)
    if finding.severity != ERROR:
        raise Refused(_("This is no error; it can be dismissed."))
    if is_locked(finding.id):
        raise Refused(_("This cannot be waived: it has to be taken out of the text."))
    if len(reason.strip()) < REASON_LENGTH:
        raise Refused(_("Give a reason of %(count)d characters or more.") % {"count": REASON_LENGTH})
    if until is not None and until <= timezone.now():
        raise Refused(
            _("%(time)s has already passed. Choose a later moment, or leave it empty for now.")
            % {"time": when(until)}
        )
    return _settle("waive", revision, finding, by, reason=reason.strip(), until=until)


def waiving_obstacle(revision: Revision, *, by) -> str:
    """Why this person cannot waive any error of the text, "" when they can."""
    if not roles.may(by, "publish"):
        return _("Only who may publish waives an error.")
    if history.has_hand(revision, by):
        return _("You have worked on this text. Ask somebody else to waive the error.")
    return ""


def dismiss(revision: Revision, check_id: str, *, by, reason: str = "") -> Waiver:
    """Say that a warning or information needs nothing. Who edits or reviews the text may; raises Refused."""
    if not (roles.may_edit(by, revision.post) or roles.may(by, "review")):
        raise Refused(_("This article belongs to somebody else."))
    finding = _standing(revision, check_id)
    if finding.severity == ERROR:
        raise Refused(_("This is an error; somebody who may publish can waive it."))
    return _settle("dismiss", revision, finding, by, reason=reason.strip(), is_dismissal=True)


def end_waiver(waiver: Waiver, *, by) -> Waiver:
    """Take it back: the finding stands again. Who could have made it may; raises Refused."""
    post = waiver.post
    if not may_end_waiver(waiver, post, by=by):
        raise Refused(_("You do not have the permission for “%(step)s”.") % {"step": _("End the waiver")})
    with transaction.atomic():
        Post.objects.select_for_update().get(pk=post.pk)
        current = Waiver.objects.get(pk=waiver.pk)
        if current.ended_at:
            return current
        current.ended_at, current.ended_by_name = timezone.now(), roles.name_of(by)
        current.save(update_fields=["ended_at", "ended_by_name"])
        history.note("unwaive", post, by, comment=f"{current.check_id}: {current.snippet}")
    shown = quality.in_stock().filter(post=post).values("pk")
    for revision in Revision.objects.filter(pk__in=shown).for_documents().defer(None):
        quality.refresh(revision)
    return current


def may_end_waiver(waiver: Waiver, post: Post, *, by) -> bool:
    """Whether somebody could have made it."""
    may = roles.may(by, "publish") or (
        waiver.is_dismissal and (roles.may_edit(by, post) or roles.may(by, "review"))
    )
    return may and roles.may_see(by, post)


def _standing(revision: Revision, check_id: str) -> Finding:
    found = quality.standing(revision, timezone.now())
    for finding in found:
        if finding.id == check_id:
            return finding
    raise Refused(_("There is no such finding any more: the text has changed, or somebody has settled it."))


def _settle(step: str, revision: Revision, finding: Finding, by, **more) -> Waiver:
    with transaction.atomic():
        post = Post.objects.select_for_update().get(pk=revision.post_id)
        said = {
            "snippet": finding.snippet,
            "by_id": by.pk,
            "by_name": roles.name_of(by),
            "at": timezone.now(),
        }
        key = {"post": post, "check_id": finding.id, "fingerprint": finding.fingerprint, "ended_at": None}
        over = Waiver.objects.filter(**key)  # past its end: it makes room, and history keeps it
        over.update(ended_at=F("until"))
        made = Waiver.objects.create(**key, **said, **more)
        comment = "\n".join(filter(None, [f"{finding.id}: {finding.snippet}", made.reason]))
        history.record(step, revision, by, comment=comment)
    quality.refresh(revision)
    return made
