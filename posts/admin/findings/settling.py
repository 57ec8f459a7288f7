"""Findings that somebody settles: an error waived, a warning dismissed, a waiver ended. The workflow rules."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles, workflow
from posts.models import EDITABLE, Post, Revision, Waiver

from ..draw import draw
from ..forms import Moment
from ..numbers import number
from .panel import Panel, panel

PAGES = {
    "review": "admin:posts_post_review",
    "change": "admin:posts_post_change",
    "findings": "admin:posts_post_findings",
}
DONE = {
    "_waive": gettext_lazy("The error is waived."),
    "_dismiss": gettext_lazy("The finding is dismissed."),
    "_end": gettext_lazy("The finding stands again."),
}
REASON = 5000


@dataclass(frozen=True)
class Asked:
    """What a button of the panel asks: the finding (or waiver) is its value; the fields carry the finding's name."""

    act: str
    name: str
    reason: str = ""
    until: str = ""


class UntilForm(forms.Form):
    until = Moment(required=False)


def panel_of(request: HttpRequest, revision: Revision, *, back: str, judges: bool = True) -> Panel:
    """The panel of a text for a page that shows it."""
    may_fix = revision.status in EDITABLE and roles.may_edit(request.user, revision.post)
    return panel(request.user, revision, back=back, may_fix=may_fix, judges=judges)


def answer(request: HttpRequest, site, post: Post) -> HttpResponse:
    """GET: the findings as a page of their own. POST: `_waive` or `_dismiss` names a check, `_end` a waiver; then on to
    the page that `back` names. A refusal is 409, with what was typed."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.method != "POST":
        return _shown(request, site, post, 200)
    asked = _asked(request)
    if asked is None:
        words = _("Nothing was done: the form did not say what to do. Use one of the buttons.")
        return _shown(request, site, post, 400, refused=words)
    try:
        ACTS[asked.act](request, post, asked)
    except workflow.Refused as refused:
        return _shown(request, site, post, 409, refused=str(refused), typed=_typed(asked))
    messages.success(request, DONE[asked.act])
    return HttpResponseRedirect(_back(request, post), status=303)


def _asked(request: HttpRequest) -> Asked | None:
    act = next((one for one in ACTS if one in request.POST), None)
    if act is None:
        return None
    name = request.POST[act][:60]
    return Asked(
        act, name, request.POST.get(f"reason-{name}", "")[:REASON], request.POST.get(f"until-{name}", "")[:40]
    )


def _waive(request: HttpRequest, post: Post, asked: Asked) -> None:
    form = UntilForm({"until": asked.until})
    if not form.is_valid():
        raise workflow.Refused(" ".join(form.errors["until"]))
    until = form.cleaned_data["until"]
    workflow.waive(_revision(request, post), asked.name, by=request.user, reason=asked.reason, until=until)


def _dismiss(request: HttpRequest, post: Post, asked: Asked) -> None:
    workflow.dismiss(_revision(request, post), asked.name, by=request.user, reason=asked.reason)


def _end(request: HttpRequest, post: Post, asked: Asked) -> None:
    found = Waiver.objects.filter(post=post, pk=number(asked.name) or 0).select_related("post").first()
    if found is None:
        raise Http404
    workflow.end_waiver(found, by=request.user)


ACTS = {"_waive": _waive, "_dismiss": _dismiss, "_end": _end}


def _revision(request: HttpRequest, post: Post) -> Revision:
    """The text that the page showed, as the database has it."""
    rows = post.revisions.for_documents().defer(None)
    found = rows.filter(pk=number(request.POST.get("_revision", "")) or 0).first()
    if found is None:
        raise workflow.Refused(_("There is no such text. Reload the page."))
    found.post = post
    return found


def _shown(request: HttpRequest, site, post: Post, status: int, **more) -> HttpResponse:
    rows = workflow.with_hand(
        post.revisions.for_documents().select_related("verdict").defer(None), by=request.user
    )
    revision = rows.open().first() or rows.live().first() or rows.order_by("-number").first()
    if revision is None:
        raise Http404
    revision.post = post
    back = request.POST.get("back", "")
    may_fix = revision.status in EDITABLE and roles.may_edit(request.user, post)
    checks = panel(
        request.user, revision, back=back if back in PAGES else "findings", may_fix=may_fix, **more
    )
    context = {"title": _("Checks"), "post": post, "revision": revision, "checks": checks}
    return draw(request, site, "admin/posts/findings/page.html", context, status)


def _typed(asked: Asked) -> dict[str, str]:
    return {"id": asked.name, "reason": asked.reason, "until": asked.until}


def _back(request: HttpRequest, post: Post) -> str:
    back = request.POST.get("back", "")
    if back == "waivers":
        return reverse("admin:posts_waivers")
    return reverse(PAGES.get(back, PAGES["review"]), args=[post.pk]) + "#checks"
