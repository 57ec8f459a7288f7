"""The desk in a browser's words: forms posted by four people."""

import pytest
from django.test import Client
from django.urls import reverse

from posts.models import Revision

from .make import make_post


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(post) -> str:
    return reverse("admin:posts_post_change", args=[post.pk])


FIELDS = {"title": "見出し", "body": "本文です。", "format": "markdown"}


def step(client, revision, name, **inputs):
    data = {"_step": name, "_revision": revision.pk}
    data |= {f"{name}-{revision.pk}-{key}": value for key, value in inputs.items()}
    return client.post(page(revision.post), data)


def test_four_people_walk_the_whole_round(writer, editor, publisher, client):
    at_desk = browser(writer)
    assert at_desk.get(reverse("admin:posts_post_add")).status_code == 200
    answer = at_desk.post(
        reverse("admin:posts_post_add"), FIELDS | {"_save": "1", "slug": "a", "tags": "AI、投資"}
    )
    assert answer.status_code == 302
    revision = Revision.objects.get()
    answer = at_desk.post(
        page(revision.post), FIELDS | {"title": "新しい見出し", "version": 1, "_submit": "1"}
    )
    assert answer.status_code == 302
    assert step(browser(editor), revision, "approve").status_code == 302
    assert step(browser(publisher), revision, "publish").status_code == 302
    revision.refresh_from_db()
    answer = client.get(revision.get_absolute_url())
    assert "新しい見出し" in answer.content.decode()


@pytest.mark.parametrize("status", ["draft", "returned", "in_review", "approved", "published", "discarded"])
def test_page_opens_for_everyone_who_may_see_it(status, writer, editor, publisher, chief):
    revision = make_post(status)
    for user in (writer, editor, publisher, chief):
        assert browser(user).get(page(revision.post)).status_code == 200
