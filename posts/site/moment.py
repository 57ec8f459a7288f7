"""The public site as of a moment, `?at=2026-12-24T09:00`, for who may see every revision (DESIGN 5).

Everybody else gets the page of now, byte for byte, as if the parameter were not there.
"""

import re
from datetime import datetime, time
from html import unescape
from importlib import import_module
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import escape

from posts import roles

from . import errors

NAME = "at"
YEARS = range(1000, 9000)  # beyond, a change of zone leaves the calendar
OTHERWISE = ("/admin/", "/preview/", "/shared/", settings.STATIC_URL, settings.MEDIA_URL)
_LINK = re.compile(r'(<a\b[^>]*?\shref=")([^"]*)(")')


def of(request: HttpRequest) -> datetime | None:
    """The moment that a public page is asked for by somebody who may ask; None is now."""
    return getattr(request, "moment", None)


class AsOf:
    """Middleware: finds the moment, and makes the answer private, with links that stay at the moment."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get(NAME, "")
        if not asked or request.method not in ("GET", "HEAD") or request.path_info.startswith(OTHERWISE):
            return self.get_response(request)
        if not _may_ask(request):
            return self.get_response(request)
        try:
            request.moment = read(asked)
        except ValueError:
            return _private(errors.bad_request(request))
        return _private(_at_the_moment(self.get_response(request), request.moment))


def read(asked: str) -> datetime:
    """A moment in the site's zone from a form's field or an address; a day means its beginning.

    Raises ValueError for anything else.
    """
    moment = parse_datetime(asked) if len(asked) < 40 else None
    if moment is None:
        day = parse_date(asked[:40])
        if day is None:
            raise ValueError(asked)
        moment = datetime.combine(day, time())
    if moment.year not in YEARS:
        raise ValueError(asked)
    return timezone.localtime(timezone.make_aware(moment) if timezone.is_naive(moment) else moment)


def _may_ask(request: HttpRequest) -> bool:
    """Asks the session behind the cookie, and leaves the request's own untouched: no Vary, no cookie."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return False
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = auth.get_user(SimpleNamespace(session=session, META=request.META))
    return user.is_active and roles.may(user, "see_every")


def _private(response: HttpResponse) -> HttpResponse:
    response.headers.pop("ETag", None)
    response.headers.pop("Cache-Control", None)
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _at_the_moment(response: HttpResponse, moment: datetime) -> HttpResponse:
    """The same answer with links, and a redirect's target, at the moment."""
    if response.has_header("Location"):
        response["Location"] = _with_moment(response["Location"], moment)
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return response
    html = response.content.decode(response.charset)
    kept = _LINK.sub(lambda m: f"{m[1]}{escape(_with_moment(unescape(m[2]), moment))}{m[3]}", html)
    response.content = kept.encode(response.charset)
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
    return response


def _with_moment(address: str, moment: datetime) -> str:
    """An address of the public site with `?at=`; another one as it stands."""
    parts = urlsplit(address)
    local = address.removeprefix(settings.SITE_URL) if parts.netloc else address
    is_page = local.startswith("?") or (local.startswith("/") and not local.startswith("//"))
    if not is_page or local.startswith(OTHERWISE):
        return address
    path, hash_sign, fragment = local.partition("#")
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}{urlencode({NAME: written(moment)}, safe=':')}{hash_sign}{fragment}"


def written(moment: datetime) -> str:
    """As the address and the form's field write it, to the minute or the second."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds" if moment.second else "minutes")
