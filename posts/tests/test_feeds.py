"""Feeds: parsed by feedparser, and what they show of whom and when; `test_schemas.py` holds them against schemas."""

import json
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client

from posts import workflow
from posts.models import Category, Revision, SiteStamp, Tag

from .hiding import NAMES, STATES, WORDS, replaced
from .make import NOON, make_post, make_user

FEEDS = [f"{path}feed.{form}" for path in ("/", "/tags/tag/", "/categories/section/", "/authors/person/")
         for form in ("xml", "rss", "json")]  # fmt: skip
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
HOSTILE = "<script>alert(1)</script> ]]> & \ufffe\x0b\x85 \U0001f363 </title>"
LINKS = (
    '<p><a href="/2026/01/01/a/?x=1&amp;y=2">a</a> <a href="#h-b">b</a> <a href="c.html">c</a> '
    '<a href="https://example.com/" rel="nofollow noopener noreferrer">d</a> <a href="mailto:a@example.com">e</a> '
    '<img src="/media/x.png" alt=\'"\' srcset="/media/y.png 2x" loading="lazy"> <code>href="/kept"</code></p>'
)


def get(path: str, **headers):
    return Client().get(path, headers=headers)


def parsed(path: str):
    """The feed as a reader's program has it; what it has to say against the feed fails the test."""
    answer = get(path)
    assert answer.status_code == 200, path
    found = feedparser.parse(answer.content, response_headers={"content-type": answer["Content-Type"]})
    assert not found.bozo, found.get("bozo_exception")
    return found


def items(path: str) -> list[dict]:
    return json.loads(get(path).content)["items"]


def with_page(html: str, **fields) -> Revision:
    revision = make_post("published", slug="a", **fields)
    Revision.objects.filter(pk=revision.pk).update(html=html)
    return revision


@pytest.mark.parametrize("path", FEEDS)
def test_each_feed_shows_the_article_with_its_text_and_dates(clock, path):
    make_post("published", slug="a", title="見出し", summary="要約です。", coauthors=["共著"], **NAMES)
    if path.endswith("json"):
        [item] = items(path)
        assert (item["title"], item["content_html"]) == ("見出し", "<p>本文</p>")
        assert item["date_published"] == item["date_modified"] == "2026-03-01T12:00:00+09:00"
        assert [one["name"] for one in item["authors"]] == ["person", "共著"]
        return
    [entry] = parsed(path).entries
    assert (entry.title, entry.link) == ("見出し", "http://testserver/2026/03/01/a/")
    assert entry.content[-1].value == "<p>本文</p>"
    assert entry.summary == "要約です。"
    assert [tag.term for tag in entry.tags] == ["section", "tag"]
    assert entry.published in ("2026-03-01T12:00:00+09:00", "Sun, 01 Mar 2026 12:00:00 +0900")
    assert entry.updated == "2026-03-01T12:00:00+09:00"
    assert entry.get("language") in (None, "ja")


@pytest.mark.parametrize("form", ["xml", "rss"])
def test_a_feed_says_whose_it_is_and_where_it_stands(clock, form):
    make_post("published", slug="a", **NAMES)
    feed = parsed(f"/tags/tag/feed.{form}").feed
    assert (feed.title, feed.language) == ("tag | Editorial", "ja")
    links = {link.rel: link.href for link in feed.links}
    assert links["self"] == f"http://testserver/tags/tag/feed.{form}"
    assert links["alternate"] == "http://testserver/tags/tag/"


