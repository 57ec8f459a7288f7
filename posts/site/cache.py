"""The page cache: a public page is made once for each state of the site, and nobody sees one that mixes two states.

A page is kept under the site's state (freshness.py), so that nothing has to be thrown away: after an act, or at the
second at which a schedule comes true, pages are asked for under another key. DESIGN 9.
"""

import re
import time
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import parse_http_date_safe

from posts.models import freshness
from posts.models.freshness import Freshness

from . import moment, store
from .store import Kept

YOUNG = 60  # seconds for which a page is taken
OLD = 600  # while the database is gone
TRIES = 3  # to make a page of one state while acts go on
PAGES = {
    "home",
    "tag",
    "category",
    "author",
    "archive",
    "year",
    "month",
    "day",
    "post",
    "page",
    "corrections",
}
FEEDS = {"feed", "tag_feed", "category_feed", "author_feed", "corrections_feed"}
_QUERY = re.compile(r"(?:page=[1-9][0-9]{0,5})?")
_OF_THE_BODY = {"Content-Type", "Content-Length", "Content-Encoding", "Content-Language"}
_LOST = (OperationalError, InterfaceError)


class PageCache:
    """Middleware in front of everything that makes a page. Search, previews, the desk and who is signed in pass by."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(moment.OTHERWISE):
            return self.get_response(request)
        if not is_asked_for(request):
            return told(request, self.get_response(request))
        try:
            now, age = freshness.current(), YOUNG
        except _LOST:
            now, age = freshness.last_known(), OLD
        kept = self._kept(request, now, age) if now else None
        if kept:
            return _conditional(request, HttpResponse(kept.body, headers=kept.headers))
        return told(request, self._made(request, now) if now and age == YOUNG else self.get_response(request))

    def _kept(self, request: HttpRequest, now: Freshness, age: int) -> Kept | None:
        found = store.get(store.key(request, now))
        return found if found and time.time() - found.made < age else None

    def _made(self, request: HttpRequest, now: Freshness) -> HttpResponse:
        """The page of one state: what has changed while it was made is made again."""
        path = request.path_info  # the language's prefix is taken off on the way
        for _try in range(TRIES):
            request.path_info = path
            response = self.get_response(request)
            if not _may_be_kept(request, response):
                return response
            before, now = now, freshness.checked()
            if now == before:
                request.path_info = path
                self._keep(request, now, response)
                return response
        return response

    def _keep(self, request: HttpRequest, now: Freshness, response: HttpResponse) -> None:
        _labelled(response)
        kept = Kept(time.time(), dict(response.items()), response.content)
        store.put(store.key(request, now), kept, OLD)


def is_asked_for(request: HttpRequest) -> bool:
    """Whether the request is one that all readers share."""
    if not settings.PAGE_CACHE or request.method not in ("GET", "HEAD"):
        return False
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return False
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return bool(_QUERY.fullmatch(request.META.get("QUERY_STRING", "")))


def told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A public answer that says how long it may be kept, and what it is known by: a proxy must not guess."""
    if response.streaming or response.cookies or response.status_code >= 500:
        return response
    if "Cache-Control" not in response:
        _labelled(response)
    is_plain = request.method in ("GET", "HEAD") and response.status_code == 200
    return _conditional(request, response) if is_plain and "ETag" in response else response


def _labelled(response: HttpResponse) -> None:
    if "Cache-Control" not in response:
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True, s_maxage=1)
    if "ETag" not in response and response.status_code == 200:
        response["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    return (
        response.status_code == 200
        and match is not None
        and match.url_name in PAGES | FEEDS
        and not (response.streaming or response.cookies)
        and not {"private", "no-store"} & {*re.split(r"[,\s]+", response.get("Cache-Control", ""))}
    )


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 with the same headers where the reader has this very answer."""
    since = parse_http_date_safe(response.get("Last-Modified", ""))
    asked = get_conditional_response(request, etag=response["ETag"], last_modified=since, response=response)
    if asked is response or asked.status_code != 304:
        return asked
    return HttpResponseNotModified(headers={k: v for k, v in response.items() if k not in _OF_THE_BODY})
