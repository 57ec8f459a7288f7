"""Answers for machines that come again and again: nothing is read twice for who has it already."""

import hashlib
from functools import wraps

from django.conf import settings
from django.http import HttpRequest
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from posts.models.freshness import Freshness, freshness

from . import moment

FORM = 1  # raise it with every change of what these answers look like


def seldom_changed(view):
    """A view of public articles only: GET and HEAD, 304 where nothing public has changed since, asked in one query."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs):
        now = freshness(moment.of(request))
        conditional = condition(lambda *_, **__: _etag(request, now), lambda *_, **__: now.since)
        response = conditional(view)(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True, s_maxage=1)
        return response

    return require_safe(answer)


def _etag(request: HttpRequest, now: Freshness) -> str:
    same = (FORM, now, request.path, get_language(), settings.SITE_URL, settings.SITE_NAME)
    text = repr((*same, settings.FEED_FULL_TEXT, settings.TIME_ZONE))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
