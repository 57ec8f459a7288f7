"""Somebody is editing: said while the page is open, shown to the others, forgotten after a minute."""

import pytest
from django.test import Client
from django.urls import reverse

from posts.models import Presence

from .make import make_post, make_user


def browser(user, **more) -> Client:
    client = Client(**more)
    client.force_login(user)
    return client


def beat(post) -> str:
    return reverse("admin:posts_presence", args=[post.pk])


def test_two_people_see_each_other_and_the_list_says_so(writer, editor, clock):
    post = make_post("draft").post
    assert browser(writer).post(beat(post)).json() == {"others": []}
    [words] = browser(editor).post(beat(post)).json()["others"]
    assert "writer" in words
    assert (
        "writer" in browser(editor).get(reverse("admin:posts_post_change", args=[post.pk])).content.decode()
    )
    listed = browser(editor).get(reverse("admin:posts_post_changelist")).content.decode()
    assert "✎ writer" in listed


def test_who_leaves_or_falls_silent_is_gone(writer, editor, clock):
    post = make_post("draft").post
    browser(writer).post(beat(post))
    browser(writer).post(beat(post), {"leave": "1"})
    assert browser(editor).post(beat(post)).json() == {"others": []}
    browser(writer).post(beat(post))
    clock.shift(61)
    assert browser(editor).post(beat(post)).json() == {"others": []}


def test_since_is_when_they_came_and_starts_anew_after_an_absence(writer, clock):
    post = make_post("draft").post
    browser(writer).post(beat(post))
    first = Presence.objects.get().since
    clock.shift(20)
    browser(writer).post(beat(post))
    assert Presence.objects.get().since == first
    clock.shift(300)
    browser(writer).post(beat(post))
    assert Presence.objects.get().since > first


def test_looking_at_a_page_says_nothing_and_only_a_post_counts(writer):
    post = make_post("draft").post
    browser(writer).get(reverse("admin:posts_post_change", args=[post.pk]))
    assert browser(writer).get(beat(post)).status_code == 405
    assert Presence.objects.count() == 0


@pytest.mark.parametrize("who", ["stranger", "nobody"])
def test_who_may_not_edit_is_not_there(who):
    post = make_post("draft").post
    user = make_user("writer" if who == "stranger" else "", name=who)
    assert browser(user).post(beat(post)).status_code in (403, 404)
    assert Presence.objects.count() == 0


def test_a_beat_without_a_token_is_refused(writer):
    post = make_post("draft").post
    assert browser(writer, enforce_csrf_checks=True).post(beat(post)).status_code == 403


def test_presence_costs_the_list_one_query_and_the_beat_few(writer, editor, django_assert_max_num_queries):
    posts = [make_post("draft").post for _ in range(5)]
    for post in posts:
        browser(writer).post(beat(post))
    client = browser(editor)
    with django_assert_max_num_queries(14):
        client.get(reverse("admin:posts_post_changelist"))
    with django_assert_max_num_queries(14):
        client.post(beat(posts[0]))
