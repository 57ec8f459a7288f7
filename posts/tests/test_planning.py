"""Calendar, board, desk card and single steps: plans move, moments only by the rule book, and nobody sees too much."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.admin import calendar
from posts.models import HistoryEntry, Post, Revision

from .make import NOON, PAGE, advance, make_post, make_user

CALENDAR, BOARD = reverse("admin:posts_calendar"), reverse("admin:posts_board")
CANARY = "カナリア"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(user, path: str) -> str:
    answer = browser(user).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def url(name: str, post: Post, *more) -> str:
    return reverse(f"admin:posts_{name}", args=[post.pk, *more])


def planned(day: date, by=None, **fields) -> Revision:
    revision = make_post("draft", **fields)
    workflow.change_card(revision.post, by=by or make_user("editor"), planned_for=day)
    return revision


def items(user, query: str = "") -> dict[str, list[str]]:
    """{day: [kind title, …]} of a calendar page."""
    days = browser(user).get(CALENDAR + query).context["days"]
    return {
        day.date.isoformat(): [f"{item.kind} {item.revision.title}" for item in day.shown]
        for day in days
        if day.items
    }


# --- calendar


def test_every_kind_stands_on_its_day_with_sign_and_word(clock, editor, publisher):
    live = make_post("published", title="公開", slug="a")
    clock.shift(60)
    workflow.perform("unpublish", live, by=publisher, comment="終了", at=NOON + timedelta(days=9))
    make_post("published", title="予約", slug="b", at=NOON + timedelta(days=2))
    draft = planned(date(2026, 3, 5), title="下書き")
    card = {"due": NOON + timedelta(days=3), "embargo_until": NOON + timedelta(days=6)}
    workflow.change_card(draft.post, by=editor, **card)
    assert items(editor) == {
        "2026-03-01": ["public 公開"],
        "2026-03-03": ["scheduled 予約"],
        "2026-03-04": ["due 下書き"],
        "2026-03-05": ["planned 下書き"],
        "2026-03-07": ["embargo 下書き"],
        "2026-03-10": ["end 公開"],
    }
    page = seen(editor, CALENDAR)
    assert all(sign in page for sign, _word in calendar.SIGNS.values())


def test_a_day_is_one_of_the_sites_zone(clock, editor):
    make_post("published", title="深夜", slug="a", at=NOON + timedelta(hours=12))  # 0:00 in Tokyo
    assert items(editor) == {"2026-03-02": ["scheduled 深夜"]}


def test_a_writer_sees_what_is_public_and_own_plans_only(clock, writer):
    stranger = make_user("writer", name="stranger")
    make_post("published", title="公開", slug="p", by=stranger)
    make_post("published", title=CANARY, slug="s", by=stranger, at=NOON + timedelta(days=1))
    hidden = make_post("draft", title=CANARY, by=stranger)
    workflow.change_card(hidden.post, by=stranger, planned_for=date(2026, 3, 6))
    planned(date(2026, 3, 5), title="自分の", by=writer)
    clock.shift(60)
    assert items(writer) == {"2026-03-01": ["public 公開"], "2026-03-05": ["planned 自分の"]}
    for path in (CALENDAR, CALENDAR + "?view=week", BOARD):
        assert CANARY not in seen(writer, path)


def test_month_week_and_day_cover_whole_weeks_from_monday(clock, editor):
    days = {view: calendar._span(view, date(2026, 3, 1)) for view in calendar.VIEWS}
    assert (days["month"][0], days["month"][-1]) == (date(2026, 2, 23), date(2026, 4, 5))
    assert (days["week"][0], days["week"][-1]) == (date(2026, 2, 23), date(2026, 3, 1))
    assert days["day"] == [date(2026, 3, 1)]


def test_many_items_of_a_day_fold(clock, editor):
    for number in range(8):
        planned(date(2026, 3, 5), title=f"記事{number}")
    page = seen(editor, CALENDAR)
    assert "+4<" in page and page.count('class="item item-planned') == 4
    assert seen(editor, CALENDAR + "?view=day&day=2026-03-05").count('class="item item-planned') == 8


def test_filters_cut_the_calendar_and_the_board_down(clock, editor, writer):
    one = planned(date(2026, 3, 5), title="解説記事", category="解説")
    planned(date(2026, 3, 5), title="その他")
    workflow.change_card(one.post, by=editor, assignee=writer)
    section = Revision.objects.get(pk=one.pk).category_id
    for query in (f"?section={section}", f"?assignee={writer.pk}"):
        assert items(editor, query) == {"2026-03-05": ["planned 解説記事"]}
        assert [c.total for c in browser(editor).get(BOARD + query).context["columns"]][0] == 1
    assert items(editor, "?assignee=none") == {"2026-03-05": ["planned その他"]}
    assert items(editor, "?kind=due") == {}


ODD = ["view=x", "day=x", "day=2026-02-31", "day=0001-01-01", "day=9999-12-31", "section=x", "section=-1"]
ODD += ["assignee=x", "assignee=１", "kind=x", "day=", "day=%00", "section=" + "9" * 30]


@pytest.mark.parametrize("query", ODD)
def test_odd_addresses_of_the_calendar_are_not_found(query, clock, editor):
    assert browser(editor).get(f"{CALENDAR}?{query}").status_code == 404


@pytest.mark.parametrize("query", ["section=x", "assignee=%00", "section=" + "9" * 30])
def test_odd_addresses_of_the_board_are_not_found(query, clock, editor):
    assert browser(editor).get(f"{BOARD}?{query}").status_code == 404


@pytest.mark.parametrize("query", ["moved=x&from=y", "moved=999&from=2026-01-01", "moved=&from=", "from=%00"])
def test_odd_words_about_a_last_move_are_ignored(query, clock, editor):
    assert "plan-undo" not in seen(editor, f"{CALENDAR}?{query}")


@pytest.mark.parametrize("day", ["1000-02-01", "8999-11-30", "2024-02-29"])
@pytest.mark.parametrize("view", ["month", "week", "day"])
def test_edges_of_time_open(view, day, clock, editor):
    assert browser(editor).get(f"{CALENDAR}?view={view}&day={day}").status_code == 200


# --- moving a plan


@pytest.mark.parametrize(
    "sent, there",
    [
        ({"day": "2026-03-20"}, date(2026, 3, 20)),
        ({"by": "1"}, date(2026, 3, 6)),
        ({"by": "-7"}, date(2026, 2, 26)),
        ({"day": ""}, None),
        ({"day": "2026-03-20", "clear": "1"}, None),
    ],
)
def test_a_plan_is_moved_and_can_be_undone(sent, there, clock, editor):
    revision = planned(date(2026, 3, 5))
    client = browser(editor)
    answer = client.post(url("calendar_move", revision.post), sent | {"next": CALENDAR + "?view=week"})
    assert answer.status_code == 302 and answer["Location"].startswith(CALENDAR + "?view=week&moved=")
    assert Post.objects.get().planned_for == there
    assert Post.objects.get().history.first().step == "card"
    assert "plan-undo" in client.get(answer["Location"]).content.decode()
    back = client.post(url("calendar_move", revision.post), {"day": "2026-03-05", "undo": "1"})
    assert "moved" not in back["Location"]
    assert Post.objects.get().planned_for == date(2026, 3, 5)


@pytest.mark.parametrize("sent", [{"day": "x"}, {"day": "0001-01-01"}, {"day": "2026-02-31"}, {"day": "\0"}])
def test_an_odd_day_is_refused_in_words(sent, clock, editor):
    revision = planned(date(2026, 3, 5))
    answer = browser(editor).post(url("calendar_move", revision.post), sent, follow=True)
    assert "2026-12-24" in answer.content.decode()
    assert Post.objects.get().planned_for == date(2026, 3, 5)


def test_a_plan_is_moved_by_who_may_plan_and_never_by_looking(clock, writer, editor):
    revision = planned(date(2026, 3, 5))
    assert browser(editor).get(url("calendar_move", revision.post)).status_code == 404
    stranger = browser(make_user("writer", name="stranger"))
    assert stranger.post(url("calendar_move", revision.post), {"by": "1"}).status_code == 404
    assert Post.objects.get().planned_for == date(2026, 3, 5)
    browser(writer).post(url("calendar_move", revision.post), {"by": "1"})
    assert Post.objects.get().planned_for == date(2026, 3, 6)


@pytest.mark.parametrize(
    "goto", ["https://other.example/", "//other.example/admin/", "javascript:alert(1)", "/"]
)
def test_moves_never_lead_to_another_site(goto, clock, editor):
    revision = planned(date(2026, 3, 5))
    answer = browser(editor).post(url("calendar_move", revision.post), {"by": "1", "next": goto})
    assert answer["Location"].startswith("/admin/")


def test_drafts_without_a_day_stand_beside_the_calendar(clock, editor):
    make_post("draft", title="予定なし")
    planned(date(2026, 3, 5), title="予定あり")
    rows = browser(editor).get(CALENDAR).context["unplanned"]["rows"]
    assert [row.title for row in rows] == ["予定なし"]


# --- a scheduled moment


def test_rescheduling_is_one_act_with_both_steps_in_history(clock, publisher):
    revision = make_post("published", at=NOON + timedelta(days=1))
    moved = workflow.reschedule(revision, by=publisher, at=NOON + timedelta(days=2))
    assert (moved.status, moved.live_from, moved.seal) == (
        "published",
        NOON + timedelta(days=2),
        revision.seal,
    )
    assert [entry.step for entry in moved.history.all()[:2]] == ["publish", "cancel"]


REFUSED = {"past": -timedelta(days=1), "same moment": timedelta(days=1), "embargo": timedelta(days=2)}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_rescheduling_changes_nothing(case, clock, publisher):
    revision = make_post("published", at=NOON + timedelta(days=1))
    if case == "embargo":
        Post.objects.update(embargo_until=NOON + timedelta(days=5))
    before = (Revision.objects.values().get(), HistoryEntry.objects.count())
    with pytest.raises(workflow.Refused):
        workflow.reschedule(revision, by=publisher, at=NOON + REFUSED[case])
    assert (Revision.objects.values().get(), HistoryEntry.objects.count()) == before


def test_rescheduling_takes_the_permission_to_publish(clock, editor):
    revision = make_post("published", at=NOON + timedelta(days=1))
    with pytest.raises(workflow.Refused):
        workflow.reschedule(revision, by=editor, at=NOON + timedelta(days=2))
    assert "reschedule" not in seen(editor, CALENDAR)


def test_the_moment_is_changed_on_a_page_that_knows_the_day_of_the_drop(clock, publisher):
    revision = make_post("published", at=NOON + timedelta(days=1))
    page = url("post_step", revision.post, "reschedule")
    assert "2026-03-08T12:00:00" in seen(publisher, page + "?day=2026-03-08")
    answer = browser(publisher).post(page, {"at": "2026-03-08T12:00", "next": CALENDAR})
    assert answer.status_code == 302 and answer["Location"] == CALENDAR
    assert Revision.objects.get().live_from == NOON + timedelta(days=7)
    empty = browser(publisher).post(page, {"at": ""})
    assert empty.status_code == 409


# --- single steps and the board


def test_a_step_is_taken_on_its_own_page_and_leads_back(clock, editor):
    revision = make_post("in_review")
    page = url("post_step", revision.post, "request_changes")
    assert seen(editor, page).count("<h1") == 1
    refused = browser(editor).post(page, {"comment": " ", "next": BOARD})
    assert refused.status_code == 409 and Revision.objects.get().status == "in_review"
    answer = browser(editor).post(page, {"comment": "直してください", "next": BOARD})
    assert answer["Location"] == BOARD and Revision.objects.get().status == "returned"


def test_own_work_is_not_approved_on_the_board_either(clock, editor):
    revision = make_post("in_review", by=editor)
    answer = browser(editor).post(url("post_step", revision.post, "approve"))
    assert answer.status_code == 409 and Revision.objects.get().status == "in_review"


@pytest.mark.parametrize("name", ["adopt", "nonsense", "claimx"])
def test_steps_that_are_nobodys_are_not_found(name, clock, chief):
    revision = make_post("draft")
    assert browser(chief).get(url("post_step", revision.post, name)).status_code == 404


def test_steps_on_articles_of_others_are_not_found(clock, writer):
    revision = make_post("draft", by=make_user("writer", name="stranger"))
    for path in (url("post_step", revision.post, "submit"), url("post_card", revision.post)):
        assert browser(writer).get(path).status_code == browser(writer).post(path).status_code == 404


@pytest.mark.parametrize("number", ["x", "9" * 30, "-1", "999"])
def test_a_step_on_an_odd_revision_is_not_found(number, clock, editor):
    revision = make_post("in_review")
    page = url("post_step", revision.post, "approve")
    assert browser(editor).post(page, {"revision": number}).status_code == 404
    assert Revision.objects.get().status == "in_review"


def columns(user, query: str = "") -> dict[str, list[str]]:
    found = browser(user).get(BOARD + query).context["columns"]
    return {column.name: [card.title for card in column.cards] for column in found}


def test_each_status_has_its_column(clock, publisher):
    for status in ("draft", "returned", "in_review", "approved", "published"):
        make_post(status, title=status, slug=status)
    make_post("published", title="later", slug="later", at=NOON + timedelta(days=1))
    clock.shift(60)
    assert columns(publisher) == {
        "draft": ["draft"],
        "returned": ["returned"],
        "in_review": ["in_review"],
        "approved": ["approved"],
        "scheduled": ["later"],
        "public": ["published"],
    }


@pytest.mark.parametrize(
    "role, status, offered",
    [
        ("writer", "draft", {"submit"}),
        ("writer", "in_review", {"withdraw"}),
        ("editor", "in_review", {"approve", "request_changes", "withdraw"}),
        ("editor", "approved", {"request_changes", "withdraw"}),
        ("publisher", "approved", {"request_changes", "withdraw", "publish"}),
        ("publisher", "scheduled", {"cancel", "reschedule"}),
        ("editor", "scheduled", set()),
        ("publisher", "published", set()),
    ],
)
def test_cards_offer_the_steps_of_the_role(role, status, offered, clock):
    if status == "scheduled":
        make_post("published", at=NOON + timedelta(days=1))
    else:
        make_post(status)
    clock.shift(1)
    cards = [
        card for column in browser(make_user(role)).get(BOARD).context["columns"] for card in column.cards
    ]
    assert {move.name for move in cards[0].moves} == offered


def test_a_column_is_capped_and_says_how_many_there_are(clock, editor):
    for number in range(22):
        make_post("draft", slug=f"n{number}")
    column = browser(editor).get(BOARD).context["columns"][0]
    assert (len(column.cards), column.total, column.more) == (20, 22, 2)
    assert "?status=draft" in seen(editor, BOARD)


# --- the card


def sent(user, post: Post, **changes) -> dict:
    """The card's form as a browser sends it, with some fields changed."""
    form = browser(user).get(url("post_card", post)).context["card"].form
    data = {}
    for field in form:
        initial = field.value()
        words = "" if initial is None else field.field.widget.format_value(initial)
        words = words[0] if isinstance(words, list) else words
        data |= {field.html_name: words or "", field.html_initial_name: words or ""}
    return data | {f"card-{name}": value for name, value in changes.items()}


