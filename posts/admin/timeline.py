"""The whole history of an article: filters, pages by key, and which two texts to compare."""

from datetime import datetime, time, timedelta

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import workflow
from posts.models import Post

PAGE = 50
KINDS = {
    "texts": (gettext_lazy("Texts"), ("create", "start", "save", "conflict", "import", "decline")),
    "steps": (gettext_lazy("Steps"), tuple(name for name in workflow.STEPS if name != "comment")),
    "words": (
        gettext_lazy("Notes and comments"),
        ("comment", "note", "reply", "resolve", "reopen", "remark"),
    ),
    "plan": (gettext_lazy("Planning and address"), ("card", "assign", "change_address")),
    "share": (gettext_lazy("Shared previews"), ("share", "remark")),
    "checks": (gettext_lazy("Checks"), ("waive", "dismiss", "unwaive")),
    "house": (gettext_lazy("Maintenance"), ("reseal", "purge", "import")),
}


class Filters(forms.Form):
    """What the timeline is narrowed to; what is not among the choices is a fault of the address."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of entry"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    revision = forms.TypedChoiceField(
        label=gettext_lazy("Revision"), required=False, coerce=int, empty_value=None
    )
    since = forms.DateField(
        label=gettext_lazy("From day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("To day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, data, post: Post):
        super().__init__(data, label_suffix="")
        names = post.history.order_by("actor_name").values_list("actor_name", flat=True).distinct()
        numbers = post.revisions.order_by("-number").values_list("number", flat=True)
        everything = [("", _("All"))]
        self.fields["kind"].choices = everything + [(name, label) for name, (label, _steps) in KINDS.items()]
        self.fields["person"].choices = everything + [(name, name) for name in names]
        self.fields["revision"].choices = everything + [(number, str(number)) for number in numbers]

    def narrowed(self, entries):
        """The entries that the filters leave, and those of this page."""
        asked = self.cleaned_data
        if asked["kind"]:
            entries = entries.filter(step__in=KINDS[asked["kind"]][1])
        if asked["person"]:
            entries = entries.filter(actor_name=asked["person"])
        if asked["revision"] is not None:
            entries = entries.filter(revision__number=asked["revision"])
        if asked["since"]:
            entries = entries.filter(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            entries = entries.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return entries.filter(pk__lt=asked["before"]) if asked["before"] else entries

    @property
    def shown(self):
        return [self[name] for name in ("kind", "person", "revision", "since", "until")]

    @property
    def is_set(self) -> bool:
        return any(self.data.get(name) for name in ("kind", "person", "revision", "since", "until"))


def history_page(request: HttpRequest, post: Post) -> tuple[dict, int]:
    """The context of the page and its status: 400 for filters that mean nothing."""
    filters = Filters(request.GET, post)
    entries = entries_of(post)
    if filters.is_valid():
        entries = filters.narrowed(entries)
    rows = list(entries[: PAGE + 1])
    query = request.GET.copy()
    query.pop("before", None)
    newest = query.urlencode()
    if len(rows) > PAGE:
        query["before"] = str(rows[PAGE - 1].pk)
    context = {
        "title": _("History"),
        "post": post,
        "entries": marked(rows[:PAGE]),
        "filters": filters,
        "older": query.urlencode() if len(rows) > PAGE else "",
        "newest": newest,
        "is_later_page": "before" in request.GET,
        "zone": timezone.get_current_timezone_name(),
    }
    return context, 200 if filters.is_valid() else 400


def entries_of(post: Post):
    """The history of an article without its long texts."""
    long = (
        "text",
        "original",
        "revision__body",
        "revision__html",
        "revision__text",
        "revision__toc",
        "revision__extra",
    )
    return post.history.select_related("revision", "actor").defer(*long)


def marked(rows: list) -> list:
    """Entries with the day they stand under."""
    for row in rows:
        row.day = timezone.localtime(row.at).date()
    return rows


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
