"""How the house wants each check: on or off, and how grave."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from posts import roles, workflow
from posts.checks import CHECKS, Check
from posts.models import CheckSetting, HouseRule
from posts.models.quality import Severity
from posts.quality.wording import plain

from ..draw import draw

CHANGES = 30  # of the record below the table
LABELS = {
    workflow.DEFAULT: gettext_lazy("As delivered"),
    **dict(Severity.choices),
    CheckSetting.OFF: gettext_lazy("Switched off"),
}


@dataclass(frozen=True)
class Row:
    """One check: `setting` as it is chosen, `default` in words."""

    check: Check
    words: str
    setting: str
    default: str | Promise
    changed: CheckSetting | None

    @property
    def choices(self) -> list[tuple[str, str | Promise, bool]]:
        return [(name, label, name == self.setting) for name, label in LABELS.items()]

    @property
    def label(self) -> str | Promise:
        return LABELS[self.setting]


@dataclass(frozen=True)
class Change:
    at: object
    by: str
    check: str
    before: str | Promise
    now: str | Promise


def page(request: HttpRequest, site) -> HttpResponse:
    """GET: all checks. POST: `set-<check>` where it is another than `was-<check>`; a refusal is 409."""
    if not roles.may(request.user, "review"):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        if not workflow.may_keep_house(request.user):
            raise PermissionDenied
        try:
            return _saved(request)
        except workflow.Refused as refused:
            messages.error(request, str(refused))
            status = 409
    context = {
        "title": _("Settings of the checks"),
        "rows": _rows(),
        "changes": _changes(),
        "may_save": workflow.may_keep_house(request.user),
        "opts": HouseRule._meta,
        "list_url": reverse("admin:posts_houserule_changelist"),
    }
    return draw(request, site, "admin/posts/house/checks.html", context, status)


def _saved(request: HttpRequest) -> HttpResponse:
    sent = {
        name.removeprefix("set-"): value for name, value in request.POST.items() if name.startswith("set-")
    }
    wanted = {name: value for name, value in sent.items() if request.POST.get(f"was-{name}") != value}
    changed = workflow.set_checks(wanted, by=request.user)
    kind = ContentType.objects.get_for_model(CheckSetting).pk
    LogEntry.objects.bulk_create(
        LogEntry(
            user_id=request.user.pk,
            content_type_id=kind,
            object_id=row.check_id,
            object_repr=row.check_id,
            action_flag=CHANGE,
            change_message=f"{before} {now}",
        )
        for row, before, now in changed
    )
    words = ngettext("%(count)d check was changed.", "%(count)d checks were changed.", len(changed))
    messages.success(request, words % {"count": len(changed)} if changed else _("Nothing was changed."))
    return HttpResponseRedirect(reverse("admin:posts_checks"))


def _rows() -> list[Row]:
    settings = {row.check_id: row for row in CheckSetting.objects.select_related("changed_by")}
    return [
        Row(
            check,
            plain(check.id),
            settings[check.id].severity if check.id in settings and not check.locked else workflow.DEFAULT,
            LABELS[check.severity],
            settings.get(check.id),
        )
        for check in CHECKS.values()
    ]


def _changes() -> list[Change]:
    kind = ContentType.objects.get_for_model(CheckSetting).pk
    rows = LogEntry.objects.filter(content_type=kind).select_related("user").order_by("-pk")[:CHANGES]
    return [_change(row) for row in rows]


def _change(row: LogEntry) -> Change:
    before, _space, now = row.change_message.partition(" ")
    return Change(
        row.action_time,
        roles.name_of(row.user),
        row.object_repr,
        LABELS.get(before, before),
        LABELS.get(now, now),
    )
