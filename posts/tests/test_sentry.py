"""Faults told to Sentry: only where it is asked for, and without people, forms, cookies and tokens."""

import sys
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from editorial import logging as log_lines
from editorial import sentry

pytestmark = pytest.mark.pure


@pytest.fixture
def sdk(monkeypatch):
    """A package that remembers how it was begun."""
    kept = SimpleNamespace(begun=None, ignored=[])

    def init(**how):
        if how["dsn"] == "nonsense":
            raise ValueError("Missing public key")
        kept.begun = how

    fake = SimpleNamespace(init=init, integrations=None)
    logs = SimpleNamespace(ignore_logger=kept.ignored.append)
    monkeypatch.setitem(sys.modules, "sentry_sdk", fake)
    monkeypatch.setitem(sys.modules, "sentry_sdk.integrations.logging", logs)
    return kept


def test_without_the_package_the_start_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install .*sentry-sdk"):
        sentry.start("https://k@sentry.example/1", environment="x")


def test_an_address_that_is_none_stops_the_start(sdk):
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN"):
        sentry.start("nonsense", environment="x")


def test_nothing_of_people_is_asked_for(sdk):
    sentry.start("https://k@sentry.example/1", environment="news.example.com")
    assert sdk.begun["send_default_pii"] is sdk.begun["include_local_variables"] is False
    assert sdk.begun["max_request_body_size"] == "never" and sdk.begun["max_breadcrumbs"] == 0
    assert sdk.ignored == ["editorial.access"]


def test_an_event_is_scrubbed():
    token = log_lines.current.set("0123456789ab")
    event = {
        "message": "Not Found: /shared/canary/",
        "user": {"id": 1, "email": "canary@example.com", "ip_address": "203.0.113.9"},
        "server_name": "canary-host",
        "breadcrumbs": {"values": [{"message": "canary"}]},
        "extra": {"sys.argv": ["canary"]},
        "request": {
            "url": "https://news.example.com/shared/canary/?q=canary",
            "method": "POST",
            "query_string": "token=canary",
            "cookies": {"sessionid": "canary"},
            "headers": {"Authorization": "canary"},
            "data": {"password": "canary"},
            "env": {"REMOTE_ADDR": "canary"},
        },
        "exception": {
            "values": [
                {
                    "type": "OperationalError",
                    "value": "postgres://news:canary@db/news",
                    "stacktrace": {"frames": [{"function": "f", "vars": {"password": "canary"}}]},
                }
            ]
        },
    }
    sent = sentry.scrubbed(event)
    log_lines.current.reset(token)
    assert "canary" not in str(sent)
    assert sent["request"] == {"method": "POST", "url": "https://news.example.com/shared/***"}
    assert sent["exception"]["values"][0]["stacktrace"]["frames"] == [{"function": "f"}]
    assert sent["tags"] == {"request": "0123456789ab"}
