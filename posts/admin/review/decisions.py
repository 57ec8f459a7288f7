"""The decisions on a text: which are possible for a person now, what each asks for, and why others are not possible."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from posts import quality, roles, workflow
from posts.models import Revision, Status

from ..forms import StepForm
from ..steps import HINTS, inputs_of

# Of a text in that status: the steps of the bar, in its order.
STEPS = {
    Status.IN_REVIEW: ("approve", "request_changes", "claim", "release", "withdraw"),
    Status.APPROVED: ("publish", "request_changes", "withdraw"),
}
DIRECT = ("claim", "release")  # taken at once; nothing to say about them
EXPLAINED = ("approve", "publish")  # where a reason is shown when it cannot be done


@dataclass(frozen=True)
class Decision:
    """One step on the text. `reason`: why it is not possible, "" when it is; `was_sent`: it was refused just now."""

    step: workflow.Step
    form: StepForm
    revision_pk: int
    reason: str = ""
    was_sent: bool = False
    warns: bool = True  # whoever approves is asked about the warnings

    @property
    def inputs(self) -> list:
        return [self.form[name] for name in inputs_of(self.step, warns=self.warns)]

    @property
    def hint(self) -> str:
        return str(HINTS.get(self.step.name, ""))

    @property
    def is_direct(self) -> bool:
        return self.step.name in DIRECT

    @property
    def is_main(self) -> bool:
        return self.step.name in EXPLAINED


def decisions(request: HttpRequest, revision: Revision, is_reviewer: bool) -> list[Decision]:
    """What stands in the bar: possible steps, and for who decides the reason why the main one is not possible."""
    names = STEPS.get(Status(revision.status), ())
    reasons = workflow.obstacles(names, revision, by=request.user)
    return [
        _decision(request, name, revision, reasons[name])
        for name in names
        if not reasons[name] or _is_told(name, request.user, is_reviewer)
    ]


def _is_told(name: str, user, is_reviewer: bool) -> bool:
    return is_reviewer if name == "approve" else name == "publish" and roles.may(user, "publish")


def _decision(request: HttpRequest, name: str, revision: Revision, reason: str) -> Decision:
    prefix = f"{name}-{revision.pk}"
    was_sent = request.method == "POST" and request.POST.get("_step") == name
    form = StepForm(request.POST if was_sent else None, prefix=prefix, zone=settings.TIME_ZONE)
    if name == "request_changes":
        form.fields["comment"].label = gettext_lazy("Reason for the return")
        form.fields["comment"].required = True
        form.fields["comment"].widget.attrs |= {"rows": 4, "required": True}
    warns = name == "approve" and (was_sent or quality.may_warn(revision))
    return Decision(workflow.STEPS[name], form, revision.pk, reason, was_sent, warns)
