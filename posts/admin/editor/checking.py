"""The text checked while it is being typed: the same checks, house rules and neighbours that the gate asks."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from posts import quality, roles

from ..findings import NotTaken, Typed, typed_panel
from .answers import is_too_often, no_permission, refused, told, too_often

A_MINUTE = 60


def answer(request: HttpRequest) -> HttpResponse:
    """{html: the panel, counts: {error, warning, info}} of the form that is sent. Nothing is stored."""
    if not (roles.may(request.user, "add") or roles.may(request.user, "change")):
        return no_permission()
    if is_too_often(request, "check", A_MINUTE):
        return too_often()
    try:
        typed = Typed(request)
    except NotTaken as reason:
        return refused(str(reason), reason.code)
    revision = typed.revision
    shown = typed_panel(request.user, revision, quality.judge(revision, document=typed.document))
    html = render_to_string("admin/posts/findings/_panel.html", {"checks": shown}, request)
    return told({"html": html, "counts": shown.counts})
