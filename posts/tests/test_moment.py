"""The public site as of a moment: for who may see every revision, and as if it were not there for the rest."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from posts import workflow
from posts.models import Revision
from posts.site import moment

from .answers import headers
from .make import NOON, PAGE, advance, make_document, make_post, make_user

CANARY = "カナリア"
NAMES = {"tags": ["tag"], "category": "section", "author": "person"}
PATHS = [
    "/",
    "/tags/tag/",
    "/categories/section/",
    "/authors/person/",
    "/search/?q=見出し",
    "/search/",
    "/2026/03/01/a/",
    "/archive/",
    "/2026/",
    "/2026/03/",
    "/2026/03/01/",
    "/pages/about/",
    "/nowhere/",
    "/?page=1",
    "/2026/03/01/A.html",
    "/corrections/",
    "/corrections/feed.xml",
    "/feed.xml",
    "/tags/tag/feed.rss",
    "/categories/section/feed.json",
    "/authors/person/feed.xml",
    "/sitemap.xml",
    "/sitemap-posts-0.xml",
    "/news-sitemap.xml",
]
LATER = "2026-03-01T15:00"  # three hours after NOON in Tokyo


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(client: Client, path: str, at: str = LATER):
    return client.get(path + ("&" if "?" in path else "?") + f"at={at}")


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def desk(editor):
    return browser(editor)


@pytest.fixture
def planned(clock):
    """Public now as 一, replaced by 二 two hours later."""
    live = make_post("published", slug="a", title="一", **NAMES)
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=make_user("writer"), page=PAGE)
    workflow.save_draft(draft, make_document(title="二", **NAMES), by=draft.created_by, version=1, page=PAGE)
    return advance(draft, "published", at=NOON + timedelta(hours=2))


@pytest.mark.walk
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("at", [LATER, "2026-02-01", "x", "", "9999-12-31", "%00"])
def test_anonymous_answers_are_equal_to_the_byte(path, at, planned):
    plain, with_moment = Client().get(path), asked(Client(), path, at)
    assert (plain.status_code, plain.content) == (with_moment.status_code, with_moment.content)
    assert headers(plain) == headers(with_moment)
    assert not with_moment.cookies and "Vary" not in with_moment


def test_pages_of_a_list_do_not_echo_the_moment_to_readers(clock):
    for number in range(21):
        make_post("published", slug=f"n{number}", tags=["tag"])
    assert "page=2" in text_of(asked(Client(), "/tags/tag/"))
    assert "at=" not in text_of(asked(Client(), "/tags/tag/"))


@pytest.mark.parametrize("key", ["x" * 32, "", "short", "%00"])
def test_a_stale_session_cookie_gets_the_page_of_now_and_nothing_else(key, planned):
    clients = Client(), Client()
    for client in clients:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    plain, with_moment = clients[0].get("/"), asked(clients[1], "/")
    assert (plain.content, headers(plain)) == (with_moment.content, headers(with_moment))
    assert plain.cookies.output() == with_moment.cookies.output()


@pytest.mark.parametrize("path", PATHS)
def test_a_writer_gets_the_page_of_now(path, planned, writer):
    answer = asked(browser(writer), path)
    assert answer.content == Client().get(path).content
    assert not answer.has_header("X-Robots-Tag")


def test_a_person_who_left_gets_the_page_of_now(planned, editor, desk):
    type(editor).objects.filter(pk=editor.pk).update(is_active=False)
    assert "一" in text_of(asked(desk, "/2026/03/01/a/"))


@pytest.mark.parametrize("path", PATHS[:5])
def test_who_sees_every_revision_walks_the_site_of_then(path, planned, desk):
    assert "一" in text_of(desk.get(path)) and "二" in text_of(asked(desk, path))
    answer = asked(desk, path)
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert "as-of" in text_of(answer) and "15:00" in text_of(answer)


@pytest.mark.parametrize("state", ["draft", "returned", "in_review", "approved", "discarded"])
def test_nothing_unpublished_at_that_moment_shows(state, clock, desk):
    make_post(state, title=f"{CANARY}見出し", summary=CANARY, body=CANARY, slug="a", **NAMES)
    for path in PATHS:
        assert CANARY not in text_of(asked(desk, path, "2030-01-01"))


@pytest.mark.parametrize("at", ["2026-02-28T23:00", "2026-03-01T13:59:59"])
def test_what_starts_later_than_the_moment_is_not_there(at, clock, desk):
    make_post("published", title=CANARY, slug="a", at=NOON + timedelta(hours=2), **NAMES)
    for path in PATHS:
        assert CANARY not in text_of(asked(desk, path, at))
    assert asked(desk, "/tags/tag/", at).status_code == 404


def test_what_has_ended_by_the_moment_is_not_there(clock, desk, publisher):
    revision = make_post("published", title=CANARY, slug="a", **NAMES)
    clock.shift(60)
    workflow.perform("unpublish", revision, by=publisher, comment="終了", at=NOON + timedelta(hours=1))
    assert CANARY in text_of(asked(desk, "/", "2026-03-01T12:30"))
    for path in PATHS:
        assert CANARY not in text_of(asked(desk, path))


def test_the_past_shows_the_text_of_then(clock, desk, planned):
    clock.move_to(NOON + timedelta(days=3))
    assert "二" in text_of(desk.get("/2026/03/01/a/"))
    assert "一" in text_of(asked(desk, "/2026/03/01/a/", "2026-03-01T13:00"))


def test_before_a_retraction_the_article_stands(clock, desk, publisher):
    revision = make_post("published", slug="a", title="本文のある頃")
    clock.shift(3600)
    workflow.perform("retract", revision, by=publisher, comment="十文字以上の理由です", notice="お知らせ")
    clock.shift(60)
    assert desk.get("/2026/03/01/a/").status_code == 410
    assert asked(desk, "/2026/03/01/a/", "2026-03-01T12:30").status_code == 200
    assert asked(desk, "/2026/03/01/a/", "2026-03-01T14:00").status_code == 410


def test_sections_in_the_head_are_those_of_then(clock, desk):
    make_post("published", slug="a", category="先の欄", at=NOON + timedelta(hours=2))
    assert "先の欄" not in text_of(desk.get("/"))
    assert "先の欄" in text_of(asked(desk, "/"))


def test_every_link_of_the_site_stays_at_the_moment(clock, desk, planned):
    body = text_of(asked(desk, "/2026/03/01/a/"))
    links = re.findall(r'<a\b[^>]*href="(/[^"]*)"', body)
    inside = [link for link in links if not link.startswith("/admin/")]
    assert len(inside) > 3
    assert all(f"at={LATER}" in link for link in inside)


@pytest.mark.parametrize(
    "address, kept",
    [
        ("/a/", "/a/?at=2026-03-01T15:00"),
        ("/a/?page=2", "/a/?page=2&at=2026-03-01T15:00"),
        ("/a/#b", "/a/?at=2026-03-01T15:00#b"),
        ("?page=2", "?page=2&at=2026-03-01T15:00"),
        ("http://testserver/a/", "/a/?at=2026-03-01T15:00"),
        ("#main", "#main"),
        ("/admin/", "/admin/"),
        ("/media/a.png", "/media/a.png"),
        ("//other.example/", "//other.example/"),
        ("https://other.example/?x=1", "https://other.example/?x=1"),
        ("mailto:a@example.com", "mailto:a@example.com"),
    ],
)
def test_which_addresses_take_the_moment_along(address, kept):
    assert moment._with_moment(address, moment.read(LATER)) == kept


def test_old_addresses_lead_on_at_the_moment(clock, desk, publisher):
    revision = make_post("published", slug="a", at=NOON + timedelta(hours=2))
    workflow.change_address(revision.post, slug="b", by=publisher)
    clock.move_to(NOON + timedelta(hours=3))
    workflow.change_address(revision.post, slug="c", by=publisher)
    assert asked(desk, "/2026/03/01/b/", "2026-03-01T13:00").status_code == 404
    answer = asked(desk, "/2026/03/01/b/")
    assert answer.status_code == 301 and answer["Location"].endswith(f"/c/?at={LATER}")
    assert answer["Cache-Control"] == "private, no-store"


ODD = [
    "x",
    "2026-13-01",
    "2026-02-30T10:00",
    "9999-12-31T23:00",
    "0001-01-01",
    "2026-03-01T25:00",
    "%00",
    "あ",
]


@pytest.mark.parametrize("at", [*ODD, "1" * 5000])
def test_odd_moments_are_a_bad_request_for_staff(at, clock, desk):
    answer = asked(desk, "/", at)
    assert (answer.status_code, answer["Cache-Control"]) == (400, "private, no-store")


@pytest.mark.parametrize(
    "at, written",
    [
        ("2026-12-24T09:00", "2026-12-24T09:00"),
        ("2026-12-24", "2026-12-24T00:00"),
        ("2026-12-24T00:00:00Z", "2026-12-24T09:00"),
        ("2026-12-24 09:00:01", "2026-12-24T09:00:01"),
    ],
)
def test_moments_are_read_in_the_zone_of_the_site(at, written):
    assert moment.written(moment.read(at)) == written


def test_the_desk_and_previews_know_no_moment(clock, desk, editor):
    revision = make_post("draft", title=CANARY)
    assert CANARY in text_of(asked(desk, f"/preview/{revision.pk}/"))
    assert "as-of" not in text_of(asked(desk, f"/preview/{revision.pk}/"))
    assert asked(desk, "/admin/").status_code == 200


def test_looking_at_another_moment_changes_nothing(planned, desk):
    before = list(Revision.objects.order_by("pk").values())
    for path in PATHS:
        asked(desk, path)
    assert list(Revision.objects.order_by("pk").values()) == before
    assert desk.post("/?at=" + LATER).status_code == 405


def test_a_page_of_then_costs_what_one_of_now_does_and_the_asking(
    planned, desk, django_assert_max_num_queries
):
    with django_assert_max_num_queries(9):
        asked(desk, "/2026/03/01/a/")


def test_every_public_page_is_walked_here():
    """A new public address has to be added to PATHS, or be one of those that know no moment."""
    names = {
        pattern.name for pattern in get_resolver("posts.urls").url_patterns if getattr(pattern, "name", "")
    }
    walked = {"home", "post", "tag", "category", "author", "permanent", "archive", "year", "month", "day"}
    walked |= {"search"}
    walked |= {"page", "corrections", "corrections_feed", "feed", "tag_feed", "category_feed", "author_feed"}
    walked |= {"sitemap", "sitemap_part", "news_sitemap"}
    other = {
        name
        for name in names - walked
        if not name.startswith(("preview", "shared", "set_", "password", "admin_", "desk_"))
    }
    assert other == {"robots", "manifest", "favicon", "security"}  # these know no articles
