"""What readers see, and what they never see."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from posts import workflow
from posts.models import Redirect, Revision
from posts.roles import SYSTEM

from .hiding import NAMES, STATES, WORDS, replaced, text_of
from .make import NOON, PAGE, advance, import_post, make_document, make_post, make_user

PUBLIC = [
    "/",
    "/tags/tag/",
    "/categories/section/",
    "/authors/person/",
    "/?unknown=1",
    "/archive/",
    "/2026/",
    "/2026/03/",
    "/2026/03/01/",
    "/2026/03/01/a/",
    "/nowhere/",
]


@pytest.mark.parametrize("hidden", STATES, indirect=True)
def test_no_public_page_shows_a_word_of_what_is_not_public(hidden):
    for path in [*PUBLIC, f"/p/{hidden.post_id}/"]:
        assert WORDS not in text_of(path), path


@pytest.mark.parametrize("hidden", STATES, indirect=True)
def test_lists_of_a_tag_used_only_by_hidden_texts_are_not_there(hidden):
    for path in ["/tags/tag/", "/categories/section/", "/authors/person/"]:
        assert Client().get(path).status_code == 404
    assert "section" not in text_of("/")


def test_the_control_finds_the_words_of_a_public_article(clock):
    make_post("published", title=f"{WORDS}見出し", slug="a", **NAMES)
    assert all(WORDS in text_of(path) for path in PUBLIC if path not in ("/nowhere/", "/archive/"))


def test_a_schedule_is_met_to_the_second_without_any_command(clock):
    revision = make_post("published", at=NOON + timedelta(hours=1), slug="a")
    path = revision.get_absolute_url()
    for moment, status in [(3599, 404), (3600, 200), (3601, 200)]:
        clock.move_to(NOON + timedelta(seconds=moment))
        assert Client().get(path).status_code == status


def test_a_replacement_begins_at_its_moment(clock, writer):
    live = make_post("published", slug="a", title="一")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer, page=PAGE)
    workflow.save_draft(draft, make_document(title="二"), by=writer, version=1, page=PAGE)
    advance(draft, "published", at=NOON + timedelta(hours=1))
    assert "一" in text_of("/2026/03/01/a/")
    clock.move_to(NOON + timedelta(hours=1))
    assert "二" in text_of("/2026/03/01/a/")


def test_retracted_article_answers_410_with_its_notice_until_it_is_published_again(clock, publisher, writer):
    revision = make_post("published", slug="a")
    clock.shift(60)
    workflow.perform("retract", revision, by=publisher, comment="事実に誤りがありました。", notice="お知らせ")
    gone = Client().get("/2026/03/01/a/")
    assert (gone.status_code, "お知らせ" in gone.content.decode()) == (410, True)
    clock.shift(60)
    advance(workflow.start_revision(revision.post, by=writer, page=PAGE), "published")
    assert Client().get("/2026/03/01/a/").status_code == 200


def test_notice_stands_until_a_scheduled_return(clock, publisher, writer):
    revision = make_post("published", slug="a")
    clock.shift(60)
    workflow.perform("retract", revision, by=publisher, comment="事実に誤りがありました。", notice="お知らせ")
    draft = workflow.start_revision(revision.post, by=writer, page=PAGE)
    advance(draft, "published", at=NOON + timedelta(hours=1))
    assert Client().get("/2026/03/01/a/").status_code == 410
    clock.move_to(NOON + timedelta(hours=1))
    assert Client().get("/2026/03/01/a/").status_code == 200


def test_changed_slug_leads_there_in_one_hop_and_only_while_public(clock, publisher):
    revision = make_post("published", slug="a")
    clock.shift(60)
    for slug in ("b", "c"):
        workflow.change_address(revision.post, slug=slug, by=publisher)
    for old in ("a", "b"):
        answer = Client().get(f"/2026/03/01/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, "/2026/03/01/c/")
    workflow.perform("unpublish", revision, by=publisher, comment="理由")
    assert Client().get("/2026/03/01/a/").status_code == 404


def test_taking_an_address_deletes_the_redirect_of_that_path(clock, publisher):
    first = make_post("published", slug="a")
    workflow.change_address(first.post, slug="b", by=publisher)
    make_post("published", slug="a", title="別の記事")
    assert not Redirect.objects.filter(path="/2026/03/01/a/").exists()
    assert "別の記事" in text_of("/2026/03/01/a/")


@pytest.mark.parametrize(
    "path",
    [
        "/?page=0",
        "/?page=x",
        "/?page=9",
        "/?page=-1",
        "/2026/13/45/a/",
        "/2026/3/1/a/",
        "/0000/01/01/a/",
    ]
    + ["/tags/%00/", "/%FF/", "/tags/" + "あ" * 300 + "/", "/preview/1/x"],
)
def test_odd_addresses_are_not_found_and_nothing_breaks(path, clock):
    assert Client().get(path).status_code == 404


def test_japanese_slug_answers_decomposed_and_percent_encoded(clock):
    make_post("published", slug="データガイド")
    assert Client().get("/2026/03/01/データガイド/").status_code == 200


def test_lists_are_paginated(clock):
    for number in range(21):
        make_post("published", slug=f"n{number}", title=f"記事{number}番", tags=["tag"])
        clock.shift(1)
    assert "記事20番" in text_of("/tags/tag/")
    assert "記事0番" in text_of("/tags/tag/?page=2")
    assert "記事0番" not in text_of("/tags/tag/")


def test_anonymous_answers_carry_no_cookie_and_strict_headers(clock):
    make_post("published", slug="a")
    for path in ("/", "/2026/03/01/a/", "/nowhere/"):
        answer = Client().get(path)
        assert not answer.cookies
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_public_pages_write_nothing(clock):
    make_post("published", slug="a")
    for path in ("/", "/2026/03/01/a/"):
        assert Client().post(path).status_code == 405


def test_preview_is_for_those_who_may_see_it(clock, writer, editor):
    revision = make_post("draft", title=WORDS)
    path = f"/preview/{revision.pk}/"
    stranger = make_user("writer", name="stranger")
    for user, status in [(writer, 200), (editor, 200), (stranger, 404)]:
        client = Client()
        client.force_login(user)
        answer = client.get(path)
        assert answer.status_code == status
    assert Client().get(path).status_code == 302
    client.force_login(writer)
    answer = client.get(path)
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")


def test_query_counts_do_not_grow(clock, django_assert_max_num_queries):
    for number in range(5):
        make_post("published", slug=f"n{number}", tags=["a", "b"], category="s", author="p", coauthors=["q"])
    for path, count in [("/", 4), ("/2026/03/01/n1/", 4), ("/tags/a/", 4)]:
        with django_assert_max_num_queries(count):
            Client().get(path)


def test_adopted_article_is_public_at_its_own_date(clock):
    revision = import_post(date=NOON - timedelta(days=30), slug="old")
    workflow.perform("adopt", revision, by=SYSTEM)
    assert Client().get("/2026/01/30/old/").status_code == 200
    assert Revision.objects.published(NOON - timedelta(days=31)).count() == 0


def test_a_later_typo_hides_no_earlier_correction(clock):
    live = make_post("published", slug="a")
    live = replaced(live, clock, "correction", "金額を訂正しました。", title="二")
    live = replaced(live, clock, "update", "続報を加えました。", title="三")
    replaced(live, clock, "typo", "", title="四")
    page = text_of("/2026/03/01/a/")
    assert page.index("金額を訂正しました。") < page.index('class="prose"') < page.index("続報を加えました。")
    assert page.count("金額を訂正しました。") == 1


def test_a_typo_is_no_update_that_readers_are_told_of(clock):
    live = make_post("published", slug="a")
    replaced(live, clock, "typo", "", title="二")
    assert "article:modified_time" not in text_of("/2026/03/01/a/")


def test_the_updated_time_is_that_of_the_last_marked_change(clock):
    live = replaced(make_post("published", slug="a"), clock, "update", "続報", title="二")
    replaced(live, clock, "typo", "", title="三")
    page = text_of("/2026/03/01/a/")
    assert re.search(r'article:modified_time"\s+content="2026-03-01T13:00:00', page)


def test_a_note_that_is_not_public_yet_shows_in_its_preview_only(clock, editor):
    live = make_post("published", slug="a")
    clock.shift(60)
    writer = make_user("writer")
    document = live.to_document().replace(update_kind="correction", update_note="カナリア", title="二")
    draft = workflow.start_revision(live.post, by=writer, base=document, page=PAGE)
    assert "カナリア" not in text_of("/2026/03/01/a/")
    client = Client()
    client.force_login(editor)
    assert "カナリア" in client.get(f"/preview/{draft.pk}/").content.decode()
