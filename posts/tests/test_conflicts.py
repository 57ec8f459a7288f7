"""Two people, one post: a save that comes too late is put together with the one that is there; nothing is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.models import HistoryEntry, Post, Revision

from .make import make_post, make_user

BODY = "政府は方針を決めた。\n\n市場は静かだった。\n\n終わりの段落。"
FIELDS = {"title": "見出し", "body": BODY, "format": "markdown", "category": ""}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(post) -> str:
    return reverse("admin:posts_post_change", args=[post.pk])


@pytest.fixture
def stale(writer, editor):
    """The writer's answer and client after the editor has saved meanwhile."""
    revision = make_post("draft", body=BODY, tags=["AI"])
    theirs = {
        "title": "編集者の題",
        "body": BODY.replace("静か", "活発") + "\n\n編集者の追記。",
        "tags": "AI, 市場",
    }
    mine = {
        "title": "記者の題",
        "body": BODY.replace("方針", "政策") + "\n\n記者の追記。",
        "tags": "AI, 投資",
    }
    save = {"_save": "1", "version": 1, "_draft": revision.pk}
    browser(editor).post(page(revision.post), FIELDS | theirs | save)
    client = browser(writer)
    return client, client.post(page(revision.post), FIELDS | mine | save), revision


def conflict(revision) -> HistoryEntry:
    return revision.post.history.get(step="conflict")


def resolve(revision) -> str:
    return reverse("admin:posts_post_conflict", args=[revision.post_id, conflict(revision).pk])


def test_a_stale_save_shows_what_can_be_put_together_and_asks_about_the_rest(stale):
    _, answer, revision = stale
    words = answer.content.decode()
    assert answer.status_code == 409
    assert conflict(revision).base.step == "create"
    assert 'name="field-title"' in words
    assert 'name="piece-1"' in words
    assert "政策" in words
    assert "市場は活発" in words
    assert Revision.objects.get().title == "編集者の題"


def test_the_default_loses_no_text_of_either(stale):
    client, answer, revision = stale
    form = answer.context["form"].initial
    for words in ("政策", "活発", "記者の追記。", "編集者の追記。"):
        assert words in form["body"]
    assert list(form["tags"]) == ["AI", "市場", "投資"]


def test_choices_are_put_into_the_result_without_saving(stale):
    client, _, revision = stale
    answer = client.post(resolve(revision), {"_choose": "1", "piece-1": "ours", "field-title": "ours"})
    form = answer.context["form"].initial
    assert answer.status_code == 200
    assert form["title"] == "記者の題"
    assert "編集者の追記。" not in form["body"]
    assert "活発" in form["body"]
    assert Revision.objects.get().version == 2


@pytest.mark.parametrize(("side", "title"), [("ours", "記者の題"), ("theirs", "編集者の題")])
def test_one_side_everywhere_in_one_press(side, title, stale):
    client, _, revision = stale
    form = client.post(resolve(revision), {"_all": side}).context["form"].initial
    assert form["title"] == title


def test_the_result_is_saved_by_the_normal_save(stale):
    client, answer, revision = stale
    form = answer.context["form"]
    data = {name: form[name].value() for name in ("title", "body", "format")}
    data |= {"tags": "AI, 市場, 投資", "_resolve": conflict(revision).pk, "_save": "1"}
    data |= {"version": answer.context["version"], "_draft": revision.pk}
    assert client.post(page(revision.post), data).status_code == 302
    saved = Revision.objects.get()
    assert (saved.version, saved.title) == (3, "編集者の題")
    assert "政策" in saved.body
    assert "活発" in saved.body


def test_what_the_form_lacks_is_taken_as_chosen(writer, editor):
    revision = make_post("draft", body=BODY, extra={"layout": "old"})
    document = revision.to_document()
    workflow.save_draft(revision, document.replace(title="新しい題"), by=editor, version=1)
    with pytest.raises(workflow.Stale):
        workflow.save_draft(revision, document.replace(extra={"layout": "new"}), by=writer, version=1)
    data = {"_resolve": conflict(revision).pk, "_save": "1", "version": 2, "_draft": revision.pk}
    answer = browser(writer).post(page(revision.post), FIELDS | data | {"title": "新しい題"})
    assert answer.status_code == 302
    assert Revision.objects.get().extra == {"layout": "new"}


