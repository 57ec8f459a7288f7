"""Images at the desk: the list, where each is used, and its line of markdown."""

import io

import PIL.Image
import pytest
from django.test import Client
from django.urls import reverse

from posts import pictures
from posts.models import Image

from .make import make_post, make_user


@pytest.fixture
def image(db):
    file = io.BytesIO()
    PIL.Image.new("RGB", (20, 10), "teal").save(file, "PNG")
    return Image.objects.take(pictures.take(file.getvalue()), "売上の[推移]")


def page(image, user) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("admin:posts_image_change", args=[image.pk])).text


def test_an_image_says_which_articles_show_it(image, editor):
    make_post("draft", title="本文で使う", body=image.markdown)
    make_post("draft", title="カバーで使う", slug="b", cover=image.address)
    make_post("discarded", title="破棄した", slug="c", body=image.markdown)
    make_post("draft", title="使わない", slug="d")
    text = page(image, editor)
    assert "本文で使う" in text and "カバーで使う" in text
    assert "破棄した" not in text and "使わない" not in text


def test_nobody_learns_of_articles_they_may_not_see(image, writer):
    make_post("draft", title="秘密の記事", body=image.markdown, by=make_user("writer", "another"))
    assert "秘密の記事" not in page(image, writer)


def test_the_line_of_markdown_shows_the_image_whatever_its_words(image, editor):
    line = f"![売上の\\[推移\\]]({image.address})"
    assert image.markdown == line
    client = Client()
    client.force_login(editor)
    assert line in client.get(reverse("admin:posts_image_changelist")).text
