"""My desk: what waits for whom, in which order, and that nobody sees what is not theirs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.admin import mydesk
from posts.models import Buffer, HistoryEntry, Revision
from posts.workflow import queues

from .make import NOON, PAGE, advance, import_post, make_document, make_post, make_user

DESK = reverse("admin:index")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(user, path: str = DESK) -> str:
    answer = browser(user).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def section(user, name: str):
    return next(one for one in mydesk.sections(user) if one.kind.name == name)


def titles(user, name: str) -> list[str]:
    return [row.title for row in section(user, name).rows]


def submitted(clock, title: str, *, reviewer=None, by=None, **card):
    revision = make_post("draft", title=title, by=by)
    writer = by or make_user("writer")
    revision = workflow.perform("submit", revision, by=writer, reviewer=reviewer)
    if card:
        workflow.change_card(revision.post, by=make_user("admin"), **card)
    clock.shift(60)
    return revision


def test_reviews_asked_by_name_come_first_then_urgent_and_overdue_then_the_oldest(clock, editor):
    submitted(clock, "古い")
    submitted(clock, "新しい")
    submitted(clock, "至急", priority=2)
    submitted(clock, "期限切れ", due=NOON)
    submitted(clock, "名指し", reviewer=editor)
    assert titles(editor, "review") == ["名指し", "至急", "期限切れ", "古い", "新しい"]


def test_texts_asked_of_somebody_else_or_of_ones_own_do_not_wait_for_me(clock, editor, publisher):
    submitted(clock, "他の人", reviewer=publisher)
    submitted(clock, "自分の", by=editor)
    assert titles(editor, "review") == []
    assert titles(publisher, "review") == ["他の人", "自分の"]


def test_with_the_four_eyes_rule_off_ones_own_text_waits_too(clock, editor, settings):
    settings.EDITORIAL_FOUR_EYES = False
    submitted(clock, "自分の", by=editor)
    assert titles(editor, "review") == ["自分の"]


def test_returned_text_stands_with_the_first_line_of_its_reason(clock, writer):
    revision = make_post("in_review", title="差し戻された記事")
    reason = "出典が足りません。\n二行目は出ません。"
    workflow.perform("request_changes", revision, by=make_user("editor"), comment=reason)
    page = seen(writer)
    assert "差し戻された記事" in page and "出典が足りません。" in page and "二行目" not in page


def test_a_writer_sees_only_own_articles(clock, writer):
    stranger = make_user("writer", name="stranger")
    for status in ("draft", "returned", "in_review", "approved", "published"):
        make_post(status, title="カナリア", by=stranger, slug=status)
    page = seen(writer)
    assert "カナリア" not in page
    for name in mydesk.KINDS:
        answer = browser(writer).get(DESK, {"section": name})
        assert "カナリア" not in answer.content.decode()


def test_an_assigned_article_is_on_the_desk_of_its_assignee(clock, writer, editor):
    other = make_user("writer", name="other")
    revision = make_post("draft", title="割り当て")
    workflow.change_card(revision.post, by=editor, assignee=other)
    assert titles(other, "drafts") == ["割り当て"]


@pytest.mark.parametrize(
    "role, shown",
    [
        ("writer", ["returned", "drafts", "under_way", "scheduled", "trouble", "recent"]),
        ("editor", ["review", "returned", "drafts", "under_way", "scheduled", "trouble", "recent"]),
        (
            "publisher",
            ["review", "ready", "returned", "drafts", "under_way", "scheduled", "trouble", "recent"],
        ),
    ],
)
def test_sections_by_role(role, shown):
    assert [one.kind.name for one in mydesk.sections(make_user(role))] == shown


def test_empty_desk_says_what_to_do(writer):
    page = seen(writer)
    assert "New article" in page or "記事の新規作成" in page
    assert page.count("queue-empty") == 6


def test_counts_go_beyond_what_is_listed_and_lead_to_the_whole_section(clock, writer):
    for number in range(11):
        make_post("draft", title=f"下書き{number}番")
    page = section(writer, "drafts")
    assert (len(page.rows), page.total) == (8, 11)
    assert "?section=drafts" in seen(writer)
    assert seen(writer, DESK + "?section=drafts").count('class="row"') == 11


@pytest.mark.parametrize("query", ["section=x", "section=", "section=review", "section=drafts&page=0"])
def test_sections_that_are_not_there_or_not_mine_are_not_found(query, writer):
    assert browser(writer).get(DESK + "?" + query).status_code == 404


@pytest.mark.parametrize("number", ["x", "9", "-1", "１", "99999999999999999999", "1%00"])
def test_odd_pages_of_a_section_are_not_found(number, writer):
    assert browser(writer).get(f"{DESK}?section=drafts&page={number}").status_code == 404


def test_badge_counts_what_waits_and_stands_on_every_page_and_in_the_title(clock, editor, writer):
    submitted(clock, "一")
    returned = make_post("returned", title="二", by=editor)
    assert returned.status == "returned"
    assert queues.count_waiting(editor) == 2
    assert queues.count_waiting(writer) == 0
    assert "<title>(2) " in seen(editor)
    assert 'class="desk-count"' in seen(editor, reverse("admin:posts_post_changelist"))


def test_badge_is_one_query(clock, editor, django_assert_num_queries):
    submitted(clock, "一")
    editor = type(editor).objects.get(pk=editor.pk)
    editor.get_all_permissions()
    with django_assert_num_queries(1):
        assert queues.count_waiting(editor) == 1


def test_badge_equals_the_sections(clock, publisher):
    submitted(clock, "一")
    make_post("approved", title="二")
    assert mydesk.waiting(mydesk.sections(publisher)) == queues.count_waiting(publisher) == 2


def test_what_needs_work_says_why(clock, editor):
    revision = make_post("draft", title="表示できない")
    Revision.objects.filter(pk=revision.pk).update(rendered_with="")
    noted = make_post("returned", title="未解決")
    workflow.add_note(noted, by=editor, text="要確認", must=True)
    late = make_post("draft", title="遅れ")
    workflow.change_card(late.post, by=editor, due=NOON - timedelta(days=3))
    make_post("draft", title="問題なし")
    rows = {row.title: row for row in section(editor, "trouble").rows}
    assert set(rows) == {"表示できない", "未解決", "遅れ"}
    assert rows["表示できない"].in_unrendered and rows["未解決"].in_notes and rows["遅れ"].in_overdue


def test_unsaved_text_is_hinted_at_its_row_and_for_a_new_article(clock, writer):
    revision = make_post("draft")
    Buffer.objects.create(user=writer, post=revision.post, draft=revision, saved_at=NOON)
    Buffer.objects.create(user=writer, post=None, saved_at=NOON)
    rows = section(writer, "drafts").rows
    assert mydesk.dress(writer, rows) == NOON
    assert rows[0].unsaved_at == NOON
    assert mydesk.dress(make_user("editor"), rows) is None
    assert rows[0].unsaved_at is None


def conflict(post, digest: str = "d" * 64):
    return HistoryEntry.objects.create(
        post=post, step="conflict", digest=digest, text="---\n", at=NOON, actor_name="SYSTEM"
    )


def test_changed_files_that_wait_are_those_of_the_rule_book(clock, editor):
    posts = [import_post(slug=f"n{number}").post for number in range(4)]
    entries = [conflict(post) for post in posts]
    workflow.decline(entries[1], by=editor)
    HistoryEntry.objects.create(post=posts[2], step="import", at=NOON, actor_name="SYSTEM")
    newer = conflict(posts[3], "e" * 64)
    listed = {entry.pk for entry in mydesk.conflicts(editor)}
    assert listed == {entries[0].pk, newer.pk}
    assert listed == {found.pk for post in posts if (found := workflow.waiting(post))}


def test_who_has_what_is_for_who_sees_every_draft(clock, writer, editor):
    make_post("draft")
    make_post("returned")
    submitted(clock, "一", reviewer=editor)
    rows = {person["name"]: person for person in mydesk.who_has_what()}
    assert (rows["writer"]["draft"], rows["writer"]["returned"], rows["editor"]["reviewing"]) == (1, 1, 1)
    assert "who-has-what" in seen(editor)
    assert "who-has-what" not in seen(writer)


def test_scheduled_and_recent_with_their_moments(clock, publisher):
    make_post("published", title="先", slug="a", at=NOON + timedelta(hours=5))
    make_post("published", title="近", slug="b", at=NOON + timedelta(hours=2))
    make_post("published", title="公開", slug="c")
    clock.shift(60)
    assert titles(publisher, "scheduled") == ["近", "先"]
    assert titles(publisher, "recent") == ["公開"]


def test_a_user_without_a_role_sees_an_empty_desk(db):
    assert "queue-" not in seen(make_user(name="nobody"))


def many(clock, editor) -> None:
    for number in range(9):
        submitted(clock, f"待ち{number}")
        make_post("returned", by=editor, slug=f"r{number}")
        make_post("draft", by=editor, slug=f"d{number}")
        make_post("approved", slug=f"a{number}")
        make_post("published", slug=f"p{number}")


def test_desk_stays_under_fifteen_queries(clock, django_assert_max_num_queries):
    publisher = make_user("publisher")
    many(clock, publisher)
    client = browser(publisher)
    conflict(import_post(slug="x").post)
    with django_assert_max_num_queries(14):
        assert client.get(DESK).status_code == 200
    with django_assert_max_num_queries(10):
        assert client.get(DESK + "?section=review").status_code == 200


def test_answers_are_private(writer):
    assert "no-store" in browser(writer).get(DESK)["Cache-Control"]
    assert Client().get(DESK).status_code == 302


def test_changed_live_article_is_named_as_such(clock, writer):
    live = make_post("published", title="公開中")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer, page=PAGE)
    workflow.save_draft(draft, make_document(title="案"), by=writer, version=1, page=PAGE)
    advance(draft, "in_review")
    assert titles(writer, "under_way") == ["案"]
