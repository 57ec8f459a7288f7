"""The public page of any revision, as readers will see it, for members of the newsroom."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from posts import roles
from posts.models import Revision

from .views import article

BELOW = 3  # articles that stand beside it on the front page


@login_required
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """One revision; those who may not see it cannot tell it from one that is not there."""
    return unseen(_page(request, pk))


@csp_replace({"frame-ancestors": [SELF]})
@xframe_options_sameorigin
@login_required
@require_safe
def framed(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page inside the desk's frames. No other page of the site may stand in a frame: only these two."""
    return unseen(_page(request, pk, is_framed=True))


@csp_replace({"frame-ancestors": [SELF]})
@xframe_options_sameorigin
@login_required
@require_safe
def front(request: HttpRequest, pk: int) -> HttpResponse:
    """The front page as it would be with this article on top."""
    revision = _revision(request, pk)
    revision.published_at, _why = revision.date_to_be()
    public = Revision.objects.published().exclude(post=revision.post)
    others = list(public.latest_first().for_cards()[:BELOW])
    return unseen(render(request, "posts/preview_front.html", {"top": [revision, *others]}))


def unseen(response: HttpResponse) -> HttpResponse:
    """The answer with all that keeps it from search engines, caches and other sites."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest, pk: int, **more) -> HttpResponse:
    revision = _revision(request, pk)
    shown_at, why = revision.date_to_be()
    return article(request, revision, is_preview=True, shown_at=shown_at, date_is=why, **more)


def _revision(request: HttpRequest, pk: int) -> Revision:
    revision = Revision.objects.for_page().filter(pk=pk).first()
    if revision is None or not roles.may_see(request.user, revision.post):
        raise Http404
    return revision
