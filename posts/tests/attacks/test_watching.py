"""What the site tells machines and logs about itself: cases of docs/security.md."""

import json
import logging

import pytest
from django.test import Client

from editorial import logging as log_lines
from posts.tests.make import make_post

ODD = "\r\n2026-01-01T00:00:00Z INFO forged \x1b[2J\x1b]0;title\x07 \x9b31m \u202egnp.exe \u2028"


def test_E26_health_tells_nothing_and_costs_nothing(django_assert_num_queries):
    make_post("published", title="公開")
    with django_assert_num_queries(0):
        answer = Client().get("/healthz", SERVER_NAME="10.0.0.1")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok\n", "no-store")
    assert not answer.cookies and "Vary" not in answer
    for path in ("/healthz", "/readyz"):
        told = f"{Client().get(path).headers} {Client().get(path).content}".lower()
        assert not [
            word for word in ("django", "python", "gunicorn", "sqlite", "postgres", "0.1.0") if word in told
        ]
        assert Client().post(path).status_code == 405
        assert Client().get(f"{path}/").status_code == 404


@pytest.fixture
def logged():
    """Everything that is logged meanwhile, as the two forms write it."""
    found, root = {"json": [], "plain": []}, logging.getLogger()

    class Kept(logging.Handler):
        def emit(self, record):
            found["json"].append(log_lines.JSON().format(record))
            found["plain"].append(log_lines.Plain().format(record))

    handler = Kept()
    root.addHandler(handler)
    logging.getLogger("editorial").setLevel(logging.INFO)
    yield found
    logging.getLogger("editorial").setLevel(logging.WARNING)
    root.removeHandler(handler)


def test_E32_no_line_can_be_forged_and_no_terminal_obeys(logged):
    Client().get("/search/", {"q": ODD})
    Client().get(f"/{ODD}/")
    Client().get("/", SERVER_NAME="a\r\nforged")
    logging.getLogger("posts.control").warning("%s", ODD)
    assert len(logged["json"]) > 3
    for form, lines in logged.items():
        for line in lines:
            assert line.isprintable() or form == "plain" and all(map(str.isprintable, line.split("\n    ")))
            assert "\nforged" not in line and not line.split("\n")[0].startswith("2026-01-01T00:00:00Z")
    assert all(json.loads(line)["level"] for line in logged["json"])


def test_E32_no_password_token_or_cookie_is_logged(logged):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "cookie-canary-1"
    client.post("/admin/login/", {"username": "x", "password": "password-canary"})
    client.get("/shared/token-canary/")
    client.get("/admin/password_reset/MQ/reset-canary/")
    client.get("/?token=query-canary", headers={"Authorization": "Bearer bearer-canary"})
    try:
        raise OSError("postgres://u:url-canary@db, password=word-canary")
    except OSError:
        logging.getLogger("posts.control").exception("no database")
    said = "\n".join(logged["json"] + logged["plain"])
    assert "no database" in said and "/admin/login/" in said
    assert "canary" not in said


def test_control_a_formatter_that_masks_nothing_is_seen(logged):
    logging.getLogger("posts.control").warning("x")
    plain = logging.Formatter("%(message)s")
    record = logging.LogRecord("x", logging.INFO, "x", 1, f"/shared/token-canary/ {ODD}", (), None)
    assert "canary" in plain.format(record) and not plain.format(record).isprintable()
