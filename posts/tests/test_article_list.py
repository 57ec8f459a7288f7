"""The article list: what it finds, filters and orders, one step for many, and the file for a spreadsheet."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.admin import bulk, spreadsheet
from posts.models import Category, HistoryEntry, Post, Revision

from .make import NOON, PAGE, advance, make_post, make_user

LIST = reverse("admin:posts_post_changelist")
DAY = timedelta(days=1)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def listed(user, **query) -> set[str]:
    """Titles of the rows that the list shows."""
    posts = browser(user).get(LIST, query).context["cl"].result_list
    return {post.standing.shown.title for post in posts}


def send(user, name: str, posts, **inputs):
    """The action of the list with its confirmation sent."""
    chosen = [post.pk for post in posts]
    data = {
        "action": f"bulk_{name}",
        "_selected_action": chosen,
        "index": "0",
        "acknowledged": "on",
        **inputs,
    }
    return browser(user).post(LIST, data)


def words(answer) -> str:
    return (answer.getvalue() if answer.streaming else answer.content).decode()


# --- finding --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ai", {"ＡＩと電力", "AI半導体"}),
        ("ＡＩ　電力", {"ＡＩと電力"}),
        ("電力 AI", {"ＡＩと電力"}),
        ("ﾃﾞｰﾀ", {"データの読み方"}),
        ("kitanami", {"データの読み方"}),
        ("x" * 500, set()),
        ("%", set()),
        ("", {"ＡＩと電力", "AI半導体", "データの読み方"}),
    ],
)
def test_search_finds_titles_and_addresses_however_they_are_spelt(asked, found, editor):
    make_post("draft", title="ＡＩと電力")
    make_post("draft", title="AI半導体")
    make_post("draft", title="データの読み方", slug="kitanami")
    assert listed(editor, q=asked) == found


def test_search_shows_no_draft_of_others(writer):
    make_post("draft", title="他人の下書き", by=make_user("writer", name="other"))
    assert listed(writer, q="下書き") == set()


def test_discarded_titles_are_not_found(writer, editor, clock):
    live = make_post("published", title="今の見出し")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer)
    document = draft.to_document().replace(title="捨てた見出し")
    draft = workflow.save_draft(draft, document, by=writer, version=1, page=PAGE)
    assert listed(editor, q="捨てた") == {"捨てた見出し"}
    workflow.perform("discard", draft, by=writer)
    assert listed(editor, q="捨てた") == set()


FIXED = {
    "tag": {"tag": "ａｉ"},
    "author": {"author": "佐藤"},
    "section": {},
    "assignee me": {"assignee": "me"},
    "reviewer me": {"reviewer": "me"},
    "open notes": {"notes": "open"},
    "must notes": {"notes": "must"},
    "scheduled": {"status": "scheduled"},
    "saved lately": {"period": "saved-7"},
    "public lately": {"period": "public-7"},
}


@pytest.mark.parametrize("name", FIXED)
def test_each_filter_finds_its_own_and_nothing_else(name, clock, editor, writer):
    clock.move_to(NOON - 60 * DAY)
    make_post("draft", title="古い下書き", slug="old")
    clock.move_to(NOON)
    made = {
        "tag": lambda: make_post("draft", title="これ", tags=["AI"]),
        "author": lambda: make_post("draft", title="これ", author="佐藤"),
        "section": lambda: make_post("draft", title="これ", category="欄"),
        "assignee me": lambda: workflow.change_card(
            make_post("draft", title="これ").post, by=editor, assignee=editor
        ),
        "reviewer me": lambda: workflow.perform(
            "submit", make_post("draft", title="これ"), by=writer, reviewer=editor
        ),
        "open notes": lambda: workflow.add_note(make_post("draft", title="これ"), by=writer, text="メモ"),
        "must notes": lambda: workflow.add_note(
            make_post("in_review", title="これ"), by=editor, text="メモ", must=True
        ),
        "scheduled": lambda: make_post("published", title="これ", at=NOON + DAY),
        "saved lately": lambda: make_post("draft", title="これ"),
        "public lately": lambda: make_post("published", title="これ"),
    }
    made[name]()
    query = FIXED[name] or {"section": str(Category.objects.get().pk)}
    assert listed(editor, **query) == {"これ"}


@pytest.mark.parametrize(
    "query",
    [
        {"tag": "無い"},
        {"author": "\0"},
        {"assignee": "99999999999999999999"},
        {"assignee": "x"},
        {"reviewer": "-1"},
        {"period": "saved-9"},
        {"notes": "x"},
        {"o": "99.x"},
        {"tag": "a" * 3000},
    ],
)
def test_odd_filters_are_answered(query, editor):
    make_post("draft")
    assert browser(editor).get(LIST, query).status_code in (200, 302, 400)


def test_retracted_and_ended_are_what_the_badge_says(clock, publisher, writer):
    live = make_post("published", title="記事", slug="a")
    clock.shift(60)
    retract = {"comment": "事実に誤りがありました。", "notice": "取り下げます。"}
    workflow.perform("retract", live, by=publisher, **retract)
    assert listed(publisher, status="retracted") == {"記事"}
    again = advance(workflow.start_revision(live.post, by=writer, page=PAGE), "published", at=NOON + DAY)
    clock.move_to(NOON + 2 * DAY)
    workflow.perform("unpublish", again, by=publisher, comment="終了")
    clock.shift(60)
    assert listed(publisher, status="retracted") == set()
    assert listed(publisher, status="ended") == {"記事"}


@pytest.mark.parametrize(("column", "key"), [("5", "due"), ("8", "saved")])
def test_the_list_is_ordered_by_a_column(column, key, editor, clock):
    first = make_post("draft", title="一", slug="a")
    clock.shift(60)
    second = make_post("draft", title="二", slug="b")
    workflow.change_card(first.post, by=editor, due=NOON + DAY)
    workflow.change_card(second.post, by=editor, due=NOON + 2 * DAY)
    posts = browser(editor).get(LIST, {"o": column}).context["cl"].result_list
    assert [post.pk for post in posts] == [first.post_id, second.post_id]


def test_the_list_asks_little_however_long_it_is(clock, editor, writer, django_assert_max_num_queries):
    for number in range(12):
        revision = make_post("draft", slug=f"n{number}", category="欄", author="佐藤", tags=["AI"])
        workflow.perform("submit", revision, by=writer, reviewer=editor)
        workflow.change_card(revision.post, by=editor, assignee=writer, due=NOON + DAY, priority=2)
    client = browser(editor)
    for query in ({}, {"q": "見出し"}, {"tag": "AI", "assignee": str(writer.pk), "period": "saved-7"}):
        with django_assert_max_num_queries(14):
            assert client.get(LIST, query).status_code == 200


# --- one step for many ----------------------------------------------------------------------------------------------


def test_each_article_is_done_or_left_out_with_its_reason(writer, editor):
    good = make_post("in_review", title="よい記事")
    own = make_post("in_review", title="自分の記事", by=editor)
    draft = make_post("draft", title="下書き")
    held = make_post("in_review", title="メモあり")
    workflow.add_note(held, by=editor, text="数字", must=True)
    rows = [good, own, draft, held]
    answer = send(editor, "approve", [row.post for row in rows], _confirm="1")
    page = words(answer)
    assert [Revision.objects.get(pk=row.pk).status for row in rows] == [
        "approved",
        "in_review",
        "draft",
        "in_review",
    ]
    assert all(workflow.refusal("approve", row, by=editor, acknowledged=True) in page for row in rows[1:])
    assert page.count("bulk-did") == 1
    assert page.count("bulk-skipped") == 3
    assert "no-store" in answer["Cache-Control"]


def test_the_page_that_asks_names_the_articles_and_changes_nothing(editor):
    rows = [make_post("in_review", title="甲"), make_post("draft", title="乙")]
    page = words(send(editor, "approve", [row.post for row in rows]))
    assert "甲" in page and "乙" in page and page.count("bulk-unfit") == 1
    assert not HistoryEntry.objects.filter(step="approve").exists()


def test_returning_many_asks_for_a_reason(editor):
    rows = [make_post("in_review"), make_post("in_review")]
    posts = [row.post for row in rows]
    assert words(send(editor, "request_changes", posts, _confirm="1")).count("bulk-skipped") == 2
    send(editor, "request_changes", posts, _confirm="1", comment="出典を加えてください。").getvalue()
    assert set(Revision.objects.values_list("status", flat=True)) == {"returned"}


def test_many_are_scheduled_submitted_assigned_and_unpublished(clock, writer, editor, publisher):
    rows = [make_post("approved", slug=slug) for slug in "ab"]
    posts = [row.post for row in rows]
    send(publisher, "publish", posts, _confirm="1", at="2026-03-02T09:00:00").getvalue()
    assert {row.live_from.isoformat() for row in Revision.objects.all()} == {"2026-03-02T00:00:00+00:00"}
    clock.move_to(NOON + 2 * DAY)
    send(publisher, "unpublish", posts, _confirm="1", comment="終了").getvalue()
    assert not Revision.objects.published(NOON + 3 * DAY).exists()
    draft = make_post("draft", slug="c")
    send(writer, "submit", [draft.post], _confirm="1", reviewer=editor.pk).getvalue()
    assert Revision.objects.get(pk=draft.pk).reviewer == editor
    send(editor, "assign", posts, _confirm="1", assignee=writer.pk).getvalue()
    assert set(Post.objects.filter(pk__in=[p.pk for p in posts]).values_list("assignee", flat=True)) == {
        writer.pk
    }


def test_a_second_click_is_told_why_nothing_happens(editor):
    row = make_post("in_review")
    for count in (1, 0):
        page = words(send(editor, "approve", [row.post], _confirm="1"))
        assert page.count("bulk-did") == count
    assert HistoryEntry.objects.filter(step="approve").count() == 1


@pytest.mark.parametrize("name", ["approve", "request_changes", "publish", "unpublish", "assign"])
def test_a_writer_is_offered_and_given_nothing_beyond_submitting(name, writer):
    row = make_post("approved")
    assert f"bulk_{name}" not in words(browser(writer).get(LIST))
    send(writer, name, [row.post], _confirm="1", comment="理由です", assignee=writer.pk)
    assert Revision.objects.get().status == "approved"
    assert Post.objects.get().assignee is None


def test_articles_of_others_are_not_reached_by_their_number(writer):
    row = make_post("draft", title="他人の下書き", by=make_user("writer", name="other"))
    assert "他人の下書き" not in words(send(writer, "submit", [row.post], _confirm="1"))
    assert Revision.objects.get().status == "draft"


def test_too_many_at_once_are_refused_before_anything_happens(editor, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    rows = [make_post("in_review") for _ in range(3)]
    answer = send(editor, "approve", [row.post for row in rows], _confirm="1")
    assert answer.status_code == 302
    assert set(Revision.objects.values_list("status", flat=True)) == {"in_review"}


def test_a_moment_that_cannot_be_read_is_asked_again(publisher):
    row = make_post("approved")
    answer = send(publisher, "publish", [row.post], _confirm="1", at="きのう")
    assert answer.status_code == 422
    assert Revision.objects.get().status == "approved"


# --- the file for a spreadsheet -------------------------------------------------------------------------------------


def rows_of(user, **query) -> list[list[str]]:
    answer = browser(user).get(reverse("admin:posts_post_csv"), query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.getvalue().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_file_holds_what_the_list_shows(writer, editor):
    make_post("draft", title="甲", category="欄")
    make_post("in_review", title='乙, "引用"')
    head, *rows = rows_of(editor, status="in_review")
    assert [row[1] for row in rows] == ['乙, "引用"']
    assert len(head) == len(rows[0])
    make_post("draft", title="秘密", by=make_user("writer", name="other"))
    assert "秘密" not in str(rows_of(writer))


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_cell_begins_a_formula(title, editor):
    make_post("draft", title=title)
    cells = [cell for row in rows_of(editor) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_file_is_for_the_desk(client, db):
    assert client.get(reverse("admin:posts_post_csv")).status_code == 302
    assert browser(make_user(name="nobody")).get(reverse("admin:posts_post_csv")).status_code == 403
    assert spreadsheet.guarded(None) == ""
