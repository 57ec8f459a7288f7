"""Sessions in the database that end: after a time without use, and at the latest some days after signing in."""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

BEGAN, SEEN, SECOND = "began", "seen", "second_factor"
_STEP = 300  # seconds: how often use is written down
_POLLED = {"posts_presence"}  # asked by open pages without anybody at them


class SessionStore(db.SessionStore):
    """Django's; `began` and `seen` are moments in seconds, `second_factor` says that a code was given."""

    def load(self) -> dict:
        """The session, or an empty one where its time is over: the row goes, whoever reads it."""
        kept = super().load()
        if SESSION_KEY in kept and _is_over(kept):
            self.delete()
            self._session_key = None
            return {}
        return kept

    def save(self, must_create: bool = False) -> None:
        kept = self._get_session(no_load=must_create)
        if SESSION_KEY in kept:
            for name in (BEGAN, SEEN):
                kept.setdefault(name, _now())
        super().save(must_create)

    def cycle_key(self) -> None:
        """A new key, at each sign-in: the times begin anew."""
        for name in (BEGAN, SEEN):
            self._session.pop(name, None)
        super().cycle_key()


class Lifetime:
    """Middleware: writes down that a session was used. A request that does not ask for its session has none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        session, match = request.session, request.resolver_match
        is_used = session.accessed and not (match and match.url_name in _POLLED)
        if is_used and SESSION_KEY in session and _now() - session.get(SEEN, 0) >= _STEP:
            session[SEEN] = _now()
        return response


def _is_over(kept: dict) -> bool:
    now = _now()
    began, seen = kept.get(BEGAN, now), kept.get(SEEN, now)
    if settings.SECOND_FACTOR == "required" and not kept.get(SECOND):
        return True  # signed in before it was required
    return now - began > settings.SESSION_MAX_HOURS * 3600 or now - seen > settings.SESSION_IDLE_HOURS * 3600


def _now() -> int:
    return int(timezone.now().timestamp())
