"""What a supervisor and a load balancer ask: /healthz (is the process alive?) and /readyz (can it serve?).

Both are answered before the host of the request is looked at: probes ask by the address of a container, over plain
http. Neither says more than names of parts; the cause stands in the log.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from functools import cache
from time import monotonic

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .steady import SteadyRedis

log = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds until what has not answered is said not to be ready
FRESH = 1.0  # seconds that an answer stands for the next asker: many askers are no load


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers: no query, no session, nothing else is asked."""
    return _plain("ok", 200)


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 `ok`, or 503 with the names of what is not ready, one a line.

    The site works without its Redis (editorial/steady.py): that it is gone is said with a 200.
    """
    missing = not_ready()
    if missing == ["cache"] and isinstance(caches["default"], SteadyRedis):
        return _plain("ok, without: cache", 200)
    return _plain("\n".join(missing) or "ok", 503 if missing else 200)


def not_ready(parts: "tuple[Part, ...] | None" = None) -> list[str]:
    """Names of what does not answer within PATIENCE: database, migrations, cache."""
    parts, until = PARTS if parts is None else parts, monotonic() + PATIENCE
    for part in parts:
        part.start()
    return [name for part in parts for name in part.missing(until)]


class Part:
    """Something that has to answer. It is asked in a thread, one at a time: what hangs holds up no answer."""

    def __init__(self, name: str, ask: Callable[[], list[str]]):
        self.name, self._ask = name, ask
        self._lock, self._thread = threading.Lock(), None
        self._found, self._until = [name], 0.0

    def start(self) -> None:
        """Ask, unless somebody does already or has done a moment ago."""
        with self._lock:
            is_asked = self._thread is not None and self._thread.is_alive()
            if is_asked or monotonic() < self._until:
                return
            self._thread = threading.Thread(target=self._run, name=f"ready-{self.name}", daemon=True)
            self._thread.start()

    def missing(self, until: float) -> list[str]:
        """Names of what was not ready; the part's own when it has not answered by then."""
        thread = self._thread
        if thread is not None:
            thread.join(max(0.0, until - monotonic()))
        return [self.name] if thread is None or thread.is_alive() else self._found

    def _run(self) -> None:
        try:
            self._found = self._ask()
        except Exception as fault:
            log.warning("Not ready: %s: %s", self.name, fault)
            self._found = [self.name]
        finally:
            self._until = monotonic() + FRESH
            connections.close_all()


def _database() -> list[str]:
    """One query, which also says what has been migrated."""
    missing = _newest_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    return ["migrations"] if missing else []


def _cache() -> list[str]:
    return [] if cache_answers() else ["cache"]


def cache_answers() -> bool:
    """Whether the cache gives back what it is given; itself, not its stand-in. Raises what its backend raises."""
    store, word = caches["default"], secrets.token_hex(8)
    kind = RedisCache if isinstance(store, SteadyRedis) else type(store)
    kind.set(store, f"ready:{word}", word, 10)
    return kind.get(store, f"ready:{word}") == word


@cache
def _newest_migrations() -> set[tuple[str, str]]:
    """The last migration of each app, as this version of the program has them."""
    return set(MigrationLoader(None).graph.leaf_nodes())


def _plain(words: str, status: int) -> HttpResponse:
    answer = HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


PARTS = (Part("database", _database), Part("cache", _cache))
