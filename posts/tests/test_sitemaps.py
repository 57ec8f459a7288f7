"""Sitemaps and the small files that machines look for: what they hold, what they never hold, what they cost."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from posts.models import Revision
from posts.site import sitemaps

from .hiding import STATES, WORDS, replaced
from .make import NOON, make_post

NS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}
NAMED = {"category": "経済", "tags": ["半導体", "AI"], "author": "北見", "coauthors": ["共著"]}


def get(path: str, **headers):
    return Client().get(path, headers=headers)


def tree(path: str) -> ElementTree.Element:
    answer = get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8"), path
    return ElementTree.fromstring(answer.content)


def places(path: str) -> dict[str, str | None]:
    """{address: lastmod} of a sitemap or an index, each with the form that the protocol demands."""
    found = {}
    for one in tree(path):
        assert [child.tag.partition("}")[2] for child in one][:1] == ["loc"]
        found[one.findtext("s:loc", namespaces=NS)] = one.findtext("s:lastmod", namespaces=NS)
    assert all(address.startswith("http://testserver/") and address.isascii() for address in found)
    assert all(datetime.fromisoformat(moment).tzinfo for moment in found.values() if moment)
    return found


def everything() -> dict[str, str | None]:
    """All that the index leads to."""
    found = {}
    for part in places("/sitemap.xml"):
        found |= places(part.removeprefix("http://testserver"))
    return found


def test_the_index_leads_to_each_public_page_with_its_last_change(clock):
    live = make_post("published", slug="データ", **NAMED)
    assert everything() == {
        "http://testserver/": "2026-03-01T12:00:00+09:00",
        "http://testserver/corrections/": None,
        "http://testserver/2026/03/01/%E3%83%87%E3%83%BC%E3%82%BF/": "2026-03-01T12:00:00+09:00",
        "http://testserver/categories/%E7%B5%8C%E6%B8%88/": "2026-03-01T12:00:00+09:00",
        "http://testserver/tags/%E5%8D%8A%E5%B0%8E%E4%BD%93/": "2026-03-01T12:00:00+09:00",
        "http://testserver/tags/ai/": "2026-03-01T12:00:00+09:00",
        "http://testserver/authors/%E5%8C%97%E8%A6%8B/": "2026-03-01T12:00:00+09:00",
        "http://testserver/authors/%E5%85%B1%E8%91%97/": "2026-03-01T12:00:00+09:00",
    }
    assert all(get(address.removeprefix("http://testserver")).status_code == 200 for address in everything())
    assert live.is_live()


def test_a_marked_change_moves_the_last_change_and_a_typo_does_not(clock):
    live = replaced(make_post("published", slug="a"), clock, "typo", "", title="二")
    assert everything()["http://testserver/2026/03/01/a/"] == "2026-03-01T12:00:00+09:00"
    replaced(live, clock, "addition", "続報", title="三")
    assert everything()["http://testserver/2026/03/01/a/"] == "2026-03-01T14:00:00+09:00"


@pytest.mark.parametrize(
    "fields", [{"noindex": True}, {"canonical_url": "https://example.com/first"}], ids=str
)
def test_what_search_engines_are_not_to_know_here_is_in_no_sitemap(clock, fields):
    make_post("published", slug="a", **fields)
    assert "http://testserver/2026/03/01/a/" not in everything()
    assert places("/news-sitemap.xml") == {}
    assert get("/sitemap-posts-0.xml").status_code == 404


@pytest.mark.parametrize("hidden", STATES, indirect=True)
def test_no_sitemap_shows_a_word_of_what_is_not_public(hidden):
    Revision.objects.filter(pk=hidden.pk).update(title=WORDS)
    assert set(everything()) == {"http://testserver/", "http://testserver/corrections/"}
    assert WORDS not in get("/news-sitemap.xml").content.decode()
    for part in ("posts-0", "tags-0", "sections-0", "authors-0"):
        assert get(f"/sitemap-{part}.xml").status_code == 404


def test_parts_are_cut_by_number_and_each_holds_its_own(clock, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 2)
    rows = [make_post("published", slug=f"n{number}", tags=[f"t{number}"]) for number in range(5)]
    parts = [path for path in places("/sitemap.xml") if "-posts-" in path]
    assert parts == [
        f"http://testserver/sitemap-posts-{n}.xml" for n in sorted({row.post_id // 2 for row in rows})
    ]
    assert all(len(places(part.removeprefix("http://testserver"))) <= 2 for part in parts)
    assert len([address for address in everything() if "/2026/" in address]) == 5
    assert len([address for address in everything() if "/tags/" in address]) == 5


@pytest.mark.parametrize(
    "path", ["/sitemap-nothing-0.xml", "/sitemap-posts-99999999999999999999.xml", "/sitemap-pages-1.xml"]
)
def test_a_part_that_is_not_there_is_not_found(clock, path):
    make_post("published", slug="a")
    assert get(path).status_code == 404


@pytest.mark.parametrize("number", [1, 6])
def test_queries_do_not_grow_with_the_articles(clock, number, django_assert_num_queries):
    for count in range(number):
        live = make_post("published", slug=f"n{count}", **NAMED)
        replaced(live, clock, "correction", "訂正", title="二")
    costs = {"/sitemap.xml": 5, "/sitemap-posts-0.xml": 3, "/sitemap-tags-0.xml": 2, "/news-sitemap.xml": 2}
    for path, count in costs.items():
        with django_assert_num_queries(count):
            answer = get(path)
        with django_assert_num_queries(1):
            assert get(path, if_none_match=answer["ETag"]).status_code == 304


def test_news_are_of_the_last_two_days_and_nobody_paid_for_them(clock):
    make_post("published", slug="a", title="古い記事")
    clock.shift(timedelta(hours=47).total_seconds())
    make_post("published", slug="b", title="<新>&", lang="en-GB")
    make_post("published", slug="c", title="広告の記事", sponsorship="tie_up")
    assert len(places("/news-sitemap.xml")) == 2
    [first, _second] = tree("/news-sitemap.xml").findall("s:url/n:news", NS)
    assert first.findtext("n:title", namespaces=NS) == "<新>&"
    assert first.findtext("n:publication/n:name", namespaces=NS) == "Editorial"
    assert first.findtext("n:publication/n:language", namespaces=NS) == "en"
    assert first.findtext("n:publication_date", namespaces=NS) == "2026-03-03T11:00:00+09:00"
    clock.shift(timedelta(hours=2).total_seconds())
    assert list(places("/news-sitemap.xml")) == ["http://testserver/2026/03/03/b/"]


def test_robots_are_told_where_to_look_and_where_not(client):
    lines = get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /preview/", "Disallow: /shared/"} < set(lines)
    assert lines[-2:] == [
        "Sitemap: http://testserver/sitemap.xml",
        "Sitemap: http://testserver/news-sitemap.xml",
    ]


def test_security_txt_is_there_when_somebody_is_named(clock, settings):
    path = "/.well-known/security.txt"
    assert get(path).status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.com"
    fields = dict(line.split(": ", 1) for line in get(path).content.decode().splitlines())
    assert fields["Contact"] == "mailto:security@example.com"
    assert fields["Canonical"] == f"http://testserver{path}"
    assert NOON < datetime.fromisoformat(fields["Expires"]) < NOON + timedelta(days=365)


@pytest.mark.parametrize(
    "contact", ["security@example.com", "http://example.com", "mailto:a@b.c\nExpires: x"]
)
def test_a_contact_that_security_txt_cannot_hold_stops_the_start(contact):
    environment = os.environ | {"SECURITY_CONTACT": contact}
    start = [sys.executable, "-c", "import editorial.settings"]
    done = subprocess.run(start, env=environment, capture_output=True, text=True)
    assert (done.returncode, "SECURITY_CONTACT:" in done.stderr) == (1, True)


def test_the_manifest_names_icons_that_are_there(settings):
    answer = get("/site.webmanifest")
    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["name"], manifest["lang"], manifest["start_url"]) == ("Editorial", "ja", "/")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert (settings.BASE_DIR / icon["src"].lstrip("/")).is_file()


def test_an_icon_is_found_where_browsers_look_without_being_told():
    assert get("/favicon.ico")["Location"] == "/static/img/favicon.png"
