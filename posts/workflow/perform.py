"""One door for every step: ask, refuse or act, and write history, in one transaction."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import roles
from posts.models import Post, Revision

from . import history, looks
from .guards import Ask
from .refused import Refused, races_refused
from .steps import STEPS, Step


def perform(
    step: str,
    revision: Revision,
    *,
    by,
    comment: str = "",
    at: datetime | None = None,
    notice: str = "",
    acknowledged: bool = False,
    until: datetime | None = None,
    reviewer=None,
    sample=None,
    quiet: bool = False,
) -> Revision:
    """Take a step and return the revision as it stands afterwards.

    `by` is a user or SYSTEM; `at` the moment it takes effect (publish, unpublish), now when None; `notice` the public
    words of a retraction; `acknowledged` says that warnings were seen; `until` is the end of an adoption; `reviewer`
    the user whom a submission asks, None asks everybody who may; `sample` the one that a batch is accepted by; `quiet`
    sends no notices, where the step is only a part of another act. Raises Refused with the reason; then nothing has
    changed. The decision is made on the database's row under the post's lock, not on the one handed in.
    """
    rule = STEPS[step]
    with races_refused(), transaction.atomic():
        current = locked(revision)
        ask = _ask(comment, at, notice, acknowledged, until, reviewer, sample)
        if reason := _reason(rule, current, by, ask, rule.guards + rule.demands):
            raise Refused(reason)
        if not _is_repeated(rule, current, by, ask):
            _act(rule, current, by, ask, current.status, quiet)
    return current


def refusal(
    step: str,
    revision: Revision,
    *,
    by,
    comment: str = "",
    at: datetime | None = None,
    notice: str = "",
    acknowledged: bool = False,
    reviewer=None,
    sample=None,
) -> str:
    """Why the step would be refused, in the reader's language; "" when it would be taken."""
    rule = STEPS[step]
    ask = _ask(comment, at, notice, acknowledged, reviewer=reviewer, sample=sample)
    return _reason(rule, revision, by, ask, rule.guards + rule.demands)


def available(revision: Revision, user) -> list[str]:
    """Names of the steps that the user could take now, given the moment, reason or notice each asks for."""
    ask = _ask("", None, "", False)
    return [name for name, rule in STEPS.items() if not _reason(rule, revision, user, ask, rule.guards)]


def obstacles(names, revision: Revision, *, by) -> dict[str, str]:
    """{step: why it is not possible now, or ""}, given the moment, reason or notice each asks for."""
    ask = _ask("", None, "", False)
    return {name: _reason(STEPS[name], revision, by, ask, STEPS[name].guards) for name in names}


def locked(revision: Revision) -> Revision:
    """The revision as the database has it, with its post locked until the transaction ends."""
    post = Post.objects.select_for_update().get(pk=revision.post_id)
    current = post.revisions.get(pk=revision.pk)
    current.post = post
    return current


def _ask(
    comment: str,
    at: datetime | None,
    notice: str,
    acknowledged: bool,
    until: datetime | None = None,
    reviewer=None,
    sample=None,
) -> Ask:
    now = timezone.now()
    if at is not None and timezone.is_naive(at):
        at = timezone.make_aware(at)
    words = {"comment": comment.replace("\0", ""), "notice": notice.replace("\0", "")}
    return Ask(
        now=now,
        at=at or now,
        acknowledged=acknowledged,
        until=until,
        reviewer=reviewer,
        sample=sample,
        **words,
    )


def _reason(rule: Step, revision: Revision, actor, ask: Ask, guards) -> str:
    if revision.status not in rule.sources:
        return _("“%(step)s” is not possible while the text is: %(status)s.") % {
            "step": rule.label,
            "status": revision.get_status_display(),
        }
    if not _allowed(rule, actor, revision):
        return _("You do not have the permission for “%(step)s”.") % {"step": rule.label}
    return next(filter(None, (guard(revision, actor, ask) for guard in guards)), "")


def _allowed(rule: Step, actor, revision: Revision) -> bool:
    if rule.system_only and actor is not roles.SYSTEM:
        return False
    return roles.may_see(actor, revision.post) and any(roles.may(actor, verb) for verb in rule.permissions)


def _is_repeated(rule: Step, revision: Revision, actor, ask: Ask) -> bool:
    """A comment that is sent twice in a row, by a double click or a retry, is one."""
    if rule.name != "comment":
        return False
    last = revision.post.history.select_related(None).defer("text", "original").first()
    return last is not None and (last.step, last.revision_id, last.actor_id, last.comment) == (
        "comment",
        revision.pk,
        actor.pk,
        ask.comment.strip(),
    )


def _act(rule: Step, revision: Revision, actor, ask: Ask, source: str, quiet: bool) -> None:
    if rule.target:
        revision.status = rule.target
    changed = rule.effect(revision, actor, ask)
    if rule.target:
        revision.save(update_fields=["status"])
    for other in changed:
        history.record(rule.name, other, actor, source=other.status, at=ask.now, quiet=True)
    comment = "\n".join(filter(None, [ask.comment.strip(), rule.remark(revision, actor, ask)]))
    history.record(rule.name, revision, actor, source=source, at=ask.now, comment=comment, quiet=quiet)
    if rule.name in looks.ACTS:
        looks.keep(revision, actor)
