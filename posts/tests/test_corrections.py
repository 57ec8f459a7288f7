"""The page of what has been put right, and its feed."""

import re
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client

from posts import workflow
from posts.models import Post

from .hiding import UNSEEN, WORDS, in_state, replaced, text_of
from .make import NOON, PAGE, advance, make_post, make_user

PLACES = ["/corrections/", "/corrections/feed.xml"]
REASON = "事実に誤りがありました。"


def corrected(clock, note="金額を訂正しました。", kind="correction", slug="a", **fields):
    return replaced(make_post("published", slug=slug, **fields), clock, kind, note)


def retracted(clock, notice="取り消しのお知らせ", **fields):
    live = make_post("published", **fields)
    clock.shift(60)
    return workflow.perform("retract", live, by=make_user("publisher"), comment=REASON, notice=notice)


def entries() -> list[ElementTree.Element]:
    tree = ElementTree.fromstring(Client().get("/corrections/feed.xml").content)
    return tree.findall("{http://www.w3.org/2005/Atom}entry")


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    ("kind", "is_told"),
    [("correction", True), ("apology", True), ("addition", False), ("update", False)],
)
def test_corrections_and_apologies_are_listed_with_article_kind_time_and_note(path, kind, is_told, clock):
    corrected(clock, kind=kind, title="見出しの言葉")
    page = text_of(path)
    words = {"correction": "訂正", "apology": "おわび"}.get(kind, "")
    for part in ["金額を訂正しました。", "見出しの言葉", "/2026/03/01/a/#note-", "2026-03-01T13:00:00+09:00"]:
        assert (part in page) == is_told, part
    assert words in page


def test_a_retraction_is_listed_with_its_notice_and_leads_to_no_text(clock):
    retracted(clock, slug="quiet-slug", title=f"{WORDS}見出し", summary=WORDS)
    for path in PLACES:
        page = text_of(path)
        assert "取り消しのお知らせ" in page, path
        assert "記事の取り消し" in page, path
        assert WORDS not in page, path
        assert "quiet-slug" not in page, path


def test_a_retraction_ends_its_article_s_corrections_and_the_return_brings_them_back(clock, writer):
    live = corrected(clock, note=WORDS)
    clock.shift(60)
    workflow.perform("retract", live, by=make_user("publisher"), comment=REASON, notice="一時の知らせ")
    assert WORDS not in text_of("/corrections/")
    clock.shift(60)
    advance(workflow.start_revision(live.post, by=writer, page=PAGE), "published")
    page = text_of("/corrections/")
    assert WORDS in page
    assert "一時の知らせ" not in page


@pytest.mark.parametrize("path", PLACES)
def test_an_unpublished_article_s_corrections_are_told_no_more(path, clock):
    live = corrected(clock, note=WORDS, title=WORDS)
    assert WORDS in text_of(path)
    clock.shift(60)
    workflow.perform("unpublish", live, by=make_user("publisher"), comment="理由")
    assert WORDS not in text_of(path)


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("state", UNSEEN)
def test_no_word_of_what_is_not_public_is_told(path, state, clock):
    in_state(state, clock, title=WORDS, update_kind="correction", update_note=WORDS, slug="a")
    assert WORDS not in text_of(path)


@pytest.mark.parametrize("path", PLACES)
def test_a_scheduled_correction_is_told_from_its_moment_on(path, clock, writer):
    live = make_post("published", slug="a")
    clock.shift(60)
    document = live.to_document().replace(update_kind="correction", update_note=WORDS)
    draft = workflow.start_revision(live.post, by=writer, base=document, page=PAGE)
    advance(draft, "published", at=NOON + timedelta(hours=1))
    assert WORDS not in text_of(path)
    clock.move_to(NOON + timedelta(hours=1))
    assert WORDS in text_of(path)


def test_who_may_ask_sees_the_corrections_of_another_moment(clock, editor):
    corrected(clock, note=WORDS)
    client = Client()
    client.force_login(editor)
    for path in PLACES:
        assert WORDS not in client.get(f"{path}?at=2026-03-01T12:30").content.decode()
        assert WORDS in client.get(f"{path}?at=2026-03-01T13:30").content.decode()
        assert WORDS in Client().get(f"{path}?at=2026-03-01T12:30").content.decode()


def test_the_newest_stands_first_under_its_month(clock):
    corrected(clock, note="三月の訂正", slug="a")
    clock.move_to(NOON + timedelta(days=40))
    retracted(clock, notice="四月の取り消し", slug="b")
    page = text_of("/corrections/")
    order = ["2026年4月</h2>", "四月の取り消し", "2026年3月</h2>", "三月の訂正"]
    assert sorted(order, key=page.index) == order


def test_the_title_is_the_one_readers_see_now_with_its_label(clock):
    live = corrected(clock, note="訂正", title="一", sponsorship="ad")
    replaced(live, clock, "typo", "", title="今の見出し")
    page = text_of("/corrections/")
    assert "今の見出し" in page
    assert page.index("広告（PR）") < page.index("今の見出し")
    assert "訂正: 広告（PR） | 今の見出し" in text_of("/corrections/feed.xml")


def test_pages_of_twenty_and_no_more_questions_with_more_entries(clock, django_assert_max_num_queries):
    for number in range(12):
        corrected(clock, note=f"訂正{number}番", slug=f"c{number}")
        retracted(clock, notice=f"取消{number}番", slug=f"r{number}")
        clock.shift(60)
    for path in ("/corrections/", "/corrections/?page=2", "/corrections/feed.xml"):
        with django_assert_max_num_queries(6):
            assert Client().get(path).status_code == 200
    assert "取消11番" in text_of("/corrections/")
    assert "訂正0番" in text_of("/corrections/?page=2")
    assert Client().get("/corrections/?page=3").status_code == 404
    assert len(entries()) == 24


def test_an_empty_page_answers(clock):
    assert "まだありません" in text_of("/corrections/")
    assert entries() == []


def test_an_entry_of_the_feed_keeps_its_id_when_the_address_changes(clock, publisher):
    live = corrected(clock)
    before = entries()[0].find("{http://www.w3.org/2005/Atom}id").text
    workflow.change_address(Post.objects.get(pk=live.post_id), slug="b", by=publisher)
    after = entries()[0]
    assert after.find("{http://www.w3.org/2005/Atom}id").text == before
    assert "/2026/03/01/b/" in after.find("{http://www.w3.org/2005/Atom}link").get("href")


def test_characters_that_xml_cannot_hold_break_no_feed(clock):
    live = corrected(clock)
    Post.objects.filter(pk=live.post_id).update(notice="")
    type(live).objects.filter(pk=live.pk).update(update_note="前\x0b後 <b>&\ufffe")
    note = entries()[0].find("{http://www.w3.org/2005/Atom}summary").text
    assert unescape(note) == "前後 <b>&"


def test_answers_for_everybody_carry_no_cookie(clock):
    for path in PLACES:
        assert not Client().get(path).cookies


def test_every_page_leads_to_the_corrections(clock):
    make_post("published", slug="a")
    for path in ("/", "/2026/03/01/a/", "/nowhere/", "/corrections/"):
        footer = re.search(r"<footer class=\"colophon\">.*</footer>", text_of(path), re.S)[0]
        assert 'href="/corrections/"' in footer
