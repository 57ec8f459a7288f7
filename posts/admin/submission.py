"""Submitting a text: who is asked to review it, until when, how urgent it is, and what the reviewer should know."""

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from posts import workflow
from posts.models import Revision, Status

from .forms import Moment, Person

PRIORITIES = {-1: _("Low"), 0: _("Normal"), 1: _("High"), 2: _("Urgent")}


class SubmissionForm(forms.Form):
    """The fields that this person may set; the former reviewer of a returned text is asked again by default."""

    reviewer = Person(
        label=_("Reviewer"), required=False, queryset=None, empty_label=_("Everybody who may review")
    )
    due = Moment(label=_("Due"), required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=list(PRIORITIES.items()), coerce=int, required=False, empty_value=None
    )
    comment = forms.CharField(
        label=_("Comment for the reviewer"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, revision: Revision, user, zone: str = "", **kwargs):
        self.revision, self.post, self.user = revision, revision.post, user
        due = self.post.due
        known = {
            "reviewer": revision.reviewer_id,
            "due": localtime(due).replace(microsecond=0) if due else None,
            "priority": self.post.priority,
        }
        super().__init__(*args, label_suffix="", initial=known, **kwargs)
        self.fields["reviewer"].queryset = workflow.reviewers_of(revision)
        self.fields["due"].help_text = zone
        for name in ("due", "priority"):
            if not workflow.may_set(name, self.post, by=user):
                del self.fields[name]

    def submit(self) -> Revision:
        """Plan and submit, or neither. The same submission sent twice is one. Raises Refused."""
        data = self.cleaned_data
        sent = [name for name in ("due", "priority") if self.add_prefix(name) in self.data]
        card = {name: data[name] for name in sent if name in self.changed_data}
        try:
            with transaction.atomic():
                if card:
                    workflow.change_card(self.post, by=self.user, **card)
                return workflow.perform(
                    "submit",
                    self.revision,
                    by=self.user,
                    comment=data["comment"],
                    reviewer=data["reviewer"],
                )
        except workflow.Refused:
            if self._was_sent(data["comment"].strip()):
                return self.revision
            raise

    def _was_sent(self, comment: str) -> bool:
        """Whether the text is in review already because this person sent the same form a moment ago."""
        if not self.post.revisions.filter(pk=self.revision.pk, status=Status.IN_REVIEW).exists():
            return False
        steps = self.revision.history.filter(step__in=("submit", "withdraw", "request_changes"))
        last = steps.values("step", "actor", "comment").first()
        return last == {"step": "submit", "actor": self.user.pk, "comment": comment}


def submission(revision: Revision, user, *, prefix: str = "submit", data=None) -> SubmissionForm:
    """The questions of the save bar, or with `submit-<revision>` as its prefix those of the list of steps."""
    return SubmissionForm(data, revision=revision, user=user, prefix=prefix, zone=settings.TIME_ZONE)
