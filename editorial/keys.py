"""The keys that sign sessions, links and forms: what may not be one on a server."""

import math
from collections import Counter
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

FOR_DEBUG = "only-for-DEBUG-and-never-on-a-server"
LEAST = 50  # characters
DISTINCT = 10  # different ones: a random hex text has up to 16
BITS = 128  # of the whole text, by the frequency of its characters
_PUBLIC = (
    "django-insecure",
    "for-tests",
    "for-measuring",
    FOR_DEBUG,
    "change",
    "example",
    "secret",
    "…",
    "...",
)
_REMEDY = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"


def check(key: str, fallbacks: Sequence[str], *, may_be_weak: bool) -> None:
    """Raises ImproperlyConfigured, which names no part of a key, where one is missing or can be guessed."""
    if not key:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Put a long random text into the environment variable SECRET_KEY, "
            "or set DEBUG=1 to try the project on your own machine."
        )
    if may_be_weak:
        return
    named = [("SECRET_KEY", key), *(("SECRET_KEY_FALLBACKS", one) for one in fallbacks)]
    for name, one in named:
        if why := weakness(one):
            raise ImproperlyConfigured(f"{name} {why}. {_REMEDY}")


def weakness(key: str) -> str:
    """Why a key can be guessed, as the end of a sentence; "" for a good one."""
    if len(key) < LEAST:
        return f"is shorter than {LEAST} characters"
    if any(word in key.lower() for word in map(str.lower, _PUBLIC)):
        return "is a placeholder that stands in a repository or a manual"
    counts = Counter(key).values()
    bits = -sum(count * math.log2(count / len(key)) for count in counts)
    if len(counts) < DISTINCT or bits < BITS or _repeats(key):
        return "is no random text"
    return ""


def _repeats(key: str) -> bool:
    """Whether a short piece stands again and again: "abcdefghij" five times has many characters and few bits."""
    return any(
        key[:size] * (len(key) // size) == key[: len(key) // size * size] for size in range(1, len(key) // 2)
    )
