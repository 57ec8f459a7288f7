"""Notes on a text: who may write, answer and settle them, where they stand, and what the desk's forms answer."""

import pytest
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.admin.review.reading import Passages
from posts.models import Look, Note, Revision
from posts.workflow import Refused

from .make import PAGE, advance, make_document, make_post, make_user


def browser(user, **more) -> Client:
    client = Client(**more)
    client.force_login(user)
    return client


def notes(post) -> str:
    return reverse("admin:posts_post_notes", args=[post.pk])


def page(post, name: str = "change") -> str:
    return reverse(f"admin:posts_post_{name}", args=[post.pk])


def send(user, post, act: str, **data):
    return browser(user).post(notes(post), {"_note": act, **data})


def test_note_on_a_passage_is_added_answered_settled_and_opened_again(clock, writer, editor):
    revision = make_post("in_review")
    post = revision.post
    data = {"revision": revision.pk, "quote": "本文", "before": "見出し", "comment": "出典は", "must": "1"}
    answer = send(editor, post, "add", back="review", **data)
    note = Note.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{page(post, 'review')}#note-{note.pk}")
    assert (note.quote, note.text, note.must) == ("本文", "出典は", True)
    answer = send(writer, post, "reply", note=note.pk, comment="足しました", back="change")
    assert answer["Location"] == f"{page(post)}#note-{note.pk}"
    assert note.answers.get().text == "足しました"
    assert workflow.refusal("approve", revision, by=editor, acknowledged=True)
    send(editor, post, "resolve", note=note.pk)
    assert not workflow.refusal("approve", revision, by=editor, acknowledged=True)
    send(editor, post, "reopen", note=note.pk)
    assert Note.objects.open().get() == note


BAD = {
    "no act": ({}, 400),
    "an unknown act": ({"_note": "delete"}, 400),
    "no words": ({"_note": "add", "comment": "  "}, 409),
    "words too long": ({"_note": "add", "comment": "字" * 5001}, 409),
    "a text of another article": ({"_note": "add", "comment": "a", "revision": "999999"}, 409),
    "a number that is none": ({"_note": "add", "comment": "a", "revision": "1e9"}, 409),
    "a huge number": ({"_note": "add", "comment": "a", "revision": "9" * 40}, 409),
    "a note that is not there": ({"_note": "resolve", "note": "999999"}, 404),
    "a note that is no number": ({"_note": "reply", "note": "\0", "comment": "a"}, 404),
}


@pytest.mark.parametrize("data, status", BAD.values(), ids=BAD)
def test_bad_input_is_answered_in_words_and_keeps_what_was_typed(data, status, clock, editor):
    revision = make_post("in_review")
    answer = browser(editor).post(notes(revision.post), {"revision": str(revision.pk)} | data)
    assert answer.status_code == status
    assert Note.objects.count() == 0
    if data.get("comment", "").strip() and status == 409:
        assert data["comment"][:50] in answer.content.decode()


def test_nul_and_long_quotes_are_cut_not_refused(clock, editor):
    revision = make_post("in_review")
    send(
        editor,
        revision.post,
        "add",
        revision=revision.pk,
        quote="長" * 900,
        before="前" * 900,
        comment="a\0b",
    )
    note = Note.objects.get()
    assert (len(note.quote), len(note.before), note.text) == (500, 100, "ab")


@pytest.mark.parametrize("who", ["stranger", "nobody"])
@pytest.mark.parametrize("name", ["review", "notes"])
def test_absent_and_forbidden_look_the_same(who, name, clock, editor):
    revision = make_post("in_review")
    note = workflow.add_note(revision, by=editor, text="見よ")
    client = browser(make_user("writer" if who == "stranger" else "", name=who))
    for asked in (page(revision.post, name), reverse(f"admin:posts_post_{name}", args=[999_999])):
        assert client.get(asked).status_code == 404
        assert client.post(asked, {"_note": "resolve", "note": note.pk}).status_code == 404
    assert Note.objects.open().exists()


def test_a_note_of_another_article_is_not_there(clock, writer, editor):
    note = workflow.add_note(make_post("in_review", slug="a"), by=editor, text="甲")
    other = make_post("in_review", slug="b").post
    for act in ("reply", "resolve", "reopen"):
        assert send(editor, other, act, note=note.pk, comment="乙").status_code == 404
    assert not note.answers.exists()


SETTLING = [  # must, who wrote the note, who settles it, whether that is possible
    (False, "editor", "writer", True),
    (True, "editor", "writer", False),
    (True, "editor", "publisher", True),
    (True, "editor", "editor", True),
    (False, "writer", "writer", True),
]


@pytest.mark.parametrize("must, by, who, done", SETTLING)
def test_who_settles_a_note(must, by, who, done, clock):
    revision = make_post("in_review")
    note = workflow.add_note(revision, by=make_user(by), text="見よ", must=must)
    answer = send(make_user(who), revision.post, "resolve", note=note.pk)
    assert answer.status_code == (303 if done else 409)
    assert Note.objects.open().exists() is not done
    shown = browser(make_user(who)).get(page(revision.post, "review")).content.decode()
    assert ('value="resolve"' in shown) is False or not done


