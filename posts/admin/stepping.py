"""One step on its own page: what it does, what it asks for, the button. The board and My desk lead here."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from posts import quality, workflow
from posts.models import Post, Revision

from .card import back
from .draw import draw
from .forms import StepForm
from .steps import GRAVE, HINTS, inputs_of

RESCHEDULE = "reschedule"  # two steps of the rule book at once


def take(request: HttpRequest, site, post: Post, name: str) -> HttpResponse:
    """Ask for what a step needs and take it. A refusal is a message and 409."""
    if name != RESCHEDULE and (name not in workflow.STEPS or workflow.STEPS[name].system_only):
        raise Http404
    revision = _revision(request, post, name)
    form, status = _form(request, revision, name), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _act(name, revision, request.user, form.cleaned_data)
                messages.success(request, _("Done: %(step)s.") % {"step": _label(name)})
                return HttpResponseRedirect(back(request, post))
            except workflow.Refused as refused:
                messages.error(request, str(refused))
                status = 409
    return _shown(request, site, revision, name, form, status)


def _shown(request, site, revision: Revision, name: str, form: StepForm, status: int) -> HttpResponse:
    warns = name == "approve" and (request.method == "POST" or quality.may_warn(revision))
    inputs = ("at", "comment") if name == RESCHEDULE else inputs_of(workflow.STEPS[name], warns=warns)
    context = {
        "title": _label(name),
        "post": revision.post,
        "revision": revision,
        "step_name": name,
        "fields": [form[field] for field in inputs],
        "hint": HINTS.get(name, ""),
        "is_grave": name in GRAVE,
        "refusal": _refusal(name, revision, request.user),
        "next": back(request, revision.post),
        "zone": settings.TIME_ZONE,
    }
    return draw(request, site, "admin/posts/post/step.html", context, status)


def _refusal(name: str, revision: Revision, user) -> str:
    """Why the step is not possible, whatever is written into the form."""
    names = ("cancel",) if name == RESCHEDULE else (name,)
    possible = workflow.available(revision, user)
    missing = next((one for one in names if one not in possible), None)
    return workflow.refusal(missing, revision, by=user) if missing else ""


def _act(name: str, revision: Revision, user, data: dict) -> None:
    if name != RESCHEDULE:
        more = {key: data[key] for key in ("comment", "at", "notice", "reviewer", "acknowledged")}
        workflow.perform(name, revision, by=user, **more)
    elif data["at"] is None:
        raise workflow.Refused(_("Choose the new moment."))
    else:
        workflow.reschedule(revision, by=user, at=data["at"], comment=data["comment"])


def _form(request: HttpRequest, revision: Revision, name: str) -> StepForm:
    form = StepForm(request.POST if request.method == "POST" else None, zone=settings.TIME_ZONE)
    if name == RESCHEDULE and revision.live_from:
        start = localtime(revision.live_from)
        if day := _day(request.GET.get("day", "")):
            start = start.replace(year=day.year, month=day.month, day=day.day)
        form.initial["at"] = start
        form.fields["at"].help_text = f"({settings.TIME_ZONE})"
    return form


def _day(words: str):
    try:
        return parse_date(words[:10])
    except ValueError:
        return None


def _label(name: str) -> str:
    return _("Change the scheduled moment") if name == RESCHEDULE else str(workflow.STEPS[name].label)


def _revision(request: HttpRequest, post: Post, name: str) -> Revision:
    """The revision that is named, else the one the step is about: the open one, or the last published."""
    wanted = request.POST.get("revision") or request.GET.get("revision") or ""
    rows = post.revisions.select_related("post", "category", "author", "cover", "verdict")
    if wanted:
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
            raise Http404
        found = rows.filter(pk=wanted).first()
    else:
        found = rows.open().first() or rows.order_by("-live_from", "-pk").first()
    if found is None:
        raise Http404
    return found