def test_the_page_can_be_opened_again_and_says_what_is_possible(stale, editor):
    client, _, revision = stale
    assert client.get(resolve(revision)).status_code == 200
    workflow.perform("submit", Revision.objects.get(), by=editor)
    answer = client.get(resolve(revision))
    assert answer.status_code == 200
    assert "記者の追記。" in answer.content.decode()
    assert "_resolve" not in answer.content.decode()


def test_a_text_begun_from_nobody_knows_where_keeps_both_sides(writer, editor):
    revision = make_post("draft", body=BODY)
    document = revision.to_document()
    workflow.save_draft(revision, document.replace(body=BODY + "\n\n編集者。"), by=editor, version=1)
    kept = workflow.keep_conflict(revision, document.replace(body=BODY + "\n\n記者。"), by=writer)
    form = (
        browser(writer)
        .get(reverse("admin:posts_post_conflict", args=[revision.post_id, kept.pk]))
        .context["form"]
    )
    assert kept.base is None
    assert "編集者。" in form.initial["body"]
    assert "記者。" in form.initial["body"]


def test_only_refused_texts_of_the_article_have_the_page(stale, writer):
    client, _, revision = stale
    entry = revision.post.history.get(step="create")
    other = make_post("draft")
    for post, number in (
        (revision.post, entry.pk),
        (other.post, conflict(revision).pk),
        (revision.post, 10**17),
    ):
        address = reverse("admin:posts_post_conflict", args=[post.pk, number])
        assert client.get(address).status_code == 404
    assert browser(make_user("writer", name="stranger")).get(resolve(revision)).status_code == 404


@pytest.mark.parametrize(
    "data", [{"_all": "x"}, {"piece-1": "nonsense"}, {"piece-99": "ours"}, {"_resolve": "x"}]
)
def test_odd_choices_take_the_default(data, stale):
    client, _, revision = stale
    assert client.post(resolve(revision), data | {"_choose": "1"}).status_code == 200


def test_the_page_needs_few_queries(stale, django_assert_max_num_queries):
    client, _, revision = stale
    with django_assert_max_num_queries(14):
        client.get(resolve(revision))


TOKEN = "0123456789abcdef" * 2


def add(client, **more):
    return client.post(reverse("admin:posts_post_add"), FIELDS | {"_save": "1", "token": TOKEN, **more})


def test_a_new_article_sent_twice_is_one_article(writer):
    client = browser(writer)
    answers = [add(client) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Post.objects.count() == 1
    assert HistoryEntry.objects.count() == 1


def test_a_form_sent_again_with_another_text_saves_that_text(writer):
    client = browser(writer)
    add(client)
    add(client, body="直した文。")
    assert Revision.objects.get().body == "直した文。"


def test_a_form_sent_again_after_others_saved_is_kept_as_a_conflict(writer, editor):
    client = browser(writer)
    add(client)
    draft = Revision.objects.get()
    workflow.save_draft(draft, draft.to_document().replace(body="編集者の文。"), by=editor, version=1)
    assert add(client)["Location"] == page(draft.post)
    answer = add(client, body="別の文。")
    assert answer.status_code == 302
    assert "/conflict/" in answer["Location"]
    assert Revision.objects.get().body == "編集者の文。"


def test_the_token_is_its_owners_and_an_odd_one_is_none(writer, editor):
    add(browser(writer))
    add(browser(editor))
    add(browser(writer), token="x' or 1")
    assert Post.objects.count() == 3


def test_each_form_of_a_new_article_has_its_own_token(writer):
    client = browser(writer)
    tokens = [client.get(reverse("admin:posts_post_add")).context["token"] for _ in range(2)]
    assert len({*tokens}) == 2
    assert len(tokens[0]) == 32


def test_a_comment_sent_twice_is_one(writer):
    revision = make_post("draft")
    for _ in range(2):
        workflow.perform("comment", revision, by=writer, comment="確かめました")
    assert revision.post.history.filter(step="comment").count() == 1
