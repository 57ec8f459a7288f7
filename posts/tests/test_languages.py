"""A site of several languages: lists under a prefix, articles at their one address, never a header or a cookie."""

import re

import pytest
from django.test import Client

from posts import workflow
from posts.models import Revision, Tag

from .make import make_post

CANARY = "カナリア"


def page(path: str, **more) -> str:
    answer = Client().get(path, **more)
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().split())


@pytest.fixture
def stock(clock):
    """One article in each of four languages, Japanese with an English translation, and a hidden English one."""
    names = {"category": "経済", "author": "北見"}
    original = make_post(
        "published", slug="ja", title="日本語の記事", lang="ja", tags=["共通", "和"], **names
    )
    make_post(
        "published",
        slug="en",
        title="English words",
        lang="en",
        tags=["共通", "eng"],
        translation_of=original.post.reference,
        **names,
    )
    make_post("published", slug="us", title="American words", lang="en-US")
    make_post("published", slug="es", title="Palabras", lang="es")
    make_post("published", slug="none", title="無指定の記事")
    make_post("draft", slug="hidden", title=CANARY, lang="en", tags=["secret"], category="hidden-section")


@pytest.fixture
def two(settings, stock):
    settings.SITE_LANGUAGES = ["ja", "en"]


PREFIXED = [
    "/en/",
    "/en/tags/eng/",
    "/en/archive/",
    "/en/2026/03/",
    "/en/feed.xml",
    "/en",
    "/en/2026/03/01/en/",
]


@pytest.mark.parametrize("path", PREFIXED)
def test_a_site_of_one_language_knows_no_prefix(path, stock):
    assert Client().get(path).status_code == 404


def test_a_site_of_one_language_lists_all_and_speaks_it_on_every_article(stock):
    home = page("/")
    assert all(title in home for title in ("日本語の記事", "English words", "Palabras"))
    assert 'hreflang="ja"' not in home
    assert '<body lang="ja">' in page("/2026/03/01/en/")


LISTS = ["", "archive/", "2026/", "2026/03/", "2026/03/01/", "tags/%E5%85%B1%E9%80%9A/"]


@pytest.mark.parametrize("path", ["", "2026/", "2026/03/", "2026/03/01/"])
def test_each_language_lists_its_own_articles(path, two):
    first, other = page(f"/{path}"), page(f"/en/{path}")
    for title in ("日本語の記事", "Palabras", "無指定の記事"):
        assert title in first and title not in other
    for title in ("English words", "American words"):
        assert title in other and title not in first
    assert CANARY not in first + other


@pytest.mark.parametrize("path", [*LISTS, "categories/%E7%B5%8C%E6%B8%88/", "authors/%E5%8C%97%E8%A6%8B/"])
def test_lists_speak_the_language_of_their_path_and_stay_in_it(path, two):
    shown = page(f"/en/{path}")
    assert '<html lang="en">' in shown and '<body lang="en">' in shown
    assert '<html lang="ja">' in page(f"/{path}")
    links = set(re.findall(r'<a [^>]*?href="(/[^"]*)"', shown))
    assert {Client().get(link).status_code for link in links} == {200}
    leaves = {link for link in links if not link.startswith("/en/")}
    assert all(
        re.fullmatch(r"/|/corrections/\S*|/about/\S*|/pages/\S*|/20\d\d/\d\d/\d\d/[\w-]+/", one)
        for one in leaves
    ), leaves


def test_counts_are_those_of_the_language(two):
    assert "2 articles" in page("/en/archive/") and "3件" in page("/archive/")


def test_a_name_without_an_article_in_a_language_is_not_there(two):
    assert Client().get("/en/tags/%E5%92%8C/").status_code == 404
    assert Client().get("/tags/eng/").status_code == 404
    for path in ("/en/tags/secret/", "/en/categories/hidden-section/", "/en/2026/04/"):
        answer = Client().get(path)
        assert answer.status_code == 404 and CANARY not in answer.content.decode()
    assert "hidden-section" not in page("/en/")


def test_an_article_keeps_its_one_address_and_speaks_its_language(two):
    shown = page("/2026/03/01/en/")
    assert '<body lang="en">' in shown and 'href="/en/tags/eng/"' in shown and 'href="/en/"' in shown
    assert '<body lang="en">' in page("/2026/03/01/us/")
    assert '<body lang="ja">' in page("/2026/03/01/es/") and '<body lang="ja">' in page("/2026/03/01/none/")


