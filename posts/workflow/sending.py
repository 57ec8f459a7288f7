"""Sending right after an act, beside the answer: one thread a process, which ends when nothing is due (decision 18)."""

import logging
import threading
from datetime import timedelta

from django.db import connections
from django.utils import timezone

from . import outbox

log = logging.getLogger(__name__)

PATIENCE = timedelta(
    seconds=20
)  # below gunicorn's graceful timeout of 30 s; what is left waits for the next run
_lock = threading.Lock()
_state = {"running": False, "again": False}


def kick() -> None:
    """Start the sender of this process, or tell the one at work that there is more. Returns at once."""
    with _lock:
        _state["again"] = True
        if _state["running"]:
            return
        _state["running"] = True
    try:
        threading.Thread(target=_run, name="notices").start()
    except RuntimeError:  # no more threads; the outbox keeps everything
        log.exception("No thread for the notices.")
        with _lock:
            _state["running"] = False


def _run() -> None:
    until = timezone.now() + PATIENCE
    try:
        while _goes_on(until):
            outbox.send(until=until)
    except Exception:
        log.exception("The notices could not be sent; they wait in the outbox.")
        _state["running"] = False
    finally:
        connections.close_all()


def _goes_on(until) -> bool:
    """Whether there is more to do; a kick that comes after a no starts a sender of its own."""
    with _lock:
        more, _state["again"] = _state["again"], False
        _state["running"] = more and timezone.now() < until
        return _state["running"]
