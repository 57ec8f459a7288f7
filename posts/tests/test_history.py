"""The timeline, the page of an entry, and the approval record."""

import hashlib
import json

import pytest
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.document import Document
from posts.models import HistoryEntry, Revision, Tag

from .make import NOON, advance, make_document, make_post, make_user


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, post, *more) -> str:
    return reverse(f"admin:posts_post_{name}", args=[post.pk, *more])


def timeline(client, post, **query):
    return client.get(address("history", post), query)


def many(post, count: int) -> None:
    revision = post.revisions.get()
    entries = [
        HistoryEntry(
            post=post, revision=revision, step="comment", actor_name="editor", at=NOON, comment=f"第{n}号"
        )
        for n in range(count)
    ]
    HistoryEntry.objects.bulk_create(entries)


def test_thousands_of_entries_are_paged_by_key_in_few_queries(writer, django_assert_max_num_queries):
    post = make_post("draft").post
    many(post, 2000)
    client, seen, query = browser(writer), [], ""
    with django_assert_max_num_queries(14):
        client.get(address("history", post))
    for _ in range(3):
        answer = client.get(address("history", post) + "?" + query)
        seen += [entry.pk for entry in answer.context["entries"]]
        query = answer.context["older"]
    assert len(seen) == len({*seen}) == 150
    assert seen == sorted(seen, reverse=True)


def test_no_list_reads_the_texts(writer, django_assert_max_num_queries):
    post = make_post("draft", body="長い本文" * 100).post
    answer = timeline(browser(writer), post)
    assert "text" in answer.context["entries"][0].get_deferred_fields()


@pytest.mark.parametrize(
    ("query", "steps"),
    [
        ({"kind": "texts"}, ["save", "create"]),
        ({"kind": "steps"}, ["request_changes", "submit"]),
        ({"kind": "words"}, ["comment"]),
        ({"person": "editor"}, ["request_changes", "comment"]),
        ({"revision": "1", "kind": "words"}, ["comment"]),
        ({"since": "2026-03-02", "kind": "texts"}, ["save"]),
        ({"until": "2026-03-01", "kind": "texts"}, ["create"]),
        ({"since": "2030-01-01"}, []),
    ],
)
def test_filters_leave_what_they_name(query, steps, writer, editor, clock):
    revision = make_post("draft")
    workflow.perform("comment", revision, by=editor, comment="見ました")
    revision = advance(revision, "returned")
    clock.shift(86_400)
    workflow.save_draft(revision, make_document(body="直した。"), by=writer, version=1)
    found = [entry.step for entry in timeline(browser(writer), revision.post, **query).context["entries"]]
    assert found == steps


@pytest.mark.parametrize(
    "query",
    ["kind=x", "person=nobody", "revision=x", "revision=99", "since=yesterday", "before=x", "before=-1", "before=9e9",
     "before=99999999999999999999", "until=0000-00-00", "person=%00", "kind=%00"],
)  # fmt: skip
def test_filters_that_mean_nothing_are_a_fault_of_the_address(query, writer):
    post = make_post("draft").post
    assert browser(writer).get(address("history", post) + "?" + query).status_code == 400


def test_two_texts_are_marked_and_compared(writer):
    post = make_post("draft").post
    words = timeline(browser(writer), post).content.decode()
    assert f'action="{address("difference", post)}"' in words
    assert words.count('form="history-compare"') == 2


def test_an_approval_shows_the_text_it_covers_and_whether_it_still_does(editor, writer):
    revision = make_post("approved", body="承認された文。")
    entry = revision.post.history.get(step="approve")
    answer = browser(editor).get(address("entry", revision.post, entry.pk))
    assert answer.context["matches"] is True
    assert answer.context["held"].step == "create"
    assert entry.seal in answer.content.decode()
    assert "承認された文。" in answer.context["page"].html
    revision = workflow.perform("withdraw", revision, by=writer)
    workflow.save_draft(revision, make_document(body="別の文。"), by=writer, version=1)
    answer = browser(editor).get(address("entry", revision.post, entry.pk))
    assert answer.context["matches"] is False
    assert "承認された文。" in answer.context["page"].html


def test_a_refused_text_leads_to_where_it_is_put_together(writer, editor):
    revision = make_post("draft")
    kept = workflow.keep_conflict(revision, make_document(body="別の文。"), by=writer, version=1)
    words = browser(writer).get(address("entry", revision.post, kept.pk)).content.decode()
    assert address("conflict", revision.post, kept.pk) in words


