"""The log: one line for each event, a number for each request, no secret, nothing that a terminal obeys."""

import json
import logging
import sys
import time

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from editorial import logging as log_lines
from editorial import redaction
from editorial.access import Access
from editorial.redaction import masked

from .make import make_user

NUMBER = "0123456789abcdef"


def line(words: str, form=log_lines.JSON, *, fault: Exception | None = None, **fields) -> str:
    record = logging.LogRecord("posts.x", logging.WARNING, "x.py", 1, words, (), None)
    record.fields = fields
    if fault:
        try:
            raise fault
        except Exception:
            record.exc_info = sys.exc_info()
    return form().format(record)


@pytest.fixture
def lines():
    """What the access log says meanwhile, as its formatter writes it."""
    found, log = [], logging.getLogger("editorial.access")

    class Kept(logging.Handler):
        def emit(self, record):
            found.append(json.loads(log_lines.JSON().format(record)))

    handler = Kept()
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield found
    log.setLevel(logging.NOTSET)
    log.removeHandler(handler)


def test_a_line_of_json_has_what_a_collector_needs():
    token = log_lines.current.set(NUMBER)
    written = json.loads(line("取り下げました", status=200))
    log_lines.current.reset(token)
    assert written.pop("time").endswith("Z")
    assert written == {
        "level": "WARNING",
        "logger": "posts.x",
        "message": "取り下げました",
        "request": NUMBER,
        "status": 200,
    }


def test_a_trace_stands_in_the_same_line_of_json_and_indented_in_the_plain_log():
    fault = ValueError("a\n2026-01-01 INFO forged")
    assert "forged" in json.loads(line("x", fault=fault))["exception"]
    assert len(line("x", fault=fault).splitlines()) == 1
    _first, *trace = line("x", log_lines.Plain, fault=fault).split("\n")
    assert trace and all(one.startswith("    ") for one in trace)


def test_each_request_is_one_line(lines, settings):
    user = make_user("writer")
    client = Client()
    client.force_login(user)
    answer = client.get("/admin/?token=abc&q=x")
    [written] = lines
    assert written["request"] == answer["X-Request-ID"]
    assert (written["method"], written["path"], written["status"]) == ("GET", "/admin/?token=***&q=x", 200)
    assert written["user"] == user.pk
    assert written["queries"] > 3 and written["ms"] > 0


def test_readers_have_no_number_of_a_person(lines):
    Client().get("/")
    assert lines[0]["user"] is None


def test_a_probe_is_a_line_only_when_something_is_wrong(lines):
    Client().get("/healthz")
    assert lines == []
    Client().post("/healthz")
    assert [one["status"] for one in lines] == [405]


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "a b c d e f g", "abcdefgh\n", "<script>alert", "../../../etc"]
)
def test_a_number_that_is_not_well_formed_is_not_taken(given, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert len(numbered(given)) == 12


def numbered(given: str) -> str:
    request = RequestFactory().get("/", headers={"X-Request-ID": given})
    return Access(lambda request: HttpResponse())(request)["X-Request-ID"]


def test_a_number_is_taken_from_a_proxy_of_ours_only(settings):
    settings.SECURE_PROXY_SSL_HEADER = None
    assert numbered(NUMBER) != NUMBER
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert numbered(NUMBER) == NUMBER


@pytest.mark.parametrize("fault", [ValueError, OperationalError])
def test_the_page_of_a_fault_names_the_code_that_stands_in_the_log(fault, lines):
    def fail(execute, sql, params, many, context):
        raise fault("password=hunter2")

    with connection.execute_wrapper(fail):
        answer = Client(raise_request_exception=False).get("/")
    [written] = lines
    assert answer.status_code in (500, 503) and written["level"] == "ERROR"
    assert f"<code>{written['request']}</code>" in answer.content.decode()
    assert "hunter2" not in answer.content.decode()


MASKED = {
    "a shared preview": ("GET /shared/WzEsMl0:1abc:xyz/ 200", "GET /shared/*** 200"),
    "with an escape": ("/shared%2FWzEs/", "/shared%2F***"),
    "inside next": ("/admin/login/?next=/shared/WzEs/", "/admin/login/?next=/shared/***"),
    "a new password": ("/admin/password_reset/MQ/c5x-abc/", "/admin/password_reset/***"),
    "its other pages": ("/admin/password_reset/sent/", "/admin/password_reset/sent/"),
    "a token in a question": ("/x?a=1&token=abc&b=2", "/x?a=1&token=***&b=2"),
    "other words for it": ("/x?api_key=abc&access_token=q&sig=1", "/x?api_key=***&access_token=***&sig=***"),
    "a form's token": ("csrfmiddlewaretoken=abc", "csrfmiddlewaretoken=***"),
    "no secret": ("/search/?q=鍵&author=北見&keywords=a", "/search/?q=鍵&author=北見&keywords=a"),
    "what looks like one": (f"/x?v={'a1' * 20}", "/x?v=***"),
    "a database": ("postgres://news:hunter2@db/news", "postgres://news:***@db/news"),
    "a connection string": ("host=db password=hunter2 user=news", "host=db password=*** user=news"),
    "a header": ("Authorization: Bearer abcdefgh", "Authorization: ***"),
    "a cookie": ("{'Cookie': 'sessionid=abc'}", "{'Cookie': ***"),
}


@pytest.mark.parametrize(("said", "written"), MASKED.values(), ids=MASKED)
def test_secrets_are_masked(said, written):
    assert masked(said) == written


def test_the_settings_own_secrets_are_masked_wherever_they_stand(settings):
    settings.NOTICE_WEBHOOK_SECRET = "correct horse battery"
    redaction.known.cache_clear()
    try:
        assert masked("refused: correct horse battery!") == "refused: ***!"
    finally:
        redaction.known.cache_clear()


def test_masking_takes_no_time_that_grows():
    begun = time.process_time()
    for hostile in (
        "token" * 4000,
        "?" + "a_" * 10_000,
        "=" * 20_000,
        "&key" * 5000,
        "://" * 7000,
        "/shared/" * 2500,
    ):
        masked(hostile)
    assert time.process_time() - begun < 1