def test_the_card_changes_what_was_changed_and_nothing_else(clock, editor, writer):
    revision = planned(date(2026, 3, 5))
    data = sent(editor, revision.post, due="2026-03-04T18:00", priority="2", assignee=str(writer.pk))
    workflow.change_card(revision.post, by=editor, planned_for=date(2026, 4, 1))  # meanwhile, somebody else
    assert browser(editor).post(url("post_card", revision.post), data).status_code == 302
    post = Post.objects.get()
    assert (post.due, post.priority, post.assignee) == (NOON + timedelta(days=3, hours=6), 2, writer)
    assert post.planned_for == date(2026, 4, 1)


def test_a_writer_plans_own_articles_and_directs_nobody(clock, writer, editor):
    revision = make_post("draft")
    data = sent(writer, revision.post, due="2026-03-04T18:00")
    assert "card-assignee" not in data and "card-priority" not in data
    browser(writer).post(url("post_card", revision.post), data | {"card-priority": "2", "card-assignee": "1"})
    post = Post.objects.get()
    assert (post.priority, post.assignee) == (0, None)
    assert post.due


@pytest.mark.parametrize(
    "field, value, status",
    [
        ("planned_for", "x", 422),
        ("planned_for", "9999-01-01", 422),
        ("due", "0001-01-01T00:00", 422),
        ("priority", "9", 422),
        ("assignee", "999999", 422),
        ("embargo_until", "2020-01-01T00:00", 409),
    ],
)
def test_odd_cards_are_refused_in_words(field, value, status, clock, editor):
    revision = make_post("draft")
    data = sent(editor, revision.post, **{field: value})
    assert browser(editor).post(url("post_card", revision.post), data).status_code == status
    assert Post.objects.get().history.filter(step__in=["card", "assign"]).count() == 0


