"""What no log may hold: tokens in addresses, passwords, secrets of the settings, control characters."""

import re
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

MASK = "***"
_NAMES = (
    r"\w{0,20}token|passw(?:or)?d\d?|secret|api_?key|key|sig|signature|auth|authorization|session(?:id)?"
    r"|csrf\w{0,20}|dsn"
)
_BEFORE, _AFTER = r"(?:[\w.-]{0,40}[_.-])?", r"(?:[_.-][\w.-]{0,40})?"  # bounded: a log line may be hostile
_PATTERNS = (
    # the paths of shared previews and of new passwords are the secret themselves, also inside ?next=
    (re.compile(r"((?:/|%2f)shared(?:/|%2f)+)[^\s\"'<>?&]+", re.I), rf"\1{MASK}"),
    (re.compile(r"((?:/|%2f)password_reset(?:/|%2f)+)(?!(?:sent|done)\b)[^\s\"'<>?&]+", re.I), rf"\1{MASK}"),
    (re.compile(rf"([?&;\s\"'{{,(]|^)({_BEFORE}(?:{_NAMES}){_AFTER}=)[^&\s\"'<>;,)]+", re.I), rf"\1\2{MASK}"),
    (re.compile(r"(\w://[^\s:/@]*:)[^\s@/]+@"), rf"\1{MASK}@"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.I), rf"\1 {MASK}"),
    (re.compile(r"\b(cookie|authorization)(['\"]?:\s*)[^\r\n]+", re.I), rf"\1\2{MASK}"),
)
_LONG = re.compile(r"(=)(?=[\w~.-]*\d)(?=[\w~.-]*[A-Za-z])[\w~.-]{32,}")  # a value that looks like a token
# C0 and C1 controls, DEL, separators of lines, marks of direction, surrogates: what moves a cursor or forges a line
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def masked(words: str) -> str:
    """The words without secrets. Errs on the side of masking too much."""
    for pattern, instead in _PATTERNS:
        words = pattern.sub(instead, words)
    words = _LONG.sub(rf"\1{MASK}", words)
    for secret in known():
        words = words.replace(secret, MASK)
    return words


def visible(words: str) -> str:
    """The words in one line that no terminal obeys: control characters as \\uXXXX."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", words)


@cache
def known() -> tuple[str, ...]:
    """The secrets of the settings, the longest first; nothing before the settings are there."""
    if not settings.configured:
        return ()
    database, caches = settings.DATABASES["default"], settings.CACHES["default"]
    named = ("SECRET_KEY", "EMAIL_HOST_PASSWORD", "NOTICE_WEBHOOK_SECRET", "METRICS_TOKEN", "SENTRY_DSN")
    found = {str(getattr(settings, name, "") or "") for name in named} | {str(database.get("PASSWORD") or "")}
    found |= set(settings.SECRET_KEY_FALLBACKS)
    found.add(urlsplit(str(caches.get("LOCATION") or "")).password or "")
    return tuple(sorted((one for one in found if len(one) >= 8), key=len, reverse=True))
