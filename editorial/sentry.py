"""Faults to Sentry, where SENTRY_DSN is set. No person, no form, no cookie, no question of an address leaves the house.

sentry-sdk is no part of requirements.txt: it is imported only here, and only then.
"""

from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from . import logging as log_lines
from .redaction import masked, visible

_OF_A_REQUEST = ("method", "url")  # what is kept of a request
_NEVER = ("user", "server_name", "modules", "extra", "breadcrumbs")


def start(dsn: str, *, environment: str) -> None:
    """Report faults from now on. Raises ImproperlyConfigured when the package is missing or the address is none."""
    try:
        sdk, log = import_module("sentry_sdk"), import_module("sentry_sdk.integrations.logging")
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but the package sentry-sdk is not installed. Install it with "
            "“pip install 'editorial[sentry]'” or “pip install 'sentry-sdk>=2.40,<3'”, or take SENTRY_DSN away."
        ) from None
    log.ignore_logger("editorial.access")  # the fault itself is reported, its line in the access log is none
    try:
        sdk.init(
            dsn=dsn,
            environment=environment,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            before_send=scrubbed,
        )
    except ValueError as error:  # sentry_sdk.utils.BadDsn
        raise ImproperlyConfigured(f"SENTRY_DSN is no address of Sentry: {masked(str(error))}") from None


def scrubbed(event: dict[str, Any], hint: Any = None) -> dict[str, Any]:
    """The event without people, forms, headers, cookies and questions; every word of it masked as in the log."""
    kept = {name: value for name, value in event.items() if name not in _NEVER}
    if request := kept.get("request"):
        some = {name: request[name] for name in _OF_A_REQUEST if request.get(name)}
        kept["request"] = {name: str(value).partition("?")[0] for name, value in some.items()}
    for fault in (kept.get("exception") or {}).get("values") or []:
        for frame in (fault.get("stacktrace") or {}).get("frames") or []:
            frame.pop("vars", None)
    if number := log_lines.current.get():
        kept["tags"] = {**(kept.get("tags") or {}), "request": number}
    return _masked(kept)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return visible(masked(value)) if "\n" not in value else masked(value)
    if isinstance(value, dict):
        return {name: _masked(one) for name, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list | tuple) else value
