"""The page of a shared preview. Its GET writes one thing, the log of looks; its POST one thing, a remark."""

import logging

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from posts import workflow
from posts.models import PreviewLink, Revision
from posts.site.preview import unseen
from posts.site.views import article

from . import browsers
from .forms import RemarkForm

_log = logging.getLogger("editorial.sharing")
SENT = "thanks"


@csrf_exempt  # no cookie gives anybody a right here: see RemarkForm
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """One revision for who holds its address, while the link is open; one and the same 404 in every other case."""
    link = PreviewLink.objects.select_related("created_by", "revision__post").named(token)
    if link is None or workflow.why_ended(link):
        return unseen(render(request, "posts/shared_ended.html", status=404))
    if request.method == "POST":
        return unseen(_remark(request, link))
    if browsers.is_a_look(request):
        _count(link, browsers.kind(request))
    return unseen(_page(request, link, RemarkForm(link)))


def _remark(request: HttpRequest, link: PreviewLink) -> HttpResponse:
    """A remark, then the page again by GET. From another site, or with faults, nothing is kept."""
    form = RemarkForm(link, request.POST)
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return _page(request, link, form, status=403)
    if form.is_trap:
        return _thanks(link)
    if not form.is_valid():
        return _page(request, link, form, status=422)
    words = {name: form.cleaned_data[name] for name in ("name", "text", "verdict")}
    try:
        workflow.remark(link, **words)
    except workflow.Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, link, form, status=409)
    return _thanks(link)


def _thanks(link: PreviewLink) -> HttpResponse:
    return HttpResponseRedirect(f"{link.get_absolute_url()}?{SENT}#remark")


def _page(request: HttpRequest, link: PreviewLink, form: RemarkForm, status: int = 200) -> HttpResponse:
    revision = Revision.objects.for_page().get(pk=link.revision_id)
    shown_at, why = revision.date_to_be(timezone.now())
    context = {"link": link, "form": form, "is_sent": SENT in request.GET and not form.is_bound}
    context |= {"is_preview": True, "shown_at": shown_at, "date_is": why}
    response = article(request, revision, template="posts/shared.html", **context)
    response.status_code = status
    return response


def _count(link: PreviewLink, agent: str) -> None:
    """A log that cannot be written hides no text."""
    try:
        with transaction.atomic():
            workflow.visited(link, agent)
    except DatabaseError:
        _log.warning("A look through a shared preview was not counted.", exc_info=True)
