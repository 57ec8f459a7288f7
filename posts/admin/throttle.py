"""How often somebody may ask for something, counted in the cache."""

import hashlib

from django.core.cache import cache


def allowed(what: str, who: str, *, limit: int, seconds: int) -> bool:
    """Whether `who` has asked at most `limit` times within `seconds`, this time counted."""
    key = f"throttle:{what}:{hashlib.sha256(who.encode()).hexdigest()}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # it ended in between
        return True
