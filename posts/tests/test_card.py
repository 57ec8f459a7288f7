"""The desk card: who sets what, and what is refused."""

from datetime import date, timedelta

import pytest

from posts import workflow
from posts.models import HistoryEntry
from posts.workflow import Refused, history

from .make import NOON, make_post, make_user

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "value", "writer_may"),
    [
        ("due", NOON + DAY, True),
        ("planned_for", date(2026, 3, 9), True),
        ("priority", 2, False),
        ("embargo_until", NOON + DAY, False),
    ],
)
def test_a_writer_plans_and_an_editor_directs(field, value, writer_may, writer, editor, clock):
    post = make_post("draft").post
    assert workflow.may_set(field, post, by=writer) == writer_may
    assert workflow.may_set(field, post, by=editor)
    if not writer_may:
        with pytest.raises(Refused):
            workflow.change_card(post, by=writer, **{field: value})
    assert getattr(workflow.change_card(post, by=editor, **{field: value}), field) == value
    assert getattr(
        workflow.change_card(post, by=editor, **{field: None if field != "priority" else 0}), field
    ) in (
        None,
        0,
    )


def test_an_article_changes_hands_and_history_says_so(writer, editor):
    post, second = make_post("draft").post, make_user("writer", name="second")
    assert not workflow.may_set("due", post, by=second)
    workflow.change_card(post, by=editor, assignee=second)
    entry = post.history.first()
    assert (entry.step, entry.comment) == ("assign", "担当者: – → second")
    assert workflow.may_set("due", type(post).objects.get(pk=post.pk), by=second)


@pytest.mark.parametrize(("role", "active"), [("", True), ("writer", False)])
def test_nobody_is_assigned_who_cannot_write(role, active, editor):
    with pytest.raises(Refused):
        workflow.change_card(
            make_post("draft").post, by=editor, assignee=make_user(role, name="x", is_active=active)
        )


def test_an_equal_value_is_no_change(editor):
    post = make_post("draft").post
    workflow.change_card(post, by=editor, planned_for=date(2026, 3, 9))
    count = HistoryEntry.objects.count()
    workflow.change_card(post, by=editor, planned_for=date(2026, 3, 9))
    assert HistoryEntry.objects.count() == count


def test_a_planned_day_is_no_touch_but_an_assignment_is(writer, editor):
    post = make_post("draft").post
    last = post.history.first()
    workflow.change_card(post, by=editor, planned_for=date(2026, 3, 9))
    assert not history.touched_since(post, last)
    workflow.change_card(post, by=editor, assignee=writer)
    assert history.touched_since(post, last)


def test_publish_waits_for_the_end_of_the_embargo(editor, publisher, clock):
    revision = make_post("approved")
    workflow.change_card(revision.post, by=editor, embargo_until=NOON + DAY)
    fresh = type(revision).objects.get(pk=revision.pk)
    assert "解禁" in workflow.refusal("publish", fresh, by=publisher)
    assert workflow.refusal("publish", fresh, by=publisher, at=NOON + DAY) == ""


@pytest.mark.parametrize("situation", ["past", "public", "scheduled earlier"])
def test_an_embargo_that_could_not_be_kept_is_refused(situation, editor, clock):
    status, at = {"public": ("published", None), "scheduled earlier": ("published", NOON + DAY)}.get(
        situation, ("draft", None)
    )
    post = make_post(status, at=at).post
    until = NOON if situation == "past" else NOON + 2 * DAY
    clock.shift(60)
    with pytest.raises(Refused):
        workflow.change_card(post, by=editor, embargo_until=until)


def test_there_are_four_priorities(editor):
    with pytest.raises(Refused):
        workflow.change_card(make_post("draft").post, by=editor, priority=9)
