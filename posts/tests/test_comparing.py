"""The page that compares two texts of an article."""

import pytest
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.admin.difference import link
from posts.difference import compare
from posts.templatetags.difference import difference

from .make import advance, make_document, make_post, make_user


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def changed(**after):
    """A live article with a draft that says something else."""
    live = make_post("published", title="前の題", body="一つ目。\n\n二つ目。", tags=["AI"])
    draft = workflow.start_revision(live.post, by=make_user("writer"))
    after = {"update_kind": "typo", **after}
    return workflow.save_draft(
        draft, draft.to_document().replace(**after), by=make_user("writer"), version=draft.version
    )


def page(client, post, **query) -> str:
    answer = client.get(reverse("admin:posts_post_difference", args=[post.pk]), query)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_a_draft_is_compared_with_what_readers_see(writer):
    draft = changed(title="後の題", body="一つ目。\n\n二番目。", tags=["AI", "投資"])
    words = page(browser(writer), draft.post)
    assert "<del>前</del><ins>後</ins>の題" in words
    assert "二<del>つ</del><ins>番</ins>目" in words
    assert "<ins>+ 投資</ins>" in words


def test_any_two_entries_are_compared_and_steps_stand_for_their_text(writer):
    draft = changed(body="一つ目。\n\n三つ目。")
    create = draft.post.history.get(step="create")
    approve = draft.post.history.get(step="approve")
    words = page(browser(writer), draft.post, **{"from": approve.pk, "to": "draft"})
    assert "<del>二</del><ins>三</ins>つ目" in words
    same = page(browser(writer), draft.post, **{"from": create.pk, "to": approve.pk})
    assert "data-has-changes" not in same


def test_an_entry_alone_is_compared_with_the_text_before_it(writer):
    draft = changed(body="一つ目。\n\n三つ目。")
    save = draft.post.history.filter(step="save").first()
    assert "<del>二</del><ins>三</ins>つ目" in page(browser(writer), draft.post, to=save.pk)


@pytest.mark.parametrize(
    "query", ["from=x", "to=999999", "from=-1", "to=１", "from=9999999999999999999", "to=%00"]
)
def test_texts_that_are_not_there_are_404(query, writer):
    draft = changed()
    answer = browser(writer).get(reverse("admin:posts_post_difference", args=[draft.post_id]) + "?" + query)
    assert answer.status_code == 404


def test_entries_of_another_article_and_other_peoples_drafts_are_404(writer):
    draft, other = changed(), make_post("draft", by=make_user("writer", name="other"))
    address = reverse("admin:posts_post_difference", args=[draft.post_id])
    assert browser(writer).get(address, {"to": other.post.history.first().pk}).status_code == 404
    assert browser(make_user("writer", name="other")).get(address).status_code == 404


def test_queries_do_not_grow_with_the_history(writer, django_assert_max_num_queries):
    draft = changed()
    for number in range(8):
        document = draft.to_document().replace(body=f"文{number}")
        draft = workflow.save_draft(draft, document, by=writer, version=draft.version)
    client = browser(writer)
    with django_assert_max_num_queries(14):
        client.get(reverse("admin:posts_post_difference", args=[draft.post_id]))


def test_unchanged_runs_are_folded_and_moved_blocks_lead_to_each_other():
    rows = [f"{number}番目の段落です。" for number in range(12)]
    moved = [*rows[1:9], rows[0], *rows[9:]]
    words = difference(compare(make_document(body="\n\n".join(rows)), make_document(body="\n\n".join(moved))))
    assert words.count("<details") == 2
    assert 'href="#d-to-17"' in words
    assert 'id="d-to-17"' in words
    assert 'id="d-from-17"' in words


def test_texts_are_escaped():
    old, new = make_document(body="<script>a</script>"), make_document(body="<script>b</script>", title="<b>")
    words = difference(compare(old, new), "<i>", "<i>")
    assert "<script" not in words
    assert "<b>" not in words
    assert "<i>" not in words


def test_a_changed_file_is_compared_in_words_a_reader_would_mark(editor):
    revision = make_post("draft", body="政府の方針です。")
    post = revision.post
    assert "from=1&to=draft" in link(post, 1, "draft")
    advance(revision, "in_review")
    assert browser(editor).get(link(post, post.history.last().pk, "draft")).status_code == 200
