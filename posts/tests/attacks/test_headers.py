"""Every answer of the site against the table of headers: pages, redirects, refusals, faults, files."""

import logging

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from posts import workflow
from posts.models import Image

from .. import rooms
from ..make import make_post, make_user
from ..permissions.addresses import ADDRESSES, ASKERS, PUBLIC
from . import headers
from .comparing import faults, kind

METHODS = ("get", "head", "options", "post")


def walked(world, rows, askers, methods) -> tuple[int, list]:
    count, wrong = 0, []
    for row in rows:
        path = world.at(row)
        for asker in askers:
            for method in methods:
                with world.watch.trial():
                    answer = getattr(world.clients[asker], method)(path)
                count += 1
                wrong += [(asker, method, fault) for fault in faults(answer, path.partition("?")[0])]
    return count, wrong


def test_E19_every_public_answer_has_the_headers_of_the_table(world):
    count, wrong = walked(world, PUBLIC.values(), ["anonymous"], METHODS)
    assert not wrong, "\n".join(map(str, wrong))
    assert count == len(PUBLIC) * len(METHODS)


@pytest.mark.walk
def test_E19_every_answer_to_everybody_has_the_headers_of_the_table(world):
    count, wrong = walked(world, ADDRESSES.values(), ASKERS, METHODS)
    assert not wrong, f"{len(wrong)} of {count}\n" + "\n".join(map(str, wrong[:60]))
    assert count > 3000


FAULTS = {
    "301 to the one spelling": ("get", "/2026/03/01/A.html", 301),
    "301 to an article that moved": ("get", "/2026/03/01/old/", 301),
    "400 at a moment that is none": ("get", "/?at=x", 400),
    "403 without a token": ("post", "/tags/x/", 403),
    "404": ("get", "/nowhere/", 404),
    "404 below the desk": ("get", "/admin/x.css", 404),
    "405": ("put", "/robots.txt", 405),
    "410": ("get", "/2026/03/01/gone/", 410),
}


@pytest.fixture
def stock(clock, publisher):
    make_post("published", slug="a")
    moved = make_post("published", slug="old", title="動いた")
    gone = make_post("published", slug="gone", title="消えた")
    clock.shift(60)
    workflow.change_address(moved.post, slug="new", by=publisher)
    workflow.perform("retract", gone, by=publisher, comment="事実に誤りがありました。", notice="お知らせ")


def client_for(status: int, editor, **more) -> Client:
    client = Client(enforce_csrf_checks=status == 403, raise_request_exception=False, **more)
    if status in (400, 404):
        client.force_login(editor)
    return client


@pytest.mark.parametrize("name", FAULTS)
def test_E19_what_is_not_found_refused_or_led_on_has_them_too(name, stock, editor):
    method, path, status = FAULTS[name]
    answer = getattr(client_for(status, editor), method)(path)
    assert answer.status_code == status
    row = kind(path, status)
    if status == 400:  # somebody who may look at other moments has asked: for that person alone
        row = row | {"Cache-Control": headers.PRIVATE, "X-Robots-Tag": "noindex"}
    assert faults(answer, path, row) == []


@pytest.mark.parametrize("path", ["/", "/admin/", "/shared/x/", "/nowhere/"])
@pytest.mark.parametrize("error", [OperationalError, RuntimeError])
def test_E19_faults_of_ours_have_them_too(path, error, stock, monkeypatch, editor):
    def fail(*_args, **_more):
        raise error("hunter2")

    logging.disable(logging.CRITICAL)
    client = client_for(404, editor)
    monkeypatch.setattr("posts.site.moment.AsOf.__call__", fail)
    answer = client.get(path)
    logging.disable(logging.NOTSET)
    assert answer.status_code == (503 if error is OperationalError else 500)
    row = kind(path, answer.status_code)
    assert faults(answer, path, row | ({"Cache-Control": "no-store"} if row["Cache-Control"] else {})) == []