def test_translations_are_linked_in_their_own_words(two):
    assert "This article in English" in page("/2026/03/01/ja/")
    assert 'href="/2026/03/01/ja/" hreflang="ja"' in page("/2026/03/01/en/")
    assert "この記事の日本語版" in page("/2026/03/01/en/")


def test_a_hidden_translation_is_not_linked(two, clock, publisher):
    clock.shift(60)
    workflow.perform("unpublish", Revision.objects.get(post__slug="en"), by=publisher, comment="理由")
    assert "This article in English" not in page("/2026/03/01/ja/")


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/en", "/en/"),
        ("/EN/", "/en/"),
        ("//en//", "/en/"),
        ("/en/index.html", "/en/"),
        ("/en/tags/ENG", "/en/tags/eng/"),
        ("/en/２０２６/3", "/en/2026/03/"),
        ("/en/2026/03/01/en/", "/2026/03/01/en/"),
        ("/en/2026/03/01/JA.html", "/2026/03/01/ja/"),
        ("/en/?page=1", "/en/"),
        ("/en/corrections/", "/corrections/"),
        ("/en/archive", "/en/archive/"),
    ],
)
def test_spellings_lead_on_in_one_hop_and_keep_the_language(asked, leads_to, two):
    answer = Client().get(f"http://testserver{asked}")
    assert (answer.status_code, answer.headers.get("Location")) == (301, leads_to)


def test_a_changed_name_leads_on_in_each_language(two, chief):
    tag = Tag.objects.get(name="共通")
    old = tag.get_absolute_url()
    tag.slug = "common"
    workflow.save_name(tag, by=chief)
    for prefix in ("", "/en"):
        answer = Client().get(prefix + old)
        assert (answer.status_code, answer["Location"]) == (301, f"{prefix}/tags/common/")


@pytest.mark.parametrize(
    "path", ["/en/admin/", "/en/preview/1/", "/en/media/x.png", "/ja/", "/fr/", "/en/en/", "/en/p/99/"]
)
def test_nothing_else_lives_under_a_prefix(path, two):
    assert Client().get(path).status_code == 404


def test_errors_speak_the_language_of_the_path(two):
    answer = Client().get("/en/nowhere/")
    assert answer.status_code == 404 and '<html lang="en">' in answer.content.decode()
    assert '<html lang="ja">' in Client().get("/nowhere/").content.decode()


def test_no_header_and_no_cookie_chooses(two):
    plain = Client().get("/")
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    asked = client.get("/")
    assert plain.content == asked.content and "Vary" not in asked and not asked.cookies


def test_home_pages_name_each_other(two):
    for path in ("/", "/en/"):
        shown = page(path)
        assert '<link rel="alternate" hreflang="en" href="http://testserver/en/">' in shown
        assert '<link rel="alternate" hreflang="ja" href="http://testserver/">' in shown
        assert '<link rel="alternate" hreflang="x-default" href="http://testserver/">' in shown
    assert '<link rel="canonical" href="http://testserver/en/">' in page("/en/")


def test_feeds_hold_the_articles_of_their_language(two):
    assert "English words" in page("/en/feed.xml") and "日本語の記事" not in page("/en/feed.xml")
    assert "English words" not in page("/feed.xml") and "日本語の記事" in page("/feed.xml")


def test_the_desk_keeps_its_own_language_and_addresses(two, client, editor):
    client.force_login(editor)
    client.cookies["django_language"] = "en"
    shown = client.get("/admin/posts/tag/").content.decode()
    assert "/en/tags/" not in shown


@pytest.mark.parametrize("path", ["/en/", "/en/tags/eng/", "/en/archive/", "/en/2026/03/"])
def test_lists_of_a_language_ask_few_questions(path, two, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        Client().get(path)


def test_search_finds_the_articles_of_its_language(two):
    shown = page("/en/search/?q=words")
    assert "American" in shown and '<html lang="en">' in shown and 'action="/en/search/"' in shown
    assert Client().get("/search/?q=%E8%A8%98%E4%BA%8B").content.decode().count('href="/2026/03/01/ja/"') == 1
    assert "日本語の" not in page("/en/search/?q=%E8%A8%98%E4%BA%8B")
