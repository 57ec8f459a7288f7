"""The review page: what it shows to whom, what can be decided there, and how a text is submitted to somebody."""

import pytest
from django.test import Client
from django.urls import reverse

from posts import quality, workflow
from posts.models import HistoryEntry, Look, Revision

from .make import NOON, PAGE, make_document, make_post, make_user

TABS = ["text", "live", "look", "history"]
FIELDS = {"title": "見出し", "body": "本文です。", "format": "markdown"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(post, name: str = "review") -> str:
    return reverse(f"admin:posts_post_{name}", args=[post.pk])


def seen(user, post, show: str = "text") -> str:
    answer = browser(user).get(page(post), {"show": show})
    assert answer.status_code == 200
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    return answer.content.decode()


def again(revision) -> Revision:
    return Revision.objects.get(pk=revision.pk)


def decided(user, revision, step: str, **data):
    data = {"acknowledged": "on", **data} if step == "approve" else data
    fields = {f"{step}-{revision.pk}-{name}": value for name, value in data.items()}
    return browser(user).post(page(revision.post), {"_step": step, "_revision": revision.pk, **fields})


def test_the_text_is_shown_as_readers_will_see_it_in_a_document_of_its_own(clock, editor):
    document = {
        "title": "見出し",
        "summary": "要約です",
        "update_kind": "correction",
        "update_note": "直した",
    }
    shown = seen(editor, make_post("in_review", **document).post)
    frame = shown.split('srcdoc="')[1].split('"')[0]
    for part in ("css/site.css", "standfirst", "要約です", "byline", "本文", "box-correction", "直した"):
        assert part in frame
    assert "&lt;article" in frame


def test_tabs_are_links_and_a_name_that_is_none_is_absent(clock, editor):
    post = make_post("in_review").post
    shown = seen(editor, post)
    assert all(f'href="?show={name}"' in shown for name in TABS)
    assert browser(editor).get(page(post), {"show": "x\0"}).status_code == 404
    assert browser(editor).get(page(post), {"show": ""}).status_code == 404


def test_the_difference_to_what_readers_see(clock, writer, editor):
    live = make_post("published", title="古い題")
    draft = workflow.start_revision(live.post, by=writer, base=make_document(title="新しい題"), page=PAGE)
    shown = seen(editor, draft.post, "live")
    assert "<del>古い題</del>" in shown or "<del>古" in shown
    assert "Nothing" not in shown


def test_a_first_text_has_nothing_to_compare_with(clock, editor):
    post = make_post("in_review").post
    for show in ("live", "look"):
        assert "desk-notice" in seen(editor, post, show)


def returned_and_submitted_again(editor, writer) -> Revision:
    draft = make_post("in_review", title="初めの題")
    workflow.perform("request_changes", draft, by=editor, comment="題を直してください")
    workflow.save_draft(draft, make_document(title="次の題"), by=writer, version=1, page=PAGE)
    return workflow.perform("submit", draft, by=writer)


def test_the_difference_to_my_own_last_look_also_after_i_began_to_write_notes(clock, writer, editor, chief):
    draft = returned_and_submitted_again(editor, writer)
    assert "<del>初め</del>" in seen(editor, draft.post, "look")
    assert "desk-notice" in seen(chief, draft.post, "look")  # a reviewer who has not seen it before
    workflow.add_note(draft, by=editor, text="まだ")
    assert "<del>初め</del>" in seen(editor, draft.post, "look")


def test_a_look_is_said_by_a_button_and_never_by_reading(clock, writer, editor):
    draft = returned_and_submitted_again(editor, writer)
    first = draft.history.get(step="create")
    seen(editor, draft.post)
    assert Look.objects.get(user=editor).entry == first
    saved = draft.history.get(step="save")
    data = {"_looked": "1", "_revision": draft.pk, "entry": saved.pk}
    assert browser(editor).post(page(draft.post), data).status_code == 303
    assert Look.objects.get(user=editor).entry == saved
    assert 'name="_looked"' not in seen(editor, draft.post)


LOOKS = {
    "no revision": ({}, 409),
    "another article's text": ({"_revision": "mine", "entry": "99999"}, 409),
    "no number": ({"_revision": "\0"}, 409),
    "nothing": (None, 400),
}


@pytest.mark.parametrize("data, status", LOOKS.values(), ids=LOOKS)
def test_an_odd_look_is_refused_in_words(data, status, clock, editor):
    revision = make_post("in_review")
    sent = {} if data is None else {"_looked": "1", **data}
    if sent.get("_revision") == "mine":
        sent["_revision"] = revision.pk
    answer = browser(editor).post(page(revision.post), sent)
    assert answer.status_code == status
    assert "errorlist" in answer.content.decode() or "messagelist" in answer.content.decode()
    assert not Look.objects.exists()


def test_claim_return_submit_again_approve_publish_on_this_page(clock, writer, editor, publisher):
    revision = make_post("in_review")
    assert decided(editor, revision, "claim")["Location"] == page(revision.post)
    assert again(revision).reviewer == editor
    assert decided(editor, revision, "request_changes", comment="題を").status_code == 303
    workflow.perform("submit", revision, by=writer)
    decided(editor, revision, "approve")
    assert again(revision).status == "approved"
    assert 'value="publish"' not in seen(editor, revision.post)
    assert decided(publisher, revision, "publish").status_code == 303
    assert again(revision).status == "published"


def test_a_return_without_a_reason_is_refused_and_its_form_stays_open(clock, editor):
    revision = make_post("in_review")
    answer = decided(editor, revision, "request_changes", comment="  ")
    assert answer.status_code == 409
    assert again(revision).status == "in_review"
    assert "open>" in answer.content.decode().split("rv-request_changes")[1][:120]


def obstacle_of(user, revision) -> str:
    shown = seen(user, revision.post)
    return shown.split("rv-why")[1].split("</p>")[0] if "rv-why" in shown else ""


def test_why_a_decision_is_not_possible_stands_on_the_page(clock, writer, editor, publisher):
    own = make_post("in_review", by=editor, slug="own")
    assert workflow.refusal("approve", own, by=editor, acknowledged=True) in obstacle_of(editor, own)
    noted = make_post("in_review", slug="noted")
    workflow.add_note(noted, by=editor, text="出典", must=True)
    assert workflow.refusal("approve", noted, by=publisher, acknowledged=True) in obstacle_of(
        publisher, noted
    )
    unshown = make_post("in_review", slug="unshown")
    Revision.objects.filter(pk=unshown.pk).update(rendered_with="")
    assert workflow.refusal("approve", again(unshown), by=editor) in obstacle_of(editor, unshown)
    assert 'value="approve"' not in seen(editor, unshown.post)
    changed = make_post("approved", slug="changed")
    Revision.objects.filter(pk=changed.pk).update(title="別の題")
    assert workflow.refusal("publish", again(changed), by=publisher) in obstacle_of(publisher, changed)


def test_what_is_asked_of_the_reviewer_stands_at_the_head(clock, writer, editor):
    revision = make_post("draft")
    workflow.change_card(revision.post, by=editor, due=NOON, priority=2)
    workflow.perform("submit", revision, by=writer, reviewer=editor, comment="数字を見てください")
    clock.shift(3 * 3600)
    shown = seen(editor, revision.post)
    for part in ("数字を見てください", "chip-urgent", "chip-late", "3/1"):
        assert part in shown


def test_findings_name_the_house_targets(clock, editor):
    revision = make_post("in_review", title="長" * 40, summary="短い")
    quality.refresh(revision)
    shown = seen(editor, revision.post)
    assert shown.count('class="finding finding-') == 2
    assert "40" in shown


def test_after_a_decision_the_next_text_is_one_click_away(clock, editor):
    first, second = make_post("in_review", slug="a"), make_post("in_review", slug="b", title="次の記事")
    decided(editor, first, "approve")
    assert page(second.post) in seen(editor, first.post)


@pytest.mark.parametrize("status", ["draft", "in_review", "returned", "approved", "published", "discarded"])
@pytest.mark.parametrize("who", ["writer", "editor", "publisher", "admin"])
def test_every_state_has_a_page_for_everybody_who_may_see_it(status, who, clock):
    post = make_post(status).post
    for show in TABS:
        expected = 404 if (who, show) == ("writer", "look") else 200
        assert browser(make_user(who)).get(page(post), {"show": show}).status_code == expected


@pytest.mark.parametrize("status", ["in_review", "approved"])
@pytest.mark.parametrize("show", TABS)
def test_the_page_asks_the_database_little_however_many_notes_there_are(
    show, status, clock, writer, editor, publisher, django_assert_max_num_queries
):
    live = make_post("published", tags=["一", "二"], coauthors=["甲", "乙"])
    document = make_document(title="新", tags=["一"], coauthors=["甲"], update_kind="typo")
    draft = workflow.start_revision(live.post, by=writer, base=document, page=PAGE)
    for number in range(30):
        note = workflow.add_note(draft, by=editor, text=f"{number}", quote="本文", must=status == "in_review")
        workflow.reply(note, by=writer, text="はい")
    workflow.perform("submit", draft, by=writer, reviewer=publisher)
    if status == "approved":
        workflow.perform("approve", draft, by=editor, acknowledged=True)
    client = browser(publisher)
    for address in (page(live.post), reverse("admin:posts_post_findings", args=[live.post.pk])):
        with django_assert_max_num_queries(14):  # before the checks have looked at the text
            client.get(address, {"show": show})
    quality.refresh(draft)  # as the save does when its transaction ends
    with django_assert_max_num_queries(14):
        client.get(page(live.post), {"show": show})


# --- submitting -----------------------------------------------------------------------------------------------------


def submitted(user, revision, **data):
    fields = FIELDS | {"version": str(revision.version), "_draft": revision.pk, "_submit": "1"}
    sent = fields | {f"submit-{name}": value for name, value in data.items()}
    return browser(user).post(page(revision.post, "change"), sent)


def test_a_text_is_saved_and_submitted_to_somebody_until_a_day(clock, writer, editor):
    revision = make_post("draft")
    answer = submitted(writer, revision, reviewer=editor.pk, comment="急ぎです", due="2026-03-05T12:00")
    assert answer.status_code == 302
    revision = again(revision)
    assert (revision.status, revision.reviewer) == ("in_review", editor)
    assert revision.post.due.isoformat() == "2026-03-05T03:00:00+00:00"
    assert revision.history.get(step="submit").comment == "急ぎです"


def test_only_those_who_may_approve_this_text_are_offered(clock, writer, editor, publisher):
    revision = make_post("draft", by=editor)
    shown = browser(publisher).get(page(revision.post, "change")).content.decode()
    offered = shown.split('name="submit-reviewer"')[1].split("</select>")[0]
    assert f'value="{publisher.pk}"' in offered
    assert f'value="{editor.pk}"' not in offered
    assert f'value="{writer.pk}"' not in offered


def test_the_former_reviewer_is_asked_again(clock, writer, editor):
    revision = make_post("draft")
    workflow.perform("submit", revision, by=writer, reviewer=editor)
    workflow.perform("request_changes", revision, by=editor, comment="直してください")
    shown = browser(writer).get(page(revision.post, "change")).content.decode()
    assert f'<option value="{editor.pk}" selected>' in shown.split('name="submit-reviewer"')[1]


def test_priority_is_asked_of_those_only_who_may_set_it(clock, writer, editor):
    revision = make_post("draft")
    assert 'name="submit-priority"' not in browser(writer).get(page(revision.post, "change")).content.decode()
    submitted(writer, revision, priority="2")
    assert again(revision).post.priority == 0
    other = make_post("draft", slug="other")
    submitted(editor, other, priority="2")
    assert again(other).post.priority == 2


REFUSED = {
    "a writer": {"reviewer": "writer"},
    "nobody": {"reviewer": "999999"},
    "no number": {"reviewer": "\0"},
    "no moment": {"due": "soon"},
    "an odd year": {"due": "0001-01-01T00:00"},
    "a long comment": {"comment": "字" * 5001},
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_a_submission_with_faults_saves_nothing_and_says_where(data, clock, writer):
    revision = make_post("draft")
    data = {name: writer.pk if value == "writer" else value for name, value in data.items()}
    answer = submitted(writer, revision, **data)
    assert answer.status_code == 422
    assert again(revision).status == "draft"
    assert "errornote" in answer.content.decode().split('class="desk-submission"')[1]


def test_sent_twice_it_is_one_submission(clock, writer, editor):
    revision = make_post("draft")
    for _ in range(2):
        answer = submitted(writer, revision, comment="お願いします", reviewer=editor.pk)
        assert answer.status_code == 302
    assert HistoryEntry.objects.filter(step="submit").count() == 1
    assert not HistoryEntry.objects.filter(step="conflict").exists()
    assert again(revision).reviewer == editor


def test_a_plan_that_is_refused_submits_nothing_and_the_other_way_round(clock, writer):
    live = make_post("published")
    draft = workflow.start_revision(live.post, by=writer, base=make_document(title="新"), page=PAGE)
    fields = {"_step": "submit", "_revision": draft.pk, f"submit-{draft.pk}-due": "2026-03-05T12:00"}
    answer = browser(writer).post(page(draft.post, "change"), fields)
    assert answer.status_code == 409  # the kind of change is not named
    assert again(draft).post.due is None


def test_the_writer_sees_the_reason_and_the_open_notes_first(clock, writer, editor):
    revision = make_post("in_review")
    workflow.add_note(revision, by=editor, text="出典を足してください", quote="本文", must=True)
    workflow.perform("request_changes", revision, by=editor, comment="あと少しです")
    head = browser(writer).get(page(revision.post, "change")).content.decode().split('class="desk"')[0]
    assert "あと少しです" in head
    assert "出典を足してください" in head