def test_atom_has_what_rfc_4287_demands(clock):
    make_post("published", slug="a", **NAMES)
    root = ElementTree.fromstring(get("/feed.xml").content)
    assert root.tag == f"{ATOM}feed"
    for element in (root, root.find(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
            assert element.findtext(f"{ATOM}{name}")
        assert element.findall(f"{ATOM}author")
        for name in ("updated", "published"):
            for found in element.findall(f"{ATOM}{name}"):
                assert datetime.fromisoformat(found.text).utcoffset() == timedelta(hours=9)


def test_rss_has_what_its_specification_demands(clock):
    make_post("published", slug="a", **NAMES)
    root = ElementTree.fromstring(get("/feed.rss").content)
    assert (root.tag, root.get("version"), len(root)) == ("rss", "2.0", 1)
    channel = root[0]
    assert all(channel.findtext(name) for name in ("title", "link", "description", "language"))
    [item] = channel.findall("item")
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext(CONTENT) == "<p>本文</p>"


def test_json_feed_has_what_version_1_1_demands(clock):
    make_post("published", slug="a", **NAMES)
    answer = get("/feed.json")
    feed = json.loads(answer.content)
    assert answer["Content-Type"].startswith("application/feed+json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://testserver/feed.json"
    assert {"id", "content_html"} <= set(feed["items"][0])


def test_the_id_stays_when_the_address_changes(clock, publisher):
    revision = make_post("published", slug="a")
    before = [
        parsed("/feed.xml").entries[0].id,
        parsed("/feed.rss").entries[0].id,
        items("/feed.json")[0]["id"],
    ]
    workflow.change_address(revision.post, slug="b", by=publisher)
    after = [
        parsed("/feed.xml").entries[0].id,
        parsed("/feed.rss").entries[0].id,
        items("/feed.json")[0]["id"],
    ]
    assert before == after == [f"tag:testserver,2026-03-01:post/{revision.post_id}"] * 3
    assert parsed("/feed.xml").entries[0].link.endswith("/b/")


def test_updated_moves_with_a_marked_change_and_with_nothing_else(clock):
    live = make_post("published", slug="a")
    live = replaced(live, clock, "typo", "", title="二")
    assert parsed("/feed.xml").entries[0].updated == "2026-03-01T12:00:00+09:00"
    replaced(live, clock, "correction", "金額を訂正しました。", title="三")
    [entry] = parsed("/feed.xml").entries
    assert entry.updated == "2026-03-01T14:00:00+09:00"
    assert entry.published == "2026-03-01T12:00:00+09:00"
    assert "金額を訂正しました。" in entry.content[0].value


@pytest.mark.parametrize("form", ["xml", "rss", "json"])
def test_addresses_in_the_text_are_whole(clock, form):
    with_page(LINKS)
    path = f"/feed.{form}"
    html = items(path)[0]["content_html"] if form == "json" else _content(path)
    assert 'href="http://testserver/2026/01/01/a/?x=1&amp;y=2"' in html
    assert 'href="http://testserver/2026/03/01/a/#h-b"' in html
    assert 'href="http://testserver/2026/03/01/a/c.html"' in html
    assert 'href="https://example.com/"' in html and 'href="mailto:a@example.com"' in html
    assert "srcset" not in html
    assert '<code>href="/kept"</code>' in html


def _content(path: str) -> str:
    """The text as it stands in the XML: feedparser makes addresses whole by itself."""
    root = ElementTree.fromstring(get(path).content)
    return root.findtext(f".//{CONTENT}") or root.findtext(f".//{ATOM}content")


@pytest.mark.parametrize("path", FEEDS)
def test_hostile_characters_break_no_feed(clock, path):
    revision = with_page("<p>]]> \ufffe &lt;script&gt;</p>", **NAMES)
    Revision.objects.filter(pk=revision.pk).update(title=HOSTILE, summary=HOSTILE)
    Category.objects.update(name=HOSTILE, description=HOSTILE)
    SiteStamp.objects.bump()
    if path.endswith("json"):
        assert "\U0001f363" in items(path)[0]["title"]
        return
    root = ElementTree.fromstring(get(path).content)
    titles = [found.text for tag in ("title", f"{ATOM}title") for found in root.iter(tag)]
    shown = HOSTILE.replace("\ufffe", "").replace("\x0b", "")
    assert (shown if path.endswith("xml") else shown.replace("<", "&lt;").replace(">", "&gt;")) in titles
    assert not [found for found in root.iter() if found.tag.endswith("script")]
    assert parsed(path).entries[0].title


def test_a_paid_text_says_so_before_its_title_and_on_its_links(clock):
    with_page(
        '<p><a href="https://example.com/" rel="nofollow noopener noreferrer">x</a></p>', sponsorship="ad"
    )
    [entry] = parsed("/feed.xml").entries
    assert entry.title == "広告（PR） | 見出し"
    assert 'rel="sponsored nofollow noopener noreferrer"' in _content("/feed.rss")
    assert 'rel="sponsored nofollow noopener noreferrer"' in get("/2026/03/01/a/").content.decode()


def test_the_summary_alone_where_the_house_wants_it(clock, settings):
    settings.FEED_FULL_TEXT = False
    make_post("published", slug="a", summary="要約です。")
    assert "content" not in parsed("/feed.xml").entries[0]
    assert parsed("/feed.rss").entries[0].summary == "要約です。"
    assert items("/feed.json")[0]["content_text"] == "要約です。"


@pytest.mark.parametrize("hidden", STATES, indirect=True)
def test_no_feed_shows_a_word_of_what_is_not_public(hidden):
    for path in FEEDS:
        answer = get(path)
        assert answer.status_code == (404 if path.count("/") > 1 else 200), path
        assert WORDS not in answer.content.decode(), path


def test_the_control_finds_the_words_of_a_public_article(clock):
    make_post("published", title=f"{WORDS}見出し", slug="a", **NAMES)
    assert all(WORDS in get(path).content.decode() for path in FEEDS)


def test_who_has_the_feed_gets_304_until_something_public_changes(clock, writer):
    make_post("published", slug="a", **NAMES)
    clock.shift(60)
    for path in FEEDS:
        first = get(path)
        assert get(path, if_none_match=first["ETag"]).status_code == 304
        assert get(path, if_modified_since=first["Last-Modified"]).status_code == 304
        assert first["Cache-Control"] == "public, max-age=0, must-revalidate, s-maxage=1"
    make_post("draft", slug="b")
    assert get("/feed.xml", if_none_match=get("/feed.xml")["ETag"]).status_code == 304


def test_a_schedule_that_comes_true_ends_the_304(clock):
    make_post("published", slug="a")
    make_post("published", slug="b", at=NOON + timedelta(hours=1))
    clock.shift(60)
    first = get("/feed.xml")
    clock.move_to(NOON + timedelta(hours=1))
    for held in ({"if_none_match": first["ETag"]}, {"if_modified_since": first["Last-Modified"]}):
        assert get("/feed.xml", **held).status_code == 200


def test_an_unpublished_article_leaves_at_once_also_for_who_has_it(clock, publisher):
    revision = make_post("published", slug="a", title=WORDS)
    clock.shift(60)
    first = get("/feed.rss")
    clock.shift(60)
    workflow.perform("unpublish", revision, by=publisher, comment="理由")
    for held in ({"if_none_match": first["ETag"]}, {"if_modified_since": first["Last-Modified"]}):
        answer = get("/feed.rss", **held)
        assert (answer.status_code, WORDS in answer.content.decode()) == (200, False)


def test_an_erased_article_leaves_also_for_who_asks_by_the_time_alone(clock):
    revision = make_post("published", slug="a", title=WORDS)
    clock.shift(60)
    first = get("/feed.rss")
    clock.shift(60)
    workflow.purge(revision.post, by=make_user("admin"), reason="裁判所の命令により消去します")
    answer = get("/feed.rss", if_modified_since=first["Last-Modified"])
    assert (answer.status_code, WORDS in answer.content.decode()) == (200, False)


def test_the_newest_thirty_and_no_more(clock):
    for number in range(31):
        make_post("published", slug=f"n{number}", title=f"記事{number}番")
        clock.shift(1)
    titles = [entry.title for entry in parsed("/feed.xml").entries]
    assert (len(titles), titles[0], titles[-1]) == (30, "記事30番", "記事1番")


@pytest.mark.parametrize("number", [2, 9])
def test_a_feed_asks_the_database_four_times_however_long_it_is(clock, number, django_assert_num_queries):
    for count in range(number):
        live = make_post(
            "published", slug=f"n{count}", tags=["a", "b"], category="s", author="p", coauthors=["q"]
        )
        replaced(live, clock, "correction", "訂正", title="二")
    with django_assert_num_queries(4):
        get("/feed.xml")
    with django_assert_num_queries(5):
        answer = get("/tags/a/feed.rss")
    with django_assert_num_queries(1):
        get("/tags/a/feed.rss", if_none_match=answer["ETag"])


def test_an_empty_site_has_an_empty_feed_that_stays_the_same(clock):
    first = get("/feed.xml").content
    clock.shift(3600)
    assert get("/feed.xml").content == first
    assert parsed("/feed.rss").entries == []


def test_pages_name_their_feeds_for_machines_and_for_people(clock):
    make_post("published", slug="a", **NAMES)
    for page, feeds in {"/": ["/"], "/2026/03/01/a/": ["/"], "/tags/tag/": ["/tags/tag/", "/"]}.items():
        html = get(page).content.decode()
        linked = re.findall(r'rel="alternate"\s+type="[a-z/+]+"\s+title="[^"]+"\s+href="([^"]+)"', html)
        assert linked == [f"{path}feed.{form}" for path in feeds for form in ("xml", "rss", "json")]
        assert f'<a href="{feeds[0]}feed.xml">Atom</a>' in html


def test_the_feed_of_a_merged_tag_leads_to_the_one_it_has_become(clock, editor):
    make_post("published", slug="a", tags=["tag"])
    make_post("published", slug="b", tags=["other"])
    old, new = Tag.objects.get(name="other"), Tag.objects.get(name="tag")
    workflow.merge([old], into=new, by=editor)
    answer = get("/tags/other/feed.rss")
    assert (answer.status_code, answer["Location"]) == (301, "/tags/tag/feed.rss")
    clock.shift(60)
    for live in Revision.objects.published():
        workflow.perform("unpublish", live, by=make_user("publisher"), comment="理由")
    assert get("/tags/other/feed.rss").status_code == 404
