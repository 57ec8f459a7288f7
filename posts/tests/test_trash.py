"""The trash: discarded drafts of articles that never were public, and their return."""

import pytest
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.models import Post
from posts.models.trash import at_desk, in_trash

from .make import advance, make_post, make_user

LIST = reverse("admin:posts_post_changelist")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(post) -> str:
    return reverse("admin:posts_post_change", args=[post.pk])


def test_only_what_never_was_public_and_is_all_discarded_is_trash(writer, clock):
    make_post("draft", slug="a")
    gone = make_post("discarded", slug="b")
    live = make_post("published", slug="c")
    clock.shift(60)
    advance(workflow.start_revision(live.post, by=writer), "discarded")
    assert list(in_trash(Post.objects.all())) == [gone.post]
    assert gone.post not in at_desk(Post.objects.all())
    assert Post.objects.count() == 3


def test_list_leaves_the_trash_out_and_shows_it_when_asked(editor):
    make_post("discarded", title="捨てた記事")
    make_post("draft", title="残る記事")
    client = browser(editor)
    usual, trash = (client.get(LIST, query).content.decode() for query in ({}, {"status": "trash"}))
    assert ("捨てた記事" in usual, "残る記事" in usual) == (False, True)
    assert ("捨てた記事" in trash, "残る記事" in trash) == (True, False)
    assert "ごみ箱 (1)" in usual


@pytest.mark.parametrize("status", ["draft", "public", "ended", "odd"])
def test_no_filter_but_its_own_shows_the_trash(status, editor):
    make_post("discarded", title="捨てた記事")
    assert "捨てた記事" not in browser(editor).get(LIST, {"status": status}).content.decode()


def test_restoring_makes_a_new_draft_of_the_newest_text(writer):
    gone = make_post("discarded", title="捨てた記事")
    client = browser(writer)
    assert "ごみ箱から元に戻す" in client.get(page(gone.post)).content.decode()
    assert client.post(page(gone.post), {"_start": "now"}).status_code == 302
    new = gone.post.revisions.open().get()
    assert (new.title, new.status, new.number) == ("捨てた記事", "draft", 2)
    with pytest.raises(workflow.Refused):
        workflow.restore_post(gone.post, by=writer)


def test_several_are_restored_at_once_each_for_who_may(writer, editor):
    posts = [make_post("discarded", slug=f"p{number}").post for number in range(3)]
    chosen = {"action": "restore", "_selected_action": [post.pk for post in posts]}
    assert browser(make_user("writer", name="other")).post(LIST + "?status=trash", chosen).status_code in (
        200,
        302,
    )
    assert in_trash(Post.objects.all()).count() == 3
    assert browser(editor).post(LIST + "?status=trash", chosen).status_code == 302
    assert in_trash(Post.objects.all()).count() == 0


def test_list_of_the_trash_needs_few_queries(editor, django_assert_max_num_queries):
    for number in range(6):
        make_post("discarded", slug=f"p{number}")
    client = browser(editor)
    with django_assert_max_num_queries(14):
        client.get(LIST, {"status": "trash"})
