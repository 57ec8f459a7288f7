"""A form that cannot be taken (no session, no valid token) shows what was typed, so that nothing is lost."""

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from .language import DESK

_WORDS = ("title", "summary", "body", "update_note", "disclosure", "slug")


def refused_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 with the words of the form, ready to be copied. Also Django's view for a failed token (CSRF).

    Outside the desk the form was not ours: readers get the public page.
    """
    if not request.path_info.startswith(DESK):
        return render(request, "403.html", status=403)
    try:
        words = typed(request)
    except UnreadablePostError:  # the line broke before all of it was here
        words = []
    return render(request, "admin/kept.html", {"typed": words}, status=403)


def typed(request: HttpRequest) -> list[str]:
    """What somebody wrote into the form: running text and reasons; only fields that hold words, no password."""
    named = [request.POST.get(name, "") for name in _WORDS]
    reasons = [value for name, value in request.POST.items() if name.endswith(("comment", "notice"))]
    return [value for value in [*named, *reasons] if value.strip()]
