"""Error pages: ours, in the reader's language, with a way on, and also where the database is gone."""

import logging
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import translation

from posts import workflow

from .make import NOON, make_post

CANARY = "カナリア"
SECRET = "kanaria-himitsu"


@contextmanager
def no_database(error=OperationalError):
    """Every question to the database fails, as when its server is gone."""

    def fail(execute, sql, params, many, context):
        raise error("server closed the connection: password=hunter2")

    logging.disable(logging.CRITICAL)
    try:
        with connection.execute_wrapper(fail):
            yield
    finally:
        logging.disable(logging.NOTSET)


def asked(path: str, method: str = "get", **more):
    return getattr(Client(raise_request_exception=False), method)(path, **more)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def broken(monkeypatch):
    """A view that fails for a reason of its own."""

    def fail(request):
        raise RuntimeError("hunter2")

    monkeypatch.setattr("posts.site.listing.render", fail)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    "path", ["/", "/2026/03/01/a/", "/nowhere/", "/tags/x/", "/archive/", "/A.html", "/p/1/"]
)
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_without_a_database_every_page_is_a_calm_503(path, error, clock):
    make_post("published", slug="a")
    with no_database(error):
        answer, head = asked(path), asked(path, "head")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "60", "no-store")
    assert answer["Content-Type"] == "text/html; charset=utf-8" and not answer.cookies
    assert "ただいまサイトを表示できません" in words(answer)
    assert '<p class="brand"><a href="/">Editorial</a></p>' in answer.content.decode()
    assert "hunter2" not in words(answer) and "Traceback" not in words(answer)
    assert (head.status_code, head.content) == (503, b"")
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_without_a_database_the_desk_says_what_to_do(client, editor):
    client.force_login(editor)
    client.raise_request_exception = False
    with no_database():
        answer = client.get("/admin/")
        sent = client.post("/admin/posts/post/add/", {"title": "x"})
    assert answer.status_code == sent.status_code == 503
    assert "データベースが応答しない" in words(answer) and "データベースが応答しない" in words(sent)


def test_without_a_database_a_reader_with_a_session_gets_the_same_page(client, editor, clock):
    client.force_login(editor)
    client.raise_request_exception = False
    with no_database():
        assert client.get("/?at=2026-01-01").status_code == 503


def test_a_fault_of_ours_tells_no_trace(broken, clock):
    make_post("published", slug="a", tags=["x"])
    answer = asked("/tags/x/")
    assert answer.status_code == 500 and not answer.has_header("Retry-After") and not answer.cookies
    assert "hunter2" not in words(answer) and "サーバーで問題が発生しました" in words(answer)


PAGES = {400: "/%2e/?at=x", 403: "/", 404: "/nowhere/", 410: "/2026/03/01/a/"}


@pytest.fixture
def retracted(clock, publisher):
    revision = make_post("published", slug="a")
    clock.shift(60)
    workflow.perform("retract", revision, by=publisher, comment="事実に誤りがありました。", notice="お知らせ")


def answer_with(status: int, editor):
    client = Client(enforce_csrf_checks=status == 403)
    if status == 400:
        client.force_login(editor)
        return client.get("/?at=x")
    return client.post("/") if status == 403 else client.get(PAGES[status])


@pytest.mark.parametrize("status", PAGES)
@pytest.mark.parametrize(("language", "said"), [("ja", "トップページへ"), ("en", "To the home page")])
def test_error_pages_are_ours_in_both_languages(status, language, said, retracted, editor):
    with translation.override(language):
        answer = answer_with(status, editor)
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert said in words(answer) and f'<html lang="{language}">' in words(answer)
    assert 'name="robots" content="noindex"' in words(answer)
    assert not answer.cookies


def test_a_form_of_readers_that_cannot_be_taken_shows_nothing_of_the_desk(clock):
    answer = Client(enforce_csrf_checks=True).post("/tags/x/", {"title": CANARY})
    assert answer.status_code == 403
    assert "admin" not in words(answer) and CANARY not in words(answer)


def test_with_debug_the_site_still_shows_its_own_pages(settings, clock):
    settings.DEBUG = True
    make_post("published", slug="a")
    assert Client().get("/2026/03/01/A.html").status_code == 301
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404 and "urlpatterns" not in words(answer)


# --- what is near -----------------------------------------------------------------------------------------------------


@pytest.fixture
def stock(clock):
    """A few public articles, and hidden ones that are nearer to everything that is asked here."""
    make_post("published", slug="llama-trial", title="試用の記事", tags=["人工知能"], category="投資分析")
    make_post(
        "published", slug="other", date=NOON - timedelta(days=3), title="別の日の記事", tags=["ai-news"]
    )
    hidden = {"title": CANARY, "tags": [f"人工知能{SECRET}"], "category": f"投資{SECRET}", "summary": CANARY}
    make_post("draft", slug="llama-trials", date=NOON, **hidden)
    make_post("approved", slug=SECRET, date=NOON - timedelta(days=3), **hidden)
    make_post("published", slug="llama-trail", at=NOON + timedelta(days=1), date=NOON, **hidden)


NEAR = {
    "the same slug on another day": ("/2026/03/01/other/", "別の日の記事"),
    "a slug like it on the same day": ("/2026/03/01/llama-triaal/", "試用の記事"),
    "the beginning of a slug": ("/2026/03/01/llama/", "試用の記事"),
    "no day": ("/llama-trial", "試用の記事"),
    "a tag like it": ("/tags/人工知態/", "人工知能"),
    "a section like it": ("/categories/投資分/", "投資分析"),
    "a tag under another head": ("/topic/AI News", "ai-news"),
}


@pytest.mark.parametrize(("path", "said"), NEAR.values(), ids=NEAR)
def test_a_page_that_is_not_found_names_what_is_near(path, said, stock):
    answer = Client().get(path)
    assert answer.status_code == 404 and said in near_part(answer)


def near_part(answer) -> str:
    return words(answer).partition('class="notice-page"')[2].partition("</main>")[0]


@pytest.mark.parametrize(
    "path",
    ["/2026/03/01/llama-trials/", "/2026/02/26/kanaria-himitsu/", f"/{SECRET}", "/tags/人工知能kanaria/"]
    + ["/categories/投資kanaria/", "/2026/03/01/llama-trail", "/archive/kanaria/"],
)
def test_no_error_page_tells_of_what_is_hidden(path, stock):
    answer = Client().get(path)
    assert answer.status_code == 404
    told = words(answer)
    assert CANARY not in told and SECRET not in told


@pytest.mark.walk
@pytest.mark.parametrize("path", [path for path, _said in NEAR.values()])
def test_what_is_near_costs_a_few_questions_whatever_there_is(path, stock, django_assert_max_num_queries):
    for number in range(30):
        make_post("published", slug=f"llama-{number}", tags=[f"人工知{number}"], category=f"投資{number}")
    with django_assert_max_num_queries(
        9
    ):  # two for the address, four for what is near, the rest for the frame
        Client().get(path)


@pytest.mark.parametrize("path", ["/wp-login.php", "/.env", "/media/x.png", "/a/b/c/d/e/f", "/" + "あ" * 400])
def test_the_guesses_of_machines_ask_next_to_nothing(path, stock, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert Client().get(path).status_code == 404
