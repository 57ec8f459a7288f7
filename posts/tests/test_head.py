"""What machines read in the head of a page: it agrees with the page, and no title breaks out of it."""

import json
from html.parser import HTMLParser

import pytest
from django.test import Client

from posts import workflow
from posts.models import Image, Revision

from .hiding import NAMES, replaced
from .make import NOON, make_post, make_user

ARTICLE = "/2026/03/01/a/"
HOSTILE = "</script><script>alert(1)</script><!-- & \u2028 \" ' ]]>"
REQUIRED = {
    *("headline", "image", "datePublished", "dateModified", "author", "publisher", "mainEntityOfPage"),
    *("inLanguage", "articleSection", "isAccessibleForFree"),
}


class Head(HTMLParser):
    """Meta and link elements, and what stands in scripts, as a browser reads them."""

    def __init__(self, path: str, client: Client | None = None):
        super().__init__()
        self.meta: dict[str, list[str]] = {}
        self.links: list[dict] = []
        self.scripts: list[tuple[dict, str]] = []
        self.times: list[str] = []
        self.inside: dict | None = None
        self.html = (client or Client()).get(path).content.decode()
        self.feed(self.html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "meta" and (found.get("property") or found.get("name")):
            self.meta.setdefault(found.get("property") or found["name"], []).append(found["content"])
        if tag == "link":
            self.links.append(found)
        if tag == "script":
            self.inside = found
        if tag == "time":
            self.times.append(found["datetime"])

    def handle_data(self, data):
        if self.inside is not None:
            self.scripts.append((self.inside, data))

    def handle_endtag(self, tag):
        self.inside = None

    def link(self, rel: str) -> list[str]:
        return [one["href"] for one in self.links if one["rel"] == rel]

    @property
    def things(self) -> dict[str, dict]:
        """What is told as JSON-LD, by type."""
        found = [json.loads(text) for kind, text in self.scripts if kind.get("type") == "application/ld+json"]
        assert len(found) <= 1 and all(one["@context"] == "https://schema.org" for one in found)
        return {thing["@type"]: thing for one in found for thing in one["@graph"]}


def test_an_article_is_told_of_whole_and_as_its_page_says(clock):
    live = make_post("published", slug="a", title="見出し", summary="要約です。", coauthors=["共著"], **NAMES)
    replaced(live, clock, "correction", "訂正")
    head = Head(ARTICLE)
    news = head.things["NewsArticle"]
    assert set(news) >= REQUIRED
    assert (news["headline"], news["articleSection"], news["inLanguage"]) == ("見出し", "section", "ja")
    assert [one["name"] for one in news["author"]] == ["person", "共著"]
    assert news["publisher"]["logo"]["url"] == "http://testserver/static/img/icon-512.png"
    assert news["mainEntityOfPage"] == f"http://testserver{ARTICLE}" == head.link("canonical")[0]
    dates = [news["datePublished"], news["dateModified"]]
    assert dates == ["2026-03-01T12:00:00+09:00", "2026-03-01T13:00:00+09:00"]
    assert [head.meta["article:published_time"], head.meta["article:modified_time"]] == [dates[:1], dates[1:]]
    assert head.times[:2] == dates  # 公開 and 更新 under the headline


def test_an_article_without_a_marked_change_was_modified_when_it_was_published(clock):
    replaced(make_post("published", slug="a"), clock, "typo", "", title="二")
    head = Head(ARTICLE)
    news = head.things["NewsArticle"]
    assert news["dateModified"] == news["datePublished"] == "2026-03-01T12:00:00+09:00"
    assert "article:modified_time" not in head.meta
    assert news["author"][0]["name"] == "Editorial"


def test_sharing_shows_title_words_picture_and_topics(clock):
    make_post(
        "published", slug="a", title="見出し", summary="要約です。" * 60, tags=["甲", "乙"], category="経済"
    )
    meta = Head(ARTICLE).meta
    single = {key: value[0] for key, value in meta.items() if len(value) == 1}
    assert single["og:title"] == "見出し"
    assert len(single["og:description"]) <= 120 and single["og:description"].endswith("。")
    assert single["og:url"] == f"http://testserver{ARTICLE}"
    assert (single["og:type"], single["og:locale"], single["og:site_name"]) == (
        "article",
        "ja_JP",
        "Editorial",
    )
    assert single["og:image"] == "http://testserver/static/img/share.png"
    assert (single["og:image:width"], single["og:image:height"]) == ("1200", "630")
    assert single["og:image:alt"] == "Editorial"
    assert single["article:section"] == "経済" and meta["article:tag"] == ["甲", "乙"]
    assert single["twitter:card"] == "summary_large_image"


def test_an_article_with_a_cover_shows_it_with_its_size_and_words(clock):
    cover = Image.objects.create(file="images/a.png", sha256="0" * 64, width=1600, height=900, alt="写真")
    revision = make_post("published", slug="a", lang="en")
    Revision.objects.filter(pk=revision.pk).update(cover=cover)
    head = Head(ARTICLE)
    single = {key: value[0] for key, value in head.meta.items()}
    assert single["og:image"] == head.things["NewsArticle"]["image"][0]
    assert (single["og:image"], single["og:image:alt"]) == ("http://testserver/media/images/a.png", "写真")
    assert (single["og:locale"], head.things["NewsArticle"]["inLanguage"]) == ("en_US", "en")


@pytest.mark.parametrize("sponsorship", ["ad", "tie_up", "affiliate"])
def test_what_is_paid_for_is_no_news(clock, sponsorship):
    make_post("published", slug="a", sponsorship=sponsorship, **NAMES)
    assert set(Head(ARTICLE).things) == {"BreadcrumbList"}


def test_the_trail_leads_from_home_to_the_article(clock):
    make_post("published", slug="a", title="見出し", category="経済")
    steps = Head(ARTICLE).things["BreadcrumbList"]["itemListElement"]
    assert [(one["position"], one["name"]) for one in steps] == [(1, "トップ"), (2, "経済"), (3, "見出し")]
    assert all(Client().get(one["item"]).status_code == 200 for one in steps[:-1])


@pytest.mark.parametrize("path", ["/tags/tag/", "/categories/section/", "/authors/person/", "/2026/03/"])
def test_a_list_has_its_trail(clock, path):
    make_post("published", slug="a", **NAMES)
    steps = Head(path).things["BreadcrumbList"]["itemListElement"]
    assert [one["name"] for one in steps] in (["トップ", path.split("/")[2]], ["トップ", "2026年3月"])


def test_the_front_page_says_whose_site_it_is(clock):
    make_post("published", slug="a")
    head = Head("/")
    site, house = head.things["WebSite"], head.things["NewsMediaOrganization"]
    assert site["publisher"]["@id"] == house["@id"]
    assert (site["url"], house["name"]) == ("http://testserver/", "Editorial")
    assert head.link("manifest") == ["/site.webmanifest"]
    assert head.meta["og:locale"] == ["ja_JP"]


@pytest.mark.parametrize("path", ["/", ARTICLE, "/tags/tag/", "/authors/person/", "/categories/section/"])
def test_no_title_ends_the_data_or_begins_a_script(clock, path):
    revision = make_post("published", slug="a", **NAMES)
    Revision.objects.filter(pk=revision.pk).update(title=HOSTILE, summary=HOSTILE)
    for name in (revision.category, revision.author, revision.tags.get()):
        type(name).objects.filter(pk=name.pk).update(name=HOSTILE)
    head = Head(path)
    assert head.things
    assert [kind for kind, _text in head.scripts if not kind.get("src")] == [{"type": "application/ld+json"}]
    if path == ARTICLE:
        assert head.things["NewsArticle"]["headline"] == HOSTILE
        assert head.meta["og:title"][0] == HOSTILE


def test_previews_tell_machines_nothing(clock, editor):
    revision = make_post("draft", slug="a")
    client = Client()
    client.force_login(editor)
    assert Head(f"/preview/{revision.pk}/", client).things == {}


# --- languages --------------------------------------------------------------------------------------------------------


def translation(of, lang: str, slug: str, status: str = "published", **fields) -> Revision:
    return make_post(status, slug=slug, lang=lang, translation_of=of.get_absolute_url(), **fields)


def languages(path: str) -> dict[str, str]:
    return {one["hreflang"]: one["href"] for one in Head(path).links if "hreflang" in one}


def test_translations_name_each_other_both_ways(clock):
    first = make_post("published", slug="a")
    translation(first, "en", "b")
    translation(first, "fr", "c")
    pairs = {"ja": "a", "en": "b", "fr": "c"}
    wanted = {lang: f"http://testserver/2026/03/01/{slug}/" for lang, slug in pairs.items()}
    assert [languages(f"/2026/03/01/{slug}/") for slug in "abc"] == [wanted] * 3


@pytest.mark.parametrize("status", ["draft", "approved"])
def test_a_translation_that_is_not_public_is_not_named(clock, status):
    translation(make_post("published", slug="a"), "en", "b", status)
    assert languages(ARTICLE) == {}


def test_a_translation_is_named_from_its_second_on_and_no_longer_than_it_is_public(clock):
    first = make_post("published", slug="a")
    draft = translation(first, "en", "b", "approved")
    later = NOON.replace(hour=4)
    live = workflow.perform("publish", draft, by=make_user("publisher"), at=later)
    assert languages(ARTICLE) == {}
    clock.move_to(later)
    assert set(languages(ARTICLE)) == {"ja", "en"}
    clock.shift(60)
    workflow.perform("unpublish", live, by=make_user("publisher"), comment="理由")
    assert languages(ARTICLE) == {}


@pytest.mark.parametrize("fields", [{"noindex": True}, {"canonical_url": "https://example.com/"}], ids=str)
def test_what_engines_are_not_to_know_is_named_as_no_language(clock, fields):
    translation(make_post("published", slug="a"), "en", "b", **fields)
    assert languages(ARTICLE) == languages("/2026/03/01/b/") == {}


def test_the_canonical_address_is_the_one_of_the_original(clock):
    make_post("published", slug="データ", canonical_url="https://example.com/first")
    head = Head("/2026/03/01/データ/")
    assert head.link("canonical") == ["https://example.com/first"]
    assert head.meta["og:url"] == ["http://testserver/2026/03/01/%E3%83%87%E3%83%BC%E3%82%BF/"]
