"""The steps, in one table: the button list, the rule book and the tests' parameter list at once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from posts.models import EDITABLE, OPEN, Revision, Status

from . import acceptance, effects, gate, guards
from .guards import Ask

Guard = Callable[[Revision, object, Ask], str]
Effect = Callable[[Revision, object, Ask], list[Revision]]
REVIEWED = (Status.IN_REVIEW, Status.APPROVED)


@dataclass(frozen=True)
class Step:
    """One act on a revision.

    `guards` look at what is; `demands` look at what is asked (moment, reason, notice), so a button is shown before
    they are met. `target` None: the status stays, or the effect sets it. `permissions`: one of them is enough.
    """

    name: str
    label: str | Promise
    sources: tuple[str, ...]
    target: str | None
    permissions: tuple[str, ...]
    guards: tuple[Guard, ...] = ()
    demands: tuple[Guard, ...] = ()
    effect: Effect = effects.nothing
    inputs: tuple[str, ...] = field(default=("comment",))
    system_only: bool = False
    remark: Callable[[Revision, object, Ask], str] = effects.no_remark  # what history adds to the comment


_TABLE = [
    Step(
        "submit",
        _("Submit for review"),
        EDITABLE,
        Status.IN_REVIEW,
        ("change",),
        guards=(guards.may_edit,),
        demands=(guards.change_named, guards.reviewer_fits, gate.no_errors_at("submit")),
        effect=effects.submit,
        inputs=("comment", "reviewer"),
    ),
    Step(
        "claim",
        _("Claim the review"),
        (Status.IN_REVIEW,),
        None,
        ("review",),
        guards=(guards.not_own_work, guards.not_claimed_by_actor),
        effect=effects.claim,
        inputs=(),
    ),
    Step(
        "release",
        _("Leave the review to others"),
        (Status.IN_REVIEW,),
        None,
        ("review",),
        guards=(guards.has_reviewer,),
        effect=effects.release,
        inputs=(),
    ),
    Step(
        "approve",
        _("Approve"),
        (Status.IN_REVIEW,),
        Status.APPROVED,
        ("review",),
        guards=(guards.not_own_work, guards.rendered, guards.no_open_must),
        demands=(gate.no_errors_at("approve"), gate.warnings_seen),
        effect=effects.approve,
        inputs=("comment", "acknowledged"),
        remark=effects.approved_how,
    ),
    Step(
        "accept_batch",
        _("Accept with the sample"),
        (Status.DRAFT, Status.IN_REVIEW),
        Status.APPROVED,
        ("review",),
        guards=(acceptance.by_sample, guards.not_own_work, guards.rendered, guards.no_open_must),
        demands=(
            acceptance.as_drawn,
            guards.change_named,
            gate.no_errors_at("accept_batch"),
            gate.warnings_seen,
        ),
        effect=effects.accept_batch,
        inputs=("acknowledged",),
        remark=acceptance.accepted_how,
    ),
    Step(
        "request_changes",
        _("Return for changes"),
        REVIEWED,
        Status.RETURNED,
        ("review",),
        demands=(guards.has_reason,),
        effect=effects.clear_approval,
    ),
    Step(
        "publish",
        _("Publish"),
        (Status.APPROVED,),
        Status.PUBLISHED,
        ("publish",),
        guards=(guards.seal_matches, guards.rendered),
        demands=(
            guards.not_in_past,
            guards.date_not_later,
            guards.embargo,
            guards.start_free,
            guards.address_free,
            gate.no_errors_at("publish"),
        ),
        effect=effects.publish,
        inputs=("comment", "at"),
    ),
    Step(
        "cancel",
        _("Cancel the schedule"),
        (Status.PUBLISHED,),
        None,
        ("publish",),
        guards=(guards.not_yet_live, guards.nothing_open),
        effect=effects.cancel,
    ),
    Step(
        "keep",
        _("Take back the planned end"),
        (Status.PUBLISHED,),
        None,
        ("publish",),
        guards=(guards.end_is_planned,),
        effect=effects.keep,
    ),
    Step(
        "withdraw",
        _("Withdraw from review"),
        REVIEWED,
        Status.DRAFT,
        ("change", "review"),
        guards=(guards.may_edit_or_review,),
        effect=effects.clear_approval,
    ),
    Step(
        "unpublish",
        _("Unpublish"),
        (Status.PUBLISHED,),
        None,
        ("publish",),
        guards=(guards.live, guards.nothing_later),
        demands=(guards.has_reason, guards.not_in_past, guards.after_start, guards.end_is_earlier),
        effect=effects.unpublish,
        inputs=("comment", "at"),
    ),
    Step(
        "retract",
        _("Retract with a notice"),
        (Status.PUBLISHED,),
        None,
        ("publish",),
        guards=(guards.has_begun, guards.latest_begun, guards.nothing_later),
        demands=(guards.has_full_reason, guards.has_notice, guards.notice_is_new),
        effect=effects.retract,
        inputs=("comment", "notice"),
    ),
    Step(
        "discard",
        _("Discard"),
        OPEN,
        Status.DISCARDED,
        ("change",),
        guards=(guards.may_edit,),
        effect=effects.discard,
    ),
    Step("comment", _("Comment"), tuple(Status), None, ("view",), demands=(guards.has_comment,)),
    Step(
        "adopt",
        _("Adopt as already public"),
        (Status.DRAFT,),
        Status.PUBLISHED,
        ("adopt",),
        guards=(guards.has_date, guards.rendered, guards.no_person_ended),
        demands=(guards.end_after_start, guards.address_free),
        effect=effects.adopt,
        system_only=True,
    ),
]
STEPS = {step.name: step for step in _TABLE}
