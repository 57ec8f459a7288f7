"""A form that cannot be taken (no session, no valid token) shows what was typed, so that nothing is lost."""

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from posts.typed import typed

from .language import DESK


def refused_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 with the words of the form, ready to be copied. Also Django's view for a failed token (CSRF).

    Outside the desk the form was not ours: readers get the public page.
    """
    if not request.path_info.startswith(DESK):
        return render(request, "403.html", status=403)
    try:
        words = typed(request.POST)
    except UnreadablePostError:  # the line broke before all of it was here
        words = []
    return render(request, "admin/kept.html", {"typed": words}, status=403)
