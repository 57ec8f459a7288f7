"""Redis as a cache that may vanish: while it does not answer, each process counts and keeps for itself."""

import logging
from functools import wraps
from time import monotonic

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

PATIENCE = 0.3  # seconds for connecting, and for an answer; a page waits for it once, then not for `PAUSE`
PAUSE = 5  # seconds for which a server that has failed is left alone
_again: dict[str, float] = {}  # when each server is asked again; shared by the threads of a process


class SteadyRedis(RedisCache):
    """Django's, whose answers come from this process's memory while the server is gone, hangs or refuses."""

    def __init__(self, server, params):
        # The client would wait for seconds between three tries. One at once is right: after a restart of the server
        # the connection at hand is dead.
        patience = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
        options = patience | {"retry": Retry(NoBackoff(), 1)} | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self._here = LocMemCache(f"instead of {server}", params)
        self._name = str(server)


def _steady(name: str):
    far = getattr(RedisCache, name)

    @wraps(far)
    def ask(self, *args, **more):
        if monotonic() >= _again.get(self._name, 0.0):
            try:
                return far(self, *args, **more)
            except (RedisError, OSError) as fault:
                _again[self._name] = monotonic() + PAUSE
                log.warning(
                    "The cache does not answer (%s); this process goes on alone.", type(fault).__name__
                )
            except (
                Exception
            ) as fault:  # what cannot be read is not there; `incr` says so of a missing key itself
                if name == "incr":
                    raise
                log.warning("The cache holds something unreadable (%s).", type(fault).__name__)
        return getattr(self._here, name)(*args, **more)

    return ask


for _name in (
    "add",
    "get",
    "set",
    "touch",
    "delete",
    "get_many",
    "has_key",
    "incr",
    "set_many",
    "delete_many",
    "clear",
):
    setattr(SteadyRedis, _name, _steady(_name))