def test_E19_a_host_that_is_not_ours_gets_them_too(stock):
    answer = Client().get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400 and faults(answer, "/") == []


def test_E19_files_have_them_too(stock, client, settings):
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    image: Image = rooms.stored_picture()
    for path in (image.file.url, "/static/css/site.css"):
        assert client.get(path).status_code == 200
        assert faults(client.get(path), path) == []
    assert "max-age=86400" in client.get(image.file.url)["Cache-Control"]
    since = client.get(image.file.url)["Last-Modified"]
    unchanged = client.get(image.file.url, headers={"if-modified-since": since})
    assert unchanged.status_code == 304 and faults(unchanged, image.file.url) == []


def test_E19_what_has_not_changed_has_them_too(stock, client):
    tag = client.get("/feed.xml")["ETag"]
    answer = client.get("/feed.xml", headers={"if-none-match": tag})
    assert answer.status_code == 304 and faults(answer, "/feed.xml") == []


def test_E19_with_tls_the_redirect_to_it_and_every_page_name_it(stock, settings):
    """HSTS counts on TLS alone; a plain answer that sends it is ignored by browsers (RFC 6797, 7.2)."""
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    plain, safe = Client().get("/"), Client().get("/", secure=True)
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/")
    assert faults(plain, "/") == []
    long = "max-age=31536000; includeSubDomains; preload"
    for path in ("/", "/nowhere/", "/admin/", "/static/css/site.css"):
        answer = Client().get(path, secure=True)
        row = kind(path, answer.status_code) | {"Strict-Transport-Security": long}
        assert faults(answer, path, row) == []
    assert safe.status_code == 200


@pytest.mark.parametrize(
    "taken",
    [
        "editorial.headers.Headers",
        "csp.middleware.CSPMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)
def test_control_a_middleware_taken_away_is_noticed(taken, stock, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != taken]
    assert faults(Client().get("/"), "/")


@pytest.mark.walk
def test_E28_nothing_with_a_button_stands_in_a_frame(world):
    """The two frames of the previews stand in pages of this site, and hold no form."""
    for row in ADDRESSES.values():
        path = world.at(row)
        with world.watch.trial():
            answer = world.clients["admin"].get(path)
        framed = "frame-ancestors 'none'" not in answer["Content-Security-Policy"]
        assert framed == path.endswith(("/frame/", "/front/")), path
        if framed:
            assert rooms.forms(rooms.body(answer)) == []


@pytest.mark.walk
def test_E29_no_address_that_opens_a_text_is_told_to_another_site(world):
    """The desk and public pages tell other sites their host and no path; previews tell nothing at all."""
    for row in ADDRESSES.values():
        path = world.at(row)
        with world.watch.trial():
            policy = world.clients["admin"].get(path)["Referrer-Policy"]
        secret = path.startswith(("/preview/", "/shared/"))
        assert policy in (("no-referrer",) if secret else ("same-origin", headers.STRICT)), path


@pytest.mark.walk
def test_E29_no_page_with_a_form_that_needs_its_origin_hides_it(world):
    """`no-referrer` makes a browser send `Origin: null` with a form, which the check of tokens refuses."""
    hidden = []
    for row in ADDRESSES.values():
        path = world.at(row)
        for asker in ("anonymous", "admin"):
            with world.watch.trial():
                answer = world.clients[asker].get(path)
            if answer["Referrer-Policy"] == "no-referrer" and not path.startswith("/shared/"):
                hidden += [path] if rooms.forms(rooms.body(answer)) else []
    assert hidden == []


def test_control_database_down_is_a_503(stock):
    """The way by which the faults above are made is the way they happen."""

    def fail(execute, sql, params, many, context):
        raise OperationalError("gone")

    logging.disable(logging.CRITICAL)
    with connection.execute_wrapper(fail):
        answer = Client(raise_request_exception=False).get("/")
    logging.disable(logging.NOTSET)
    assert answer.status_code == 503 and faults(answer, "/") == []
    assert settings.DEBUG is False and make_user("writer").pk
