"""Notes on a text: who writes, answers and settles them, and what they hold up."""

from datetime import timedelta

import pytest

from posts import workflow
from posts.models import HistoryEntry, Note
from posts.workflow import Refused

from .make import NOON, make_post, make_user


def steps_of(post) -> list[str]:
    return list(post.history.order_by("pk").values_list("step", flat=True))


def test_a_note_keeps_its_passage_and_stands_in_history(editor):
    revision = make_post("in_review")
    note = workflow.add_note(revision, by=editor, text="出典は？", quote="本文です", before="前")
    entry = revision.post.history.first()
    assert (note.quote, note.before, note.author_name) == ("本文です", "前", "editor")
    assert (entry.step, entry.comment) == ("note", "「本文です」\n出典は？")


def test_an_open_note_that_must_be_settled_holds_up_the_approval(editor):
    revision = make_post("in_review")
    note = workflow.add_note(revision, by=editor, text="数字を確かめる", must=True)
    assert "approve" not in workflow.available(revision, editor)
    with pytest.raises(Refused, match="1件"):
        workflow.perform("approve", revision, by=editor, acknowledged=True)
    workflow.resolve(note, by=editor)
    assert workflow.perform("approve", revision, by=editor, acknowledged=True).status == "approved"


def test_a_plain_note_holds_up_nothing(editor):
    revision = make_post("in_review")
    workflow.add_note(revision, by=editor, text="言い換えの案")
    assert workflow.perform("approve", revision, by=editor, acknowledged=True).status == "approved"


def test_a_note_taken_up_again_holds_up_the_approval_again(editor):
    revision = make_post("in_review")
    note = workflow.resolve(workflow.add_note(revision, by=editor, text="数字", must=True), by=editor)
    workflow.reopen(note, by=editor)
    assert "approve" not in workflow.available(revision, editor)
    assert steps_of(revision.post)[-3:] == ["note", "resolve", "reopen"]


def test_a_writer_does_not_settle_what_the_reviewer_demanded(writer, editor):
    note = workflow.add_note(make_post("in_review"), by=editor, text="数字", must=True)
    with pytest.raises(Refused):
        workflow.resolve(note, by=writer)
    plain = workflow.add_note(note.revision, by=editor, text="言い換え")
    assert workflow.resolve(plain, by=writer).resolved_by == writer


def test_an_editor_who_worked_on_the_text_does_not_settle_the_demand_either(editor):
    other = make_user("editor", name="other")
    revision = make_post("in_review", by=other)
    note = workflow.add_note(revision, by=editor, text="数字", must=True)
    with pytest.raises(Refused):
        workflow.resolve(note, by=other)


def test_only_reviewers_demand(writer):
    with pytest.raises(Refused):
        workflow.add_note(make_post("draft"), by=writer, text="必須", must=True)


def test_who_may_not_see_the_article_neither_writes_nor_answers(editor):
    revision, stranger = make_post("draft"), make_user("writer", name="stranger")
    note = workflow.add_note(revision, by=editor, text="メモ")
    for act in (
        lambda: workflow.add_note(revision, by=stranger, text="のぞき見"),
        lambda: workflow.reply(note, by=stranger, text="のぞき見"),
        lambda: workflow.resolve(note, by=stranger),
        lambda: workflow.reopen(note, by=stranger),
    ):
        with pytest.raises(Refused):
            act()
    assert Note.objects.count() == 1


def test_an_answer_to_an_answer_answers_the_note(writer, editor):
    note = workflow.add_note(make_post("in_review"), by=editor, text="出典は？")
    first = workflow.reply(note, by=writer, text="統計局です")
    second = workflow.reply(first, by=editor, text="了解です")
    assert {first.parent, second.parent} == {note}
    [thread] = note.revision.notes.threads()
    assert [answer.text for answer in thread.answers.all()] == ["統計局です", "了解です"]
    with pytest.raises(Refused):
        workflow.resolve(first, by=editor)