def test_a_text_in_review_cannot_be_restored_over_and_says_why(writer):
    revision = make_post("in_review")
    entry = revision.post.history.get(step="create")
    draft = revision.to_document().replace(body="もっと古い文。")
    older = HistoryEntry.objects.create(
        post=revision.post,
        revision=revision,
        step="save",
        text=draft.to_text(),
        actor=writer,
        actor_name="w",
        at=NOON,
    )
    answer = browser(writer).post(address("entry", revision.post, older.pk))
    assert answer.status_code == 409
    assert not revision.post.history.filter(step="conflict").exists()
    assert Revision.objects.get().body == Document.from_text(entry.text).body


def record(user, post) -> dict:
    answer = browser(user).get(address("record", post), {"format": "json"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    return json.loads(answer.content)


def test_the_record_proves_which_text_was_approved(editor, writer, publisher):
    revision = make_post("approved", title="題", body="承認された文。", tags=["AI"], category="経済")
    workflow.perform("publish", revision, by=publisher)
    [approval] = record(writer, revision.post)["approvals"]
    assert hashlib.sha256(approval["sealed"].encode()).hexdigest() == approval["seal"]
    assert json.loads(approval["sealed"])["body"] == "承認された文。"
    assert Document.from_text(approval["text"]).body == "承認された文。"
    assert approval["approved"]["by"] == "editor"
    assert approval["written_by"] == [{"name": "writer", "saves": 1}]
    assert [act["step"] for act in approval["public"]] == ["publish"]
    assert approval["public"][0]["by"] == "publisher"


def test_an_approval_that_was_taken_back_stays_in_the_record_with_its_text(editor, writer):
    revision = make_post("approved", body="一つ目の文。", tags=["AI"])
    revision = workflow.perform("withdraw", revision, by=writer)
    revision = workflow.save_draft(revision, make_document(body="二つ目の文。"), by=writer, version=1)
    advance(revision, "approved")
    second, first = record(editor, revision.post)["approvals"]
    assert (Document.from_text(first["text"]).body, Document.from_text(second["text"]).body) == (
        "一つ目の文。",
        "二つ目の文。",
    )
    assert (first["is_proved"], second["is_proved"]) == (True, True)
    assert (first["taken_back"]["step"], second["taken_back"]) == ("withdraw", None)


def test_a_renamed_tag_breaks_no_proof_and_one_that_is_gone_is_said(editor, writer):
    revision = make_post("approved", body="一つ目の文。", tags=["AI"])
    revision = workflow.perform("withdraw", revision, by=writer)
    workflow.save_draft(revision, make_document(body="二つ目の文。"), by=writer, version=1)
    tag = Tag.objects.get()
    tag.name, tag.aliases = "人工知能", ["AI"]
    tag.save()
    assert record(editor, revision.post)["approvals"][0]["is_proved"]
    Tag.objects.all().delete()
    [approval] = record(editor, revision.post)["approvals"]
    assert (approval["is_proved"], approval["sealed"]) == (False, "")
    assert browser(editor).get(address("record", revision.post)).status_code == 200


def test_notes_before_an_approval_are_in_its_record(editor, writer):
    revision = make_post("in_review")
    note = workflow.add_note(revision, by=editor, text="出典は", quote="本文")
    workflow.resolve(note, by=editor)
    revision = workflow.perform("approve", revision, by=editor, acknowledged=True)
    [approval] = record(editor, revision.post)["approvals"]
    assert [(n["text"], n["settled_by"]) for n in approval["notes"]] == [("出典は", "editor")]


def test_the_record_needs_as_many_queries_for_many_approvals(editor, writer, django_assert_max_num_queries):
    revision = make_post("approved", tags=["AI"], category="経済")
    for number in range(4):
        revision = workflow.perform("withdraw", revision, by=writer)
        document = revision.to_document().replace(body=f"第{number}稿")
        revision = workflow.save_draft(revision, document, by=writer, version=revision.version)
        revision = advance(revision, "approved")
    client = browser(editor)
    with django_assert_max_num_queries(14):
        client.get(address("record", revision.post))
    assert len(record(editor, revision.post)["approvals"]) == 5


@pytest.mark.parametrize("name", ["history", "record", "difference"])
def test_only_who_may_see_the_article_has_its_history(name, writer, editor):
    post = make_post("draft").post
    stranger = browser(make_user("writer", name="stranger"))
    assert stranger.get(address(name, post)).status_code == 404
    assert browser(editor).get(address(name, post)).status_code == 200
    assert Client().get(address(name, post)).status_code == 302
