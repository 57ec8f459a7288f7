"""The desk card of an article as a form: who has it, when it is due and planned, its embargo and priority."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles, workflow
from posts.models import Post

from .draw import draw
from .forms import FIRST_YEAR, LAST_YEAR, Moment, Person

FIELDS = ("assignee", "due", "planned_for", "embargo_until", "priority")
PRIORITIES = [
    (2, gettext_lazy("Urgent")),
    (1, gettext_lazy("High")),
    (0, gettext_lazy("Normal")),
    (-1, gettext_lazy("Low")),
]


class Day(forms.DateField):
    """A day with the browser's own picker; years at the edges of time are refused."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                gettext_lazy("Use a year from %(first)d to %(last)d."),
                params={"first": FIRST_YEAR, "last": LAST_YEAR},
            )
        return day


def _moment(label, help_text):
    zoned = format_lazy("{} ({})", help_text, settings.TIME_ZONE)
    return Moment(label=label, required=False, help_text=zoned)


class CardForm(forms.Form):
    """The fields of the card that a person may set; the rest is shown as words."""

    assignee = Person(
        label=gettext_lazy("Assignee"),
        required=False,
        queryset=get_user_model().objects.none(),
        empty_label=gettext_lazy("Nobody"),
    )
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), coerce=int, choices=PRIORITIES)
    due = _moment(gettext_lazy("Due"), gettext_lazy("When the text has to be ready."))
    planned_for = Day(
        label=gettext_lazy("Planned for"),
        required=False,
        help_text=gettext_lazy("The day on which it is meant to appear. It publishes nothing."),
    )
    embargo_until = _moment(
        gettext_lazy("Embargo until"), gettext_lazy("Publishing is refused before this moment.")
    )

    def __init__(self, *args, post: Post, by, **kwargs):
        now = {name: getattr(post, name) for name in FIELDS}
        for name in ("due", "embargo_until"):
            now[name] = localtime(now[name]).replace(microsecond=0) if now[name] else None
        super().__init__(*args, initial=now, label_suffix="", prefix="card", **kwargs)
        for shown in self.fields.values():
            shown.show_hidden_initial = True  # what somebody else has set meanwhile is not set back
        for name in FIELDS:
            if not workflow.may_set(name, post, by=by):
                del self.fields[name]
        if "assignee" in self.fields:
            self.fields["assignee"].queryset = roles.writers()

    def changes(self) -> dict:
        """The fields that were sent and differ from what the page showed."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class Card:
    """What the aside of an article shows of its card, and the form when the person may set something."""

    def __init__(self, post: Post, user, form: CardForm | None = None, people: list | None = None):
        self.post, self.user, self._form, self.people = post, user, form, people

    @cached_property
    def form(self) -> CardForm | None:
        form = self._form or CardForm(post=self.post, by=self.user)
        if self.people is not None and "assignee" in form.fields:
            form.fields["assignee"].offer(self.people)
        return form if form.fields else None

    @property
    def has_facts(self) -> bool:
        return any(getattr(self.post, name) for name in FIELDS)

    @property
    def address(self) -> str:
        return reverse("admin:posts_post_card", args=[self.post.pk])

    @property
    def priority_label(self):
        return dict(PRIORITIES).get(self.post.priority, "") if self.post.priority else ""


def change(request: HttpRequest, site, post: Post) -> HttpResponse:
    """The card alone: its form, and where it is sent to. Goes back to `next`, or to the article."""
    form, status = None, 200
    if request.method == "POST":
        form, status = CardForm(request.POST, post=post, by=request.user), 422
        if form.is_valid():
            try:
                workflow.change_card(post, by=request.user, **form.changes())
                messages.success(request, _("The plan was changed."))
                return HttpResponseRedirect(back(request, post))
            except workflow.Refused as refused:
                messages.error(request, str(refused))
                status = 409
    context = {
        "title": _("Plan of the article"),
        "post": post,
        "card": Card(post, request.user, form),
        "next": back(request, post),
        "article_title": str(post),
    }
    return draw(request, site, "admin/posts/post/card.html", context, status)


def back(request: HttpRequest, post: Post) -> str:
    """Where to go on: the page of ours that was named, else the article."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/admin/")
    return wanted if here else reverse("admin:posts_post_change", args=[post.pk])
