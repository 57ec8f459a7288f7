"""A CDN that keeps public pages is told when they have changed (docs/operations.md, A CDN).

`SiteStamp.purged` is the newest state that it is known to have been told of: what could not be said waits there for the
next act, or for `manage.py send_notices`.
"""

import http.client
import logging
import threading
import time

from django.conf import settings
from django.db import connections

from posts.models import SiteStamp

from . import signed

log = logging.getLogger(__name__)

AGAIN = (
    3.0  # seconds after which it is said once more: what was fetched while the act was being committed is old
)
APART = 0.5  # seconds between two calls at least; an import raises the stamp for each hundred files
PAUSES = (1, 5, 15, 60)  # seconds before each further try; after the last one it waits for the next run

_wanted = threading.Event()
_lock = threading.Lock()
_state = {"running": False}


def kick() -> None:
    """Start the caller of this process, or tell the one at work that there is more. Returns at once."""
    _wanted.set()
    with _lock:
        if _state["running"]:
            return
        _state["running"] = True
    try:
        threading.Thread(target=_run, name="cdn", daemon=True).start()
    except RuntimeError:  # no more threads; the stamp says what is open
        log.exception("No thread for the CDN.")
        _state["running"] = False


def is_open() -> bool:
    """Whether there is a CDN that has not been told of the newest state."""
    if not settings.CDN_PURGE_URL:
        return False
    row = SiteStamp.objects.first()
    return row is not None and row.purged < row.value


def purge(pauses: tuple[float, ...] = PAUSES) -> bool:
    """Tell the CDN, twice, of the newest state; whether it has been told. Never raises for the CDN's sake."""
    left = list(pauses)
    while True:
        _wanted.clear()
        try:
            stamp = _say()
            if _wanted.wait(AGAIN):  # another act: say that one first
                continue
            _say()
        except (OSError, http.client.HTTPException) as fault:
            log.warning("The CDN could not be told: %s", fault)
            if not left:
                return False
            time.sleep(left.pop(0))
            continue
        SiteStamp.objects.filter(purged__lt=stamp).update(purged=stamp)
        return True


def _say() -> int:
    """One call for everything that is public; the state it was made in."""
    stamp = SiteStamp.objects.values_list("value", flat=True).first() or 0
    said = {"event": "changed", "site": settings.SITE_URL, "stamp": stamp, "keys": [settings.CDN_KEY]}
    signed.post(settings.CDN_PURGE_URL, settings.CDN_PURGE_SECRET, said, stamp, agent="Editorial-CDN")
    time.sleep(APART)
    return stamp


def _run() -> None:
    try:
        while _goes_on():
            purge()
    except Exception:
        log.exception("The CDN could not be told; it waits for the next act.")
        _state["running"] = False
    finally:
        connections.close_all()


def _goes_on() -> bool:
    with _lock:
        _state["running"] = _wanted.is_set()
        return _state["running"]
