"""What gunicorn is told beside its sizes: its own lines in the form of the log, and whose numbers count."""

import os
from pathlib import Path

from . import logging as log_lines

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def log_config(form: str) -> dict:
    """gunicorn's `logconfig_dict`: starts, stops and deaths of workers as lines like all others."""
    plain = log_lines.settings(form, "INFO")
    own = {"level": "INFO", "handlers": ["stderr"], "propagate": False, "qualname": "gunicorn.error"}
    return plain | {"loggers": {"gunicorn.error": own}}


def begun(server) -> None:
    """The numbers begin anew with the site: what workers of before have left is taken away."""
    if folder := os.environ.get(FOLDER):
        for path in Path(folder).glob("*.db"):
            path.unlink(missing_ok=True)


def gone(server, worker) -> None:
    """A worker that has ended is no longer one of the living; what it has counted stays counted."""
    if os.environ.get(FOLDER):
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - only where it is used

        mark_process_dead(worker.pid)