def test_only_a_reviewer_sees_and_sets_must(clock, writer, editor):
    revision = make_post("draft")
    assert 'name="must"' not in browser(writer).get(page(revision.post)).content.decode()
    assert 'name="must"' in browser(editor).get(page(revision.post)).content.decode()
    sent = send(writer, revision.post, "add", revision=revision.pk, comment="a", must="1")
    assert sent.status_code == 409


def test_the_same_note_sent_twice_is_one(clock, editor):
    revision = make_post("in_review")
    for _ in range(2):
        send(editor, revision.post, "add", revision=revision.pk, quote="本文", comment="出典は")
    assert Note.objects.count() == 1


def test_open_notes_of_an_earlier_revision_are_listed_and_a_passage_that_is_gone_says_so(
    clock, writer, editor
):
    live = make_post("published")
    workflow.add_note(live, by=editor, text="次に直す", quote="本文")
    settled = workflow.add_note(live, by=editor, text="済んだ")
    workflow.resolve(settled, by=editor)
    draft = workflow.start_revision(live.post, by=writer, base=make_document(title="新"), page=PAGE)
    workflow.add_note(draft, by=editor, text="どこ", quote="もうない句")
    shown = browser(writer).get(page(draft.post)).content.decode()
    assert "次に直す" in shown
    assert "済んだ" not in shown.split('id="notes"')[1].split("</section>")[0]
    assert "どこ" in shown
    assert shown.count('class="chip chip-late"') == 1


PLACES = {
    "in the title": ("見出し", "", 0),
    "across white space": ("出 し\nその", "", 2),
    "in the body": ("一つ目の語", "", 9),
    "the second of two": ("語、", "三つ目の", 22),
    "a lead that is not there any more": ("一つ目", "昔の", 9),
    "not there": ("なし", "", -1),
    "tags are no words": ("<p>", "", -1),
    "entities are": ("A&B", "", 26),
}


@pytest.mark.pure
@pytest.mark.parametrize("quote, before, place", PLACES.values(), ids=PLACES)
def test_passages_are_found_in_the_words_of_the_page(quote, before, place):
    html = "<p>一つ目の<em>語</em>、</p>\n<p>二つ目の語、三つ目の語、A&amp;B</p>"
    text = Revision(title="見出し", summary="その要約です", html=html)
    found = Passages(text).find(quote, before)
    assert (found >= 0) is (place >= 0)
    if place == 0:
        assert found == 0
    if before == "三つ目の":
        assert found > Passages(text).find("語、")


def test_a_script_gets_the_panel_and_the_number_of_its_note(clock, editor):
    revision = make_post("in_review")
    data = {"_note": "add", "revision": revision.pk, "comment": "出典は", "back": "change"}
    answer = browser(editor).post(notes(revision.post), data, headers={"X-Fragment": "notes"})
    assert (answer.status_code, answer["X-Note"]) == (200, str(Note.objects.get().pk))
    assert "data-panel" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert 'value="change"' in answer.content.decode()


def test_a_note_without_a_token_is_refused(clock, editor):
    revision = make_post("in_review")
    data = {"_note": "add", "revision": revision.pk, "comment": "出典は"}
    answer = browser(editor, enforce_csrf_checks=True).post(notes(revision.post), data)
    assert answer.status_code == 403
    assert "出典は" in answer.content.decode()


def test_words_of_a_note_are_shown_as_words(clock, editor):
    revision = make_post("in_review")
    bad = "<script>x</script>"
    workflow.add_note(revision, by=editor, text=bad, quote=bad)
    shown = browser(editor).get(page(revision.post, "review")).content.decode()
    assert bad not in shown
    assert "&lt;script&gt;x" in shown


# --- looks ----------------------------------------------------------------------------------------------------------


def test_opening_the_page_is_no_look_acting_is(clock, editor, writer):
    revision = make_post("in_review")
    browser(editor).get(page(revision.post, "review"))
    assert not Look.objects.exists()
    workflow.add_note(revision, by=writer, text="自分の覚え")
    assert not Look.objects.exists()  # who may not review has nothing to compare
    workflow.add_note(revision, by=editor, text="出典は")
    assert Look.objects.get().entry == revision.history.get(step="create")


def test_a_later_look_stays_when_an_earlier_text_is_spoken_of(clock, writer, editor):
    draft = make_post("returned")
    draft = workflow.save_draft(draft, make_document(title="二"), by=writer, version=1, page=PAGE)
    workflow.look(draft, by=editor)
    later = draft.history.get(step="save")
    workflow.look(draft, by=editor, entry=draft.history.get(step="create").pk)
    assert Look.objects.get().entry == later
    with pytest.raises(Refused):
        workflow.look(draft, by=editor, entry=later.pk + 1000)


def test_who_may_approve_a_text(clock, writer, editor, publisher, chief):
    draft = make_post("draft", by=editor)
    assert list(workflow.reviewers_of(draft).values_list("username", flat=True)) == ["admin", "publisher"]
    assert advance(draft, "draft") == draft
