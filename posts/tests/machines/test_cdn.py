"""A CDN in front: how long it may keep a page, and that it is told of each act, also when it was away."""

import hmac
import json
import re
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.http import HttpResponse

from editorial import machines
from posts import workflow
from posts.models import SiteStamp
from posts.models.post import STANDING
from posts.site.surrogates import Surrogates
from posts.tests.make import NOON, make_post, make_user
from posts.workflow import cdn, stamp

FRESH = "public, max-age=0, must-revalidate, s-maxage=1"


class Edge(BaseHTTPRequestHandler):
    """A CDN that keeps what it is told and answers as the test says, one answer after the other."""

    answers, calls = [], []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).calls.append((dict(self.headers), body))
        self.send_response(type(self).answers.pop(0) if type(self).answers else 204)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def edge(settings, monkeypatch):
    Edge.answers, Edge.calls = [], []
    server = HTTPServer(("127.0.0.1", 0), Edge)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.CDN_PURGE_URL = f"http://127.0.0.1:{server.server_port}/purge"
    settings.CDN_PURGE_SECRET = "geheim"
    monkeypatch.setattr(cdn, "AGAIN", 0.05)
    monkeypatch.setattr(cdn, "APART", 0.0)
    yield Edge
    server.shutdown()
    server.server_close()


def test_each_act_that_readers_see_tells_the_cdn_once_it_is_true(
    edge, monkeypatch, django_capture_on_commit_callbacks
):
    kicks = []
    monkeypatch.setattr(cdn, "kick", lambda: kicks.append(SiteStamp.objects.get().value))
    with django_capture_on_commit_callbacks(execute=True):
        draft = make_post("approved")
    assert kicks == []  # nothing that readers see
    with django_capture_on_commit_callbacks(execute=True) as waiting:
        workflow.perform("publish", draft, by=make_user("publisher"))
        assert kicks == []  # not before it is true
    assert kicks and waiting


def test_without_a_cdn_nothing_is_started(settings, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(cdn, "kick", lambda: pytest.fail("there is nobody to tell"))
    with django_capture_on_commit_callbacks(execute=True):
        stamp.raise_stamp()
    assert not cdn.is_open()


def test_nobody_raises_the_stamp_without_telling():
    rooms = Path(cdn.__file__).parents[1]
    files = [path for path in rooms.rglob("*.py") if "tests" not in path.parts and path.name != "stamp.py"]
    assert (
        files
        and [path.name for path in files if re.search(r"objects\.bump\(", path.read_text("utf-8"))] == []
    )


def test_the_call_is_signed_and_made_twice(edge):
    SiteStamp.objects.bump()
    assert cdn.is_open() and cdn.purge(pauses=()) and not cdn.is_open()
    assert len(edge.calls) == 2
    headers, body = edge.calls[0]
    moment = headers["X-Editorial-Timestamp"]
    digest = hmac.new(b"geheim", moment.encode() + b"." + body, "sha256").hexdigest()
    assert headers["X-Editorial-Signature"] == f"sha256={digest}"
    assert json.loads(body) == {
        "event": "changed",
        "site": "http://testserver",
        "stamp": 1,
        "keys": ["editorial"],
    }


def test_what_failed_is_tried_again(edge):
    edge.answers = [500, 204, 503]
    SiteStamp.objects.bump()
    assert cdn.purge(pauses=(0, 0))
    assert len(edge.calls) == 5 and not cdn.is_open()


def test_what_could_not_be_said_waits_and_the_command_says_it(edge):
    edge.answers = [500] * 3
    SiteStamp.objects.bump()
    assert not cdn.purge(pauses=(0,)) and cdn.is_open()
    with pytest.raises(CommandError, match="CDN"):
        call_command("send_notices", verbosity=0)
    call_command("send_notices", verbosity=0)
    assert not cdn.is_open()
    told = len(edge.calls)
    call_command("send_notices", verbosity=0)
    assert len(edge.calls) == told  # nothing is open: nothing is said


def test_an_act_during_the_call_is_told_at_once(edge, monkeypatch):
    monkeypatch.setattr(cdn, "AGAIN", 5.0)
    SiteStamp.objects.bump()
    said, say = [], cdn._say

    def saying():
        said.append(say())
        if len(said) == 1:
            SiteStamp.objects.bump()
            cdn._wanted.set()
        else:
            monkeypatch.setattr(cdn, "AGAIN", 0.01)
        return said[-1]

    monkeypatch.setattr(cdn, "_say", saying)
    assert cdn.purge(pauses=())
    assert said == [1, 2, 2] and SiteStamp.objects.get().purged == 2


def test_a_dead_cdn_holds_no_act(settings, monkeypatch, django_capture_on_commit_callbacks):
    settings.CDN_PURGE_URL, settings.CDN_PURGE_SECRET = "http://127.0.0.1:1/", "geheim"
    monkeypatch.setattr(cdn.threading, "Thread", _NoThread)
    with django_capture_on_commit_callbacks(execute=True):
        stamp.raise_stamp()
    assert SiteStamp.objects.get().value == 1 and cdn.is_open()
    assert not cdn.purge(pauses=())


class _NoThread:
    """A machine that has no threads left."""

    def __init__(self, **more):
        pass

    def start(self):
        raise RuntimeError


def answered(settings, rf, said: str = FRESH, status: int = 200) -> HttpResponse:
    answer = HttpResponse("x", status=status, headers={"Cache-Control": said})
    return Surrogates(lambda request: answer)(rf.get("/"))


def test_a_public_page_may_be_kept_by_the_cdn_and_by_nobody_else(settings, rf):
    answer = answered(settings, rf)
    assert answer["Surrogate-Control"] == answer["CDN-Cache-Control"] == "max-age=3600"
    assert answer["Surrogate-Key"] == "editorial" and answer["Cache-Control"] == FRESH


@pytest.mark.parametrize(
    "said,status",
    [("private, no-store", 200), ("no-store", 200), ("public, max-age=86400", 200), (FRESH, 503)],
)
def test_no_other_answer_may_be_kept(settings, rf, said, status):
    assert "Surrogate-Control" not in answered(settings, rf, said, status)


def test_no_page_is_kept_beyond_the_next_schedule(settings, rf, clock):
    draft = make_post("approved")
    workflow.perform("publish", draft, by=make_user("publisher"), at=NOON + timedelta(minutes=5))
    STANDING.forget()
    assert answered(settings, rf)["Surrogate-Control"] == "max-age=300"
    clock.shift(timedelta(seconds=299.5))
    assert "Surrogate-Control" not in answered(settings, rf)


@pytest.mark.parametrize("url,secret", [("ftp://cdn", "x"), ("https://", "x"), ("https://cdn", "")])
def test_half_an_address_stops_the_start(url, secret):
    with pytest.raises(ImproperlyConfigured, match="CDN_PURGE_SECRET"):
        machines.check_hook("CDN_PURGE_URL", url, secret)
