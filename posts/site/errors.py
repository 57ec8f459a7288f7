"""Error pages of our own: plain words, no trace, no cookie; and where the database is gone, no question to it."""

import logging
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from posts.typed import typed

AGAIN = 60  # seconds after which to ask again
QUOTED = 12  # characters of a request's number that a reader can quote
DESK = "/admin/"
_LAST = """<!DOCTYPE html>
<html lang="ja">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>サーバーで問題が発生しました</title>
<h1>サーバーで問題が発生しました</h1>
<p>数分後にもう一度お試しください。</p>
<p lang="en">Something went wrong on our side. Please try again in a few minutes.</p>
<p><a href="/">トップページへ</a></p>
"""
_log = logging.getLogger("editorial.errors")


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database does not answer; the template gets no context that might ask it.

    What was written at the desk is shown again: a disk that is full must not cost a text.
    """
    is_down = isinstance(sys.exception(), OperationalError | InterfaceError)
    status, is_desk = 503 if is_down else 500, request.path_info.startswith(DESK)
    words = {"code": status, "is_down": is_down, "is_desk": is_desk, **_kept(request, is_desk)}
    words["site_name"] = settings.SITE_NAME
    words["number"] = getattr(request, "request_id", "")[:QUOTED]  # the log has it too
    answer = HttpResponse(_page(words), status=status)
    answer["Cache-Control"] = "no-store"
    if is_down:
        answer["Retry-After"] = str(AGAIN)
    return answer


def _kept(request: HttpRequest, is_desk: bool) -> dict[str, list[str]]:
    """What the form held, where the fault did not lie in reading it."""
    try:
        return {"typed": typed(request.POST)} if is_desk and request.method == "POST" else {}
    except Exception:
        return {}


def _page(words: dict) -> str:
    """The page of a fault; where that is the fault, words that need nothing."""
    try:
        return render_to_string("500.html", words)
    except Exception:
        _log.exception("The page of a fault cannot be made.")
        return _LAST