def test_the_article_page_shows_the_card_and_the_embargo_beside_publish(clock, publisher):
    revision = make_post("approved")
    workflow.change_card(revision.post, by=publisher, embargo_until=NOON + timedelta(days=1))
    page = seen(publisher, reverse("admin:posts_post_change", args=[revision.post_id]))
    assert "desk-card" in page and page.count("2026年3月2日") >= 2
    assert "2026年3月2日" in seen(publisher, url("post_step", revision.post, "publish"))


# --- cost and privacy


def test_pages_stay_under_fifteen_queries_whatever_there_is(clock, django_assert_max_num_queries):
    publisher = make_user("publisher")
    for number in range(6):
        for status in ("draft", "returned", "in_review", "approved", "published"):
            make_post(status, slug=f"{status}{number}", category="欄", by=publisher if number % 2 else None)
        planned(date(2026, 3, 5), slug=f"plan{number}")
    client = browser(publisher)
    paths = [CALENDAR, CALENDAR + "?view=week", CALENDAR + "?view=day&day=2026-03-05", BOARD]
    for path in paths:
        with django_assert_max_num_queries(14):
            assert client.get(path).status_code == 200


def test_planning_is_for_the_desk_and_private(clock, writer):
    for path in (CALENDAR, BOARD):
        assert Client().get(path).status_code == 302
        assert "no-store" in browser(writer).get(path)["Cache-Control"]
        assert browser(writer).post(path).status_code == 404
        assert browser(make_user(name="nobody")).get(path).status_code == 404


def test_a_working_copy_is_planned_beside_its_live_article(clock, writer, editor):
    live = make_post("published", title="公開中", slug="a")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer, page=PAGE)
    workflow.change_card(live.post, by=editor, planned_for=date(2026, 3, 9))
    assert items(editor)["2026-03-09"] == ["planned 公開中"]
    advance(draft, "published", at=NOON + timedelta(days=3))
    assert items(editor) == {"2026-03-01": ["public 公開中"], "2026-03-04": ["scheduled 公開中"]}
