"""Middleware around everything: a number for each request, and a line of the log about its answer."""

import logging
import re
import secrets
from contextlib import ExitStack
from time import perf_counter

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse

from . import logging as log_lines

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
LONGEST = 1000  # characters of a path in the log
_QUIET = ("/healthz", "/readyz", "/metrics")  # asked every few seconds: a line only where something is wrong


class Access:
    """Gives the number to the request, to the log, and back in the answer's header."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = _number(request)
        token = log_lines.current.set(request.request_id)
        count, begun = _Count(), perf_counter()
        try:
            with ExitStack() as stack:
                for connection in connections.all():
                    stack.enter_context(connection.execute_wrapper(count))
                response = self.get_response(request)
            request.measured = (perf_counter() - begun, count.queries)
            _write(request, response.status_code, *request.measured)
        finally:
            log_lines.current.reset(token)
        response[HEADER] = request.request_id
        return response


class _Count:
    def __init__(self):
        self.queries = 0

    def __call__(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)


def _number(request: HttpRequest) -> str:
    """The number that a proxy of ours has given, else one of 12 characters that a reader can quote."""
    given = request.headers.get(HEADER, "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(6)


def _write(request: HttpRequest, status: int, seconds: float, queries: int) -> None:
    """Time and queries are those until the answer begins: a streamed one goes on afterwards."""
    quiet = request.path_info in _QUIET and status < 400
    level = logging.DEBUG if quiet else logging.ERROR if status >= 500 else logging.INFO
    if not log.isEnabledFor(level):
        return
    query = request.META.get("QUERY_STRING", "")
    path = f"{request.path}?{query}" if query else request.path
    fields = {
        "method": (request.method or "")[:20],
        "path": path[:LONGEST],
        "status": status,
        "ms": round(seconds * 1000, 1),
        "queries": queries,
        "user": getattr(getattr(request, "_cached_user", None), "pk", None),  # only where a view has asked
    }
    log.log(level, "request", extra={"fields": fields})
