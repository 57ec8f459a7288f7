"""Notices at the desk: how a person wants to be told, and the outbox for administrators."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from posts import roles, workflow
from posts.models import Notice
from posts.models.notices import Pace

from .draw import answer
from .numbers import number
from .paging import page_of

PAGE = 50
SHOWN = {
    "waiting": pgettext_lazy("notices", "Waiting"),
    "failed": gettext_lazy("Given up"),
    "sent": gettext_lazy("Sent"),
}


def urls(site) -> list:
    """The addresses of both pages."""

    def view(page):
        return site.admin_view(lambda request: page(request, site))

    return [
        path("notices/", view(outbox_page), name="posts_notices"),
        path("notices/settings/", view(settings_page), name="posts_notice_settings"),
    ]


class SettingsForm(forms.Form):
    """What a person chooses for themselves alone. The reasons are those that are told, not those that are muted."""

    pace = forms.ChoiceField(label=gettext_lazy("Mail"), choices=Pace.choices, widget=forms.RadioSelect)
    hour = forms.TypedChoiceField(label=gettext_lazy("Hour of the daily mail"), coerce=int)
    told = forms.MultipleChoiceField(
        label=gettext_lazy("Tell me when"), required=False, widget=forms.CheckboxSelectMultiple
    )
    lang = forms.ChoiceField(label=gettext_lazy("Language of the mails"), required=False)

    def __init__(self, data, wish):
        told = [name for name in workflow.REASONS if name not in wish.muted]
        initial = {"pace": wish.pace, "hour": wish.digest_hour, "told": told, "lang": wish.lang}
        super().__init__(data, initial=initial, label_suffix="")
        self.fields["hour"].choices = [(hour, f"{hour}:00") for hour in range(24)]
        self.fields["hour"].help_text = _("By the clock of %(zone)s.") % {"zone": settings.TIME_ZONE}
        self.fields["told"].choices = list(workflow.REASONS.items())
        names = dict(settings.LANGUAGES)
        usual = _("As the site: %(language)s") % {"language": names.get(settings.LANGUAGE_CODE, "")}
        self.fields["lang"].choices = [("", usual), *settings.LANGUAGES]

    @property
    def choice(self) -> dict:
        asked = self.cleaned_data
        muted = [name for name in workflow.REASONS if name not in asked["told"]]
        return {"pace": asked["pace"], "hour": asked["hour"], "muted": muted, "lang": asked["lang"]}


def settings_page(request: HttpRequest, site) -> HttpResponse:
    """A person's own settings; nobody sees or changes those of another."""
    wish = workflow.wish_of(request.user)
    form, status = SettingsForm(request.POST or None, wish), 200
    if request.method == "POST":
        if form.is_valid():
            workflow.choose(request.user, **form.choice)
            messages.success(request, _("Your choice was saved."))
            return HttpResponseRedirect(reverse("admin:posts_notice_settings"))
        status = 422
    context = {"title": _("Notices"), "form": form, "email": request.user.email, "wish": wish}
    context["sees_outbox"] = roles.may_see_outbox(request.user)
    context["may_change_accounts"] = request.user.has_perm("auth.change_user")
    return answer(request, site, "admin/notices/settings.html", context, status)


@dataclass
class Row:
    """One line of the outbox in words."""

    notice: Notice
    said: str
    to: str
    link: str


def outbox_page(request: HttpRequest, site) -> HttpResponse:
    """What waits, what was given up and what was sent; the button tries again."""
    if not roles.may_see_outbox(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _again(request)
    shown = request.GET.get("show", "waiting")
    if shown not in SHOWN:
        raise Http404
    rows = getattr(Notice.objects, shown)()
    page = page_of(rows.for_outbox(), PAGE, request.GET.get("page"))
    page.object_list = [_row(notice) for notice in page.object_list]
    counts = Notice.objects.counts()
    context = {
        "title": _("Outbox"),
        "shown": shown,
        "tabs": [(name, label, counts[name]) for name, label in SHOWN.items()],
        "page": page,
        "stuck": counts["stuck"],
        "webhook": settings.NOTICE_WEBHOOK_URL,
        "held_since": workflow.held_since(),
    }
    return answer(request, site, "admin/notices/outbox.html", context)


def _again(request: HttpRequest) -> HttpResponse:
    """One notice, or all that did not arrive."""
    rows, wanted = Notice.objects.troubled(), request.POST.get("notice", "")
    if wanted:
        rows = rows.filter(pk=number(wanted) or 0)
    count = workflow.send_again(rows)
    words = ngettext("%(count)d notice is tried again.", "%(count)d notices are tried again.", count)
    messages.success(request, words % {"count": count})
    return HttpResponseRedirect(reverse("admin:posts_notices"))


def _row(notice: Notice) -> Row:
    to = roles.name_of(notice.user) if notice.user else str(notice.get_channel_display())
    link = reverse("admin:posts_post_change", args=[notice.entry.post_id])
    title = "" if notice.entry.revision_id else notice.newest_title
    return Row(notice, workflow.said(notice.entry, title=title), to, link)
