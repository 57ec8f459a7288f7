"""The program's log: one line for each event, as JSON or plain, with the number of the request and without secrets."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

from .redaction import masked, visible

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LONGEST = 20_000  # characters of a message or a trace; what is longer is cut in the middle
current: ContextVar[str] = ContextVar("request", default="")  # the number of the request at work


class JSON(logging.Formatter):
    """One object a line: time (UTC), level, logger, message; request, exception and an event's own fields if any."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _clean(record.getMessage()),
        }
        if number := current.get():
            line["request"] = number
        line |= {name: _clean(value) for name, value in getattr(record, "fields", {}).items()}
        if trace := _trace(self, record):
            line["exception"] = _clean(trace)
        # json escapes what is below U+0020 itself; the rest would reach a terminal
        return "".join(map(_escaped, json.dumps(line, ensure_ascii=False, default=str)))


class Plain(logging.Formatter):
    """The same in one line for people. Lines of a trace are indented: none can pass for a line of the log."""

    def format(self, record: logging.LogRecord) -> str:
        number = f" [{current.get()}]" if current.get() else ""
        fields = "".join(f" {name}={_clean(value)}" for name, value in getattr(record, "fields", {}).items())
        words = visible(f"{_clean(record.getMessage())}{fields}")
        trace = "".join(f"\n    {visible(line)}" for line in _clean(_trace(self, record)).split("\n") if line)
        return f"{_moment(record)} {record.levelname} {record.name}{number} {words}{trace}"


def _clean(value):
    """Strings without secrets and not too long; numbers as they are."""
    if not isinstance(value, str):
        return value
    half = LONGEST // 2
    return masked(value if len(value) <= LONGEST else f"{value[:half]} … {value[-half:]}")


def _escaped(letter: str) -> str:
    return letter if " " <= letter <= "~" else visible(letter)


def _moment(record: logging.LogRecord) -> str:
    return (
        datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    parts = [formatter.formatException(record.exc_info)] if record.exc_info else []
    return "\n".join(parts + ([formatter.formatStack(record.stack_info)] if record.stack_info else []))


def settings(form: str, level: str) -> dict:
    """LOGGING: everything goes to standard error, once. What Django says of a 4xx stands in the access line."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"editorial.logging.{'JSON' if form == 'json' else 'Plain'}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "editorial": {"level": level},
            "posts": {"level": level},
            "django": {"level": "INFO", "handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},
            "django.security": {
                "level": "CRITICAL"
            },  # hosts that are not ours, forms too large: a 400, no trace
            "django.security.csrf": {"level": "WARNING"},
            "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
        },
    }
