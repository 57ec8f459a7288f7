"""Public pages are read from a replica of the database when it is there and up to date (decision 35).

Everything else reads the primary: whoever is signed in, the desk, previews, shared texts, POSTs, commands, threads.
"""

import logging
import random
from contextvars import ContextVar
from time import monotonic

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

PRIMARY = "default"
PAUSE = 10  # seconds for which a replica that has failed is left alone

log = logging.getLogger(__name__)
_source: ContextVar[str] = ContextVar("database of this request", default=PRIMARY)
_again: dict[str, float] = {}  # when each replica that has failed is tried again, in this process


class Router:
    """DATABASE_ROUTERS: reads go where the request reads, writes and migrations to the primary."""

    def db_for_read(self, model, **hints) -> str:
        return _source.get()

    def db_for_write(self, model, **hints) -> str:
        return PRIMARY

    def allow_relation(self, one, other, **hints) -> bool:
        return True  # they are copies of one database

    def allow_migrate(self, db, app_label, **hints) -> bool | None:
        return None if db == PRIMARY else False


class PublicReads:
    """Middleware, below the page cache: one replica for the whole of a public page, or the primary."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        replica = is_public(request) and _replica()
        if not replica:
            return self.get_response(request)
        path = request.path_info  # the language's prefix is taken off on the way
        answer = self._read(request, replica)
        if answer.status_code < 500:
            return answer
        request.path_info = path
        second = self.get_response(request)
        if second.status_code < 500:
            leave_alone(replica, f"answer {answer.status_code}")
        return second

    def _read(self, request: HttpRequest, source: str) -> HttpResponse:
        token = _source.set(source)
        try:
            return self.get_response(request)
        finally:
            _source.reset(token)


def is_public(request: HttpRequest) -> bool:
    """Whether it is a reader's question: no session, nothing sent, no address of the desk or of a preview."""
    from posts.site.moment import OTHERWISE  # noqa: PLC0415 - the router is read before there are models

    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path_info.startswith(OTHERWISE)
    )


def leave_alone(replica: str, cause: str) -> None:
    _again[replica] = monotonic() + PAUSE
    log.warning("%s is left alone for %d s: %s", replica, PAUSE, cause)


def _replica() -> str | None:
    """One that answers and has seen all that this process knows of, drawn by lot."""
    names = [name for name in settings.DATABASES if name != PRIMARY]
    random.shuffle(names)
    return next(filter(_is_good, names), None)


def _is_good(replica: str) -> bool:
    now = monotonic()
    due = _again.get(replica, 0.0)
    if now < due:
        return False
    if due:
        _again[replica] = now + PAUSE  # this request tries; the others do not wait beside it
    try:
        fresh = _stamp(replica) >= _known()
    except (DatabaseError, InterfaceError) as fault:
        leave_alone(replica, type(fault).__name__)
        return False
    _again.pop(replica, None)
    return fresh


def _stamp(name: str) -> int:
    from posts.models import SiteStamp  # noqa: PLC0415

    return SiteStamp.objects.using(name).values_list("value", flat=True).first() or 0


def _known() -> int:
    """The state that this process goes by; 0 while the primary is gone, since old is better than none."""
    from posts.models import freshness  # noqa: PLC0415

    try:
        return freshness.current().stamp
    except (DatabaseError, InterfaceError):
        return 0
