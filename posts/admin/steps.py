"""Buttons: exactly the steps that are possible now, with what each asks for."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from posts import quality, workflow
from posts.models import Revision

from .forms import StepForm
from .standing import Standing
from .submission import SubmissionForm, submission

GRAVE = ("discard", "unpublish", "retract", "cancel")


@dataclass(frozen=True)
class Button:
    """One step on one revision."""

    step: workflow.Step
    revision: Revision
    form: StepForm | SubmissionForm

    warns: bool = True  # whoever approves is asked about the warnings
    replaces: bool = False  # publishing takes the place of a text that is public now

    @property
    def label(self) -> str | Promise:
        return REPLACE if self.replaces else self.step.label

    @property
    def inputs(self):
        named = self.form.fields if self.step.name == "submit" else inputs_of(self.step, warns=self.warns)
        return [self.form[name] for name in named]

    @property
    def is_grave(self) -> bool:
        return self.step.name in GRAVE

    @property
    def hint(self) -> str | Promise:
        return HINTS["replace"] if self.replaces else HINTS.get(self.step.name, "")


REPLACE = _("Replace the public text")
HINTS = {
    "replace": _("Readers see this text instead of the present one from the moment you choose."),
    "submit": _("The text is closed for changes until it is approved, returned or withdrawn."),
    "approve": _("The approval covers exactly this text."),
    "request_changes": _("The reason is shown to the writer."),
    "publish": _("Readers see it from the moment you choose."),
    "cancel": _("It goes back to the approved texts."),
    "unpublish": _("From the moment you choose the page answers that it does not exist."),
    "retract": _("The page shows the notice instead of the article, at once."),
    "discard": _("Nothing is lost: a discarded text can be brought back from the history."),
}


def inputs_of(step: workflow.Step, *, warns: bool) -> list[str]:
    """What a step asks for: about warnings only where some may stand."""
    return [name for name in step.inputs if warns or name != "acknowledged"]


def buttons(
    standing: Standing, user, *, without: tuple[str, ...] = (), sent: str = ""
) -> list[tuple[Revision, list[Button]]]:
    """[(revision, its buttons)]: the open revision first, then what is live, scheduled or was live last.

    `sent` is the step that was refused just now.
    """
    revisions = [*([standing.open] if standing.open else []), *standing.acting]
    if not revisions and standing.newest:
        revisions = [standing.newest]
    live = standing.live is not None
    return [(revision, _steps(revision, user, without, live, sent)) for revision in revisions]


def _steps(revision: Revision, user, without: tuple[str, ...], live: bool, sent: str) -> list[Button]:
    names = [name for name in workflow.available(revision, user) if name not in without]
    return [_button(name, revision, user, live and name == "publish", name == sent) for name in names]


def _button(name: str, revision: Revision, user, replaces: bool, was_sent: bool) -> Button:
    prefix = f"{name}-{revision.pk}"
    if name == "submit":
        form = submission(revision, user, prefix=prefix)
    else:
        form = StepForm(prefix=prefix, zone=settings.TIME_ZONE)
    warns = name == "approve" and (was_sent or quality.may_warn(revision))
    return Button(workflow.STEPS[name], revision, form, warns, replaces)
