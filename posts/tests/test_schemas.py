"""Feeds and sitemaps against schemas of our own (`schemas/`, decision 27).

Each schema is shown broken answers as well: one that refuses nothing would prove nothing.
"""

import json
import re
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from django.test import Client
from lxml import etree

from posts import pictures, workflow
from posts.models import Author, Category, Image, Revision, SiteStamp
from posts.site import sitemaps

from .make import make_post, make_user
from .test_feeds import HOSTILE, LINKS
from .test_site import NAMES, replaced
from .test_variants import photo

SCHEMAS = Path(__file__).parent / "schemas"
FEEDS = {"xml": "atom.rng", "rss": "rss.rng", "json": "feed.json"}
LISTS = ["/", "/tags/tag/", "/categories/section/", "/authors/person/", "/corrections/"]


def parser() -> etree.XMLParser:
    """Asks nobody: no entity is resolved, no address fetched."""
    return etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)


@cache
def schema(name: str):
    path = SCHEMAS / name
    if name.endswith(".json"):
        words = json.loads(path.read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(words)
        return jsonschema.Draft202012Validator(words)
    tree = etree.parse(path, parser())
    return etree.RelaxNG(tree) if name.endswith(".rng") else etree.XMLSchema(tree)


def faults(name: str, answer: bytes) -> list[str]:
    """What the schema has to say against the answer."""
    judge = schema(name)
    if name.endswith(".json"):
        return [f"{error.json_path}: {error.message}" for error in judge.iter_errors(json.loads(answer))]
    judge.validate(etree.fromstring(answer, parser()))
    return [f"{error.line}: {error.message}" for error in judge.error_log]


def schema_of(path: str) -> str:
    if "sitemap" not in path:
        return FEEDS[path.rpartition(".")[2]]
    return "sitemap-index.xsd" if path.endswith("/sitemap.xml") else "sitemap.xsd"


def sound(path: str) -> bytes:
    """The answer at the path; it fails the test when its schema refuses it."""
    answer = Client().get(path)
    assert answer.status_code == 200, path
    assert faults(schema_of(path), answer.content) == [], path
    return answer.content


def every_sitemap() -> list[str]:
    """All sitemaps by their paths; each is held against its schema."""
    parts = re.findall(r"<loc>http://testserver([^<]+)</loc>", sound("/sitemap.xml").decode())
    for path in [*parts, "/news-sitemap.xml"]:
        sound(path)
    return parts


# --- what the site answers -------------------------------------------------------------------------------------------


def stock(clock, **more) -> None:
    """Articles with all that a feed may carry: a cover, people, tags, a correction, a label, marks of XML."""
    cover = Image.objects.take(pictures.take(photo(1300, 700)), alt='港の"写真" & <絵>')
    full = NAMES | {"coauthors": ["共著"], "tags": ["tag", "Ｃ＋＋", "<b>&"], "cover": cover.address}
    live = make_post(
        "published", slug="データ", title="<新>&「見出し」", summary="要約 & <です>。", **full, **more
    )
    Revision.objects.filter(pk=live.pk).update(html=LINKS)
    replaced(live, clock, "correction", "金額を<訂正>しました & 2行目\n\n3行目", title="直した & <見出し>")
    make_post("published", slug="paid", title="広告の記事", sponsorship="ad", ai_use="generated", **NAMES)
    make_post("published", slug="plain", title="Plain", lang="en", **NAMES)


@pytest.mark.parametrize("form", FEEDS)
def test_every_feed_keeps_to_its_schema(form, clock):
    stock(clock)
    for path in LISTS:
        sound(f"{path}feed.{form}")


@pytest.mark.parametrize("form", FEEDS)
def test_the_feeds_of_each_language_keep_to_their_schema(form, clock, settings):
    settings.SITE_LANGUAGES = ["ja", "en"]
    make_post("published", slug="a", lang="ja", **NAMES)
    make_post("published", slug="b", lang="en-GB", title="It’s <new> & “quoted”", **NAMES)
    for path in LISTS:
        sound(f"{path}feed.{form}")
    for path in LISTS[:-1]:
        assert "It’s" in sound(f"/en{path}feed.{form}").decode()


@pytest.mark.parametrize("form", FEEDS)
def test_a_feed_without_an_entry_keeps_to_its_schema(form, clock):
    for path in ("/", "/corrections/"):
        assert b"<entry" not in (text := sound(f"{path}feed.{form}")) and b"<item>" not in text


@pytest.mark.parametrize("form", FEEDS)
def test_a_feed_of_summaries_keeps_to_its_schema(form, clock, settings):
    settings.FEED_FULL_TEXT = False
    stock(clock)
    sound(f"/feed.{form}")


@pytest.mark.parametrize("form", FEEDS)
def test_characters_that_no_xml_carries_leave_a_feed_that_keeps_to_its_schema(form, clock):
    stock(clock)
    Revision.objects.update(title=HOSTILE, summary=HOSTILE, html=f"<p>{HOSTILE}</p>", update_note=HOSTILE)
    Category.objects.update(name=HOSTILE, description=HOSTILE)
    Author.objects.filter(name="person").update(name=HOSTILE, bio=HOSTILE)
    SiteStamp.objects.bump()
    for path in LISTS:
        sound(f"{path}feed.{form}")


@pytest.mark.parametrize("form", FEEDS)
def test_a_retracted_article_stays_in_a_feed_of_corrections_that_keeps_to_its_schema(form, clock):
    live = make_post("published", slug="a")
    clock.shift(60)
    workflow.perform(
        "retract",
        live,
        by=make_user("publisher"),
        comment="裁判所の命令により取り消します",
        notice="事実でない & <撤回>",
    )
    assert "撤回" in sound(f"/corrections/feed.{form}").decode()


def test_every_sitemap_keeps_to_its_schema(clock, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 2)
    stock(clock)
    kinds = {path.rsplit("-", 1)[0] for path in every_sitemap()}
    assert kinds == {f"/sitemap-{kind}" for kind in ("pages", "posts", "sections", "tags", "authors")}
    assert sound("/news-sitemap.xml").count(b"<news:news>") == 2


def test_the_sitemaps_of_a_site_without_an_article_keep_to_their_schema(clock):
    assert every_sitemap() == ["/sitemap-pages-0.xml"]


# --- controls: what each schema has to refuse ------------------------------------------------------------------------

BROKEN = {  # (path, what stands in the answer, what is put in its place), each once
    "atom: no id": ("/feed.xml", r"<id>.*?</id>", ""),
    "atom: two titles": ("/feed.xml", r"(<title>.*?</title>)", r"\1\1"),
    "atom: an id that is no address": ("/feed.xml", r"(<entry.*?<id>)tag:", r"\1"),
    "atom: a date without a zone": ("/feed.xml", r"(<updated>[^<]*)\+09:00", r"\1"),
    "atom: a date in another form": ("/feed.xml", r"<updated>[^<]*", "<updated>Sun, 01 Mar 2026 12:00:00 +0900"),
    "atom: an address that is not escaped": ("/feed.xml", r'(<entry.*?href=")[^"]*', r"\1http://testserver/データ/"),
    "atom: an unknown kind of text": ("/feed.xml", r'type="html"', 'type="markup"'),
    "atom: a person without a name": ("/feed.xml", r"<name>.*?</name>", ""),
    "atom: an element that Atom has not": ("/feed.xml", r"<updated>", "<pubDate>x</pubDate><updated>"),
    "atom: no link": ("/feed.xml", r"(<entry.*?)<link [^>]*>(</link>)?", r"\1"),
    "atom: a category without a term": ("/feed.xml", r'<category term="[^"]*"', "<category"),
    "atom: another language tag": ("/feed.xml", r'xml:lang="ja"', 'xml:lang="日本語"'),
    "rss: another version": ("/feed.rss", r'version="2.0"', 'version="0.9"'),
    "rss: a channel without a description": ("/feed.rss", r"<description>.*?</description>", ""),
    "rss: an item without a guid": ("/feed.rss", r"<guid.*?</guid>", ""),
    "rss: a guid that only seems to be an address": ("/feed.rss", r' isPermaLink="false"', ""),
    "rss: a date in another form": ("/feed.rss", r"<pubDate>[^<]*", "<pubDate>2026-03-01T12:00:00+09:00"),
    "rss: a path for an address": ("/feed.rss", r"<link>http://testserver", "<link>"),
    "rss: a title with a tag": ("/feed.rss", r"(<item>.*?<title>)", r"\1&lt;b&gt;"),
    "rss: two items of content": ("/feed.rss", r"(<content:encoded>.*?</content:encoded>)", r"\1\1"),
    "rss: an author without a mail": ("/feed.rss", r"<item>", "<item><author>北見</author>"),
    "rss: an element that is not known": ("/feed.rss", r"<item>", "<item><dc:date>x</dc:date>"),
    "json: another version": ("/feed.json", r"version/1\.1", "version/1"),
    "json: no title": ("/feed.json", r'"title":', '"name":'),
    "json: an entry without an id": ("/feed.json", r'"id": "[^"]*", ', ""),
    "json: an entry without content": ("/feed.json", r'"content_html": ', '"_content": '),
    "json: a number for an id": ("/feed.json", r'"id": "[^"]*"', '"id": 5'),
    "json: an author by name alone": ("/feed.json", r'"authors": \[.*?\]', '"authors": ["北見"]'),
    "json: a date without a zone": ("/feed.json", r'("date_published": "[^"+]*)\+09:00', r"\1"),
    "json: a path for an address": ("/feed.json", r'"image": "http://testserver', '"image": "'),
    "index: no part": ("/sitemap.xml", r"<sitemap>.*</sitemap>", ""),
    "index: an address of a page": ("/sitemap.xml", r"<sitemap>(.*?)</sitemap>", r"<url>\1</url>"),
    "index: a part twice": ("/sitemap.xml", r"(<sitemap>.*?</sitemap>)", r"\1\1"),
    "sitemap: another namespace": ("/sitemap-posts-0.xml", r"sitemap/0\.9", "sitemap/0.8"),
    "sitemap: a path for an address": ("/sitemap-posts-0.xml", r"<loc>http://testserver", "<loc>"),
    "sitemap: an address that is not escaped": ("/sitemap-posts-0.xml", r"(<loc>[^<]*)", r"\1データ"),
    "sitemap: a broken escape": ("/sitemap-posts-0.xml", r"(<loc>[^<]*)", r"\1%E"),
    "sitemap: an address too long": ("/sitemap-posts-0.xml", r"(<loc>[^<]*)", r"\1" + "a" * 2048),
    "sitemap: the moment before the address": ("/sitemap-posts-0.xml", r"(<loc>.*?)(<lastmod>.*?</lastmod>)", r"\2\1"),
    "sitemap: a moment without a zone": ("/sitemap-posts-0.xml", r"(<lastmod>[^<+]*)\+09:00", r"\1"),
    "sitemap: an address twice": ("/sitemap-posts-0.xml", r"(<url>.*?</url>)", r"\1\1"),
    "news: no name": ("/news-sitemap.xml", r"<news:name>.*?</news:name>", ""),
    "news: a language with a place": ("/news-sitemap.xml", r"<news:language>ja", "<news:language>ja-JP"),
    "news: no date": ("/news-sitemap.xml", r"<news:publication_date>.*?</news:publication_date>", ""),
    "news: an empty title": ("/news-sitemap.xml", r"<news:title>.*?</news:title>", "<news:title> </news:title>"),
    "news: genres": ("/news-sitemap.xml", r"<news:title>", "<news:genres>Blog</news:genres><news:title>"),
}  # fmt: skip


@pytest.mark.parametrize("path", dict.fromkeys(path for path, _found, _put in BROKEN.values()))
def test_a_schema_refuses_what_is_broken(path, clock):
    cover = Image.objects.take(pictures.take(photo(20, 20)), alt="港")
    make_post("published", slug="a", cover=cover.address, **NAMES)
    whole, passed = sound(path).decode(), []
    for fault, (where, found, put) in BROKEN.items():
        if where == path:
            broken, count = re.subn(found, put, whole, count=1, flags=re.DOTALL)
            assert count == 1 and broken != whole, fault
            passed += [] if faults(schema_of(path), broken.encode()) else [fault]
    assert passed == []


def test_no_schema_asks_for_anything_outside():
    """What a schema takes in stands beside it."""
    for path in SCHEMAS.iterdir():
        for place in re.findall(r'(?:schemaLocation|href)="([^"]+)"', path.read_text("utf-8")):
            assert (SCHEMAS / place).is_file(), path.name