def test_what_is_sent_twice_is_written_once(editor):
    revision = make_post("in_review")
    notes = [workflow.add_note(revision, by=editor, text="出典は？", quote="本文") for _ in "ab"]
    answers = [workflow.reply(notes[0], by=editor, text="追伸") for _ in "ab"]
    settled = [workflow.resolve(notes[0], by=editor) for _ in "ab"]
    assert notes[0] == notes[1] and answers[0] == answers[1] and settled[0] == settled[1]
    assert steps_of(revision.post).count("note") == 1
    assert steps_of(revision.post).count("resolve") == 1


@pytest.mark.parametrize("text", ["", " \n", "\0", "長" * 5001])
def test_an_empty_or_endless_note_is_refused(text, editor):
    with pytest.raises(Refused):
        workflow.add_note(make_post("in_review"), by=editor, text=text)
    assert not Note.objects.exists()


def test_notes_are_no_touch_that_an_import_would_have_to_respect(editor):
    revision = make_post("draft")
    before = HistoryEntry.objects.latest("pk")
    note = workflow.add_note(revision, by=editor, text="メモ")
    workflow.resolve(workflow.reply(note, by=editor, text="はい").parent, by=editor)
    from posts.workflow import history  # noqa: PLC0415

    assert not history.touched_since(revision.post, before)


# --- claiming and asking by name ------------------------------------------------------------------------------


def test_a_named_reviewer_is_asked_and_remembered_by_the_text(writer, editor, clock):
    revision = workflow.perform("submit", make_post("draft"), by=writer, reviewer=editor)
    assert (revision.reviewer, revision.claimed_at, revision.submitted_at) == (editor, None, NOON)


@pytest.mark.parametrize("role", ["writer", ""])
def test_who_may_not_review_is_not_asked(role, writer):
    with pytest.raises(Refused):
        workflow.perform("submit", make_post("draft"), by=writer, reviewer=make_user(role, name="wrong"))


def test_who_worked_on_the_text_or_has_left_is_not_asked(editor):
    revision = make_post("draft", by=editor)
    with pytest.raises(Refused):
        workflow.perform("submit", revision, by=editor, reviewer=editor)
    left = make_user("editor", name="left", is_active=False)
    with pytest.raises(Refused):
        workflow.perform("submit", revision, by=editor, reviewer=left)


def test_a_claim_is_taken_over_and_given_back(editor, publisher, clock):
    revision = workflow.perform("claim", make_post("in_review"), by=editor)
    assert "claim" not in workflow.available(revision, editor)
    clock.shift(timedelta(minutes=5))
    revision = workflow.perform("claim", revision, by=publisher)
    assert (revision.reviewer, revision.claimed_at) == (publisher, NOON + timedelta(minutes=5))
    revision = workflow.perform("release", revision, by=publisher)
    assert (revision.reviewer, revision.claimed_at) == (None, None)


def test_a_new_request_begins_without_the_old_claim(writer, editor, clock):
    revision = workflow.perform("claim", make_post("in_review"), by=editor)
    workflow.perform("request_changes", revision, by=editor, comment="直してください")
    revision = workflow.perform("submit", revision, by=writer)
    assert (revision.reviewer, revision.claimed_at) == (None, None)


# --- what kind of change it is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "note", "passes"),
    [
        ("", "", False),
        ("typo", "", True),
        ("correction", "", False),
        ("correction", " ", False),
        ("correction", "日付を訂正しました。", True),
        ("update", "追記しました。", True),
        ("apology", "", False),
    ],
)
def test_a_text_in_place_of_a_seen_one_says_what_changed(kind, note, passes, writer, clock):
    live = make_post("published")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer)
    document = draft.to_document().replace(update_kind=kind, update_note=note)
    draft = workflow.save_draft(draft, document, by=writer, version=draft.version)
    assert (workflow.refusal("submit", draft, by=writer) == "") == passes


def test_the_next_change_does_not_inherit_the_words_of_the_last(writer, clock):
    live = make_post("published", update_kind="correction", update_note="訂正しました。")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer)
    assert (draft.update_kind, draft.update_note) == ("", "")
