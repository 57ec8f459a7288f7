"""The page of somebody who has failed too often: why, when it works again, and what can be done meanwhile."""

import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from . import limits


def page(request: HttpRequest, response: HttpResponse | None = None, credentials=None) -> HttpResponse:
    """429 with `Retry-After`; the same words whether or not there is such an account."""
    from django.contrib import admin  # noqa: PLC0415 - axes imports this module before the site exists

    until = limits.ends(request, credentials)
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    context = {
        **admin.site.each_context(request),
        "title": _("Too many failed sign-ins"),
        "until": until,
        "minutes": math.ceil(seconds / 60),
    }
    answer = render(request, "registration/locked.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
