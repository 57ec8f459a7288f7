"""The round of an article, step by step."""

from datetime import timedelta

import pytest

from posts import workflow
from posts.models import Revision
from posts.workflow import Refused, Stale

from .make import NOON, PAGE, advance, make_document, make_post, make_user


def test_the_whole_round_makes_an_article_public(clock, writer, editor, publisher):
    draft = workflow.new_post(make_document(slug="a"), by=writer, page=PAGE)
    workflow.perform("submit", draft, by=writer)
    workflow.perform("approve", draft, by=editor, acknowledged=True)
    live = workflow.perform("publish", draft, by=publisher)
    assert list(Revision.objects.published()) == [live]
    assert live.get_absolute_url() == "/2026/03/01/a/"
    assert live.published_at == live.live_from == NOON


def test_draft_of_a_live_post_changes_nothing_public(clock, writer):
    live = make_post("published", title="古い")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer)
    workflow.save_draft(draft, make_document(title="新しい"), by=writer, version=draft.version, page=PAGE)
    assert [r.title for r in Revision.objects.published()] == ["古い"]
    advance(draft, "published")
    assert [r.title for r in Revision.objects.published()] == ["新しい"]
    assert [r.title for r in Revision.objects.published(NOON)] == ["古い"]


def test_urgent_version_comes_before_the_scheduled_one(clock, writer):
    first = make_post("published", title="一")
    clock.shift(60)
    later = NOON + timedelta(hours=5)
    planned = advance(workflow.start_revision(first.post, by=writer, page=PAGE), "published", at=later)
    urgent = advance(workflow.start_revision(first.post, by=writer, page=PAGE), "published")
    for row in (first, planned, urgent):
        row.refresh_from_db()
    assert (first.live_until, urgent.live_until) == (urgent.live_from, later)
    workflow.perform("cancel", planned, by=make_user("publisher"))
    urgent.refresh_from_db()
    assert urgent.live_until is None


def test_nobody_approves_their_own_text(clock, editor):
    revision = make_post("in_review", by=editor)
    with pytest.raises(Refused):
        workflow.perform("approve", revision, by=editor, acknowledged=True)


def test_stale_save_is_kept_and_overwrites_nothing(clock, writer, editor):
    draft = make_post()
    workflow.save_draft(draft, make_document(body="甲"), by=writer, version=1, page=PAGE)
    with pytest.raises(Stale) as caught:
        workflow.save_draft(draft, make_document(body="乙"), by=editor, version=1, page=PAGE)
    draft.refresh_from_db()
    assert draft.body == "甲"
    assert "乙" in caught.value.entry.text


def test_history_says_when_the_four_eyes_rule_was_off(clock, editor, settings):
    settings.EDITORIAL_FOUR_EYES = False
    own = make_post("in_review", by=editor)
    revision = workflow.perform("approve", own, by=editor, comment="確認済み", acknowledged=True)
    entry = revision.history.get(step="approve")
    assert entry.comment.splitlines() == [
        "確認済み",
        "この文章に手を入れた人による承認です（自己承認の禁止は無効になっています）。",
        "確認した警告：title.length",
    ]
