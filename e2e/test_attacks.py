"""Attacks in a real browser: payloads in every field, by import and by form, opened on every page that shows them.

Group A of docs/security.md. What counts as a bite is in bites.js and bites.py; hostile.py fills the site.
"""

from collections import defaultdict
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from posts.rendering.pipeline import _engine, tidy
from posts.tests.attacks.strings import BODIES, TEXT, payloads

from . import server
from .bites import Bites
from .cast import PEOPLE
from .pages import PAGES, PUBLIC
from .people import Crowd, Watch

OF_AN_ARTICLE = ("change", "history", "difference", "review", "findings", "share", "record")
FEEDS = ("/feed.xml", "/feed.rss", "/corrections/feed.xml")
MACHINES = (
    "/sitemap.xml",
    "/news-sitemap.xml",
    "/site.webmanifest",
    "/robots.txt",
)
READERS_LISTS = ("/", "/archive/", "/2026/", "/2026/01/", "/2026/01/05/", "/corrections/", "/search/?q=alert")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    static = server.collect_static(folder)
    with server.running(folder, static, "ja", "e2e.hostile") as running:
        yield running


@pytest.fixture(scope="module")
def mouth(site, browser):
    """mouth(role): the tab of that person, or of a reader, with an ear on it; one browser each."""
    crowd, tabs = Crowd(browser, site, "ja", Watch(), {}), {}
    crowd.is_traced = False

    def of(role: str = "") -> Bites:
        if role not in tabs:
            tabs[role] = Bites(crowd.person(role) if role else crowd.anybody(), site.address)
        return tabs[role]

    yield of
    crowd.close()


def bitten(bites: Bites, addresses, **more) -> dict[str, list[str]]:
    """{address: findings} of the pages on which something was found."""
    found = {address: bites.of(address, **more) for address in addresses}
    assert len(found) > 3, "a walk through nothing finds nothing"
    return {address: findings for address, findings in found.items() if findings}


# --- what readers open ------------------------------------------------------------------------------------------------


def test_A01_A07_no_body_bites_on_its_page(site, mouth):
    """Also what each group is for: A03 addresses, A04 attributes, A05 second readings, A06 styles, A07 names."""
    assert len(site.facts["bodies"]) > 285  # of 292: those with NUL are no text
    assert bitten(mouth(), site.facts["bodies"]) == {}


def test_A09_no_title_name_or_caption_bites(site, mouth):
    assert len(site.facts["texts"]) > 30
    assert bitten(mouth(), [*site.facts["texts"], *dict.fromkeys(site.facts["lists"])]) == {}


def test_A09_no_list_search_or_archive_bites(site, mouth):
    pages = [
        f"{path}{'&' if '?' in path else '?'}page={number}"
        for path in READERS_LISTS[:1]
        for number in (1, 2, 9)
    ]
    assert bitten(mouth(), [*READERS_LISTS, *pages]) == {}


def test_A12_feeds_and_sitemaps_are_inert_and_strict_xml(site, mouth):
    reader = mouth()
    lists = list(dict.fromkeys(site.facts["lists"]))
    feeds = [
        *FEEDS,
        *(f"{path}feed.{form}" for path, form in zip(lists, "xml rss json".split() * 40, strict=False)),
    ]
    index = reader.tab.context.request.get(f"{site.address}/sitemap.xml").body()
    parts = [
        urlsplit(one.text).path for one in ElementTree.fromstring(index).iter() if one.tag.endswith("}loc")
    ]
    assert parts
    for path in [*feeds, *MACHINES, *parts]:
        answer = reader.tab.context.request.get(site.address + path)
        assert answer.status == 200, path
        if "xml" in answer.headers["content-type"]:
            names = {one.tag for one in ElementTree.fromstring(answer.body()).iter()}
            assert not any("/xhtml}" in name or "/svg}" in name for name in names), (
                path
            )  # no element of a page
        assert answer.headers["x-content-type-options"] == "nosniff", path
    assert (
        bitten(reader, [path for path in [*FEEDS, *MACHINES, *parts] if path.endswith((".xml", ".rss"))])
        == {}
    )


# --- what the newsroom opens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["", *PEOPLE])
def test_A09_no_page_bites_whatever_is_stored(site, mouth, role):
    """Every page of pages.py, with an attack behind every word that the database holds."""
    assert site.facts["columns"] > 30
    found = {}
    for page in [one for one in [*PAGES, *PUBLIC] if one.who == role]:
        found[str(page)] = mouth(role).of(page.address(site.facts), status=None)
    assert found
    assert {page: findings for page, findings in found.items() if findings} == {}


def test_A09_no_draft_bites_at_the_desk(site, mouth):
    """What came in by the form: change form, history, difference, review, findings, previews, the shared page."""
    facts = site.facts
    few, many = facts["drafts"] + facts["lines"][::4], facts["drafts"] + facts["lines"]
    pages = [reverse(f"admin:posts_post_{page}", args=[key]) for key in few for page in OF_AN_ARTICLE]
    pages += [
        reverse(f"admin:posts_post_{page}", args=[key]) for key in many for page in ("change", "history")
    ]
    pages += [reverse("preview", args=[key]) for key in facts["revisions"]]
    assert len(set(pages)) > 200
    assert bitten(mouth("admin"), dict.fromkeys(pages)) == {}
    assert bitten(mouth(), [reverse("shared", args=[token]) for token in facts["shares"][::3]]) == {}


def test_A09_no_message_confirmation_or_list_bites(site, mouth):
    admin, found = mouth("admin"), {}
    for key in site.facts["lines"][::2]:
        address = reverse("admin:posts_post_step", args=[key, "discard"])
        found[address] = admin.of(address)
    for name in ("tag", "category", "author", "image"):
        address = reverse(f"admin:posts_{name}_changelist")
        found[address] = admin.of(address + "?all=", status=None)
    writer = mouth("writer")
    for key in site.facts["lines"][::3]:
        address = reverse("admin:posts_post_change", args=[key])
        found[address] = writer.of(address)
        writer.found = []
        with writer.tab.expect_navigation():
            writer.tab.locator(".desk-text button[name=_save]").click()
        found[f"{address} saved"] = writer.here()
        assert writer.tab.locator(".messagelist li").count()
    assert {page: findings for page, findings in found.items() if findings} == {}


# --- what comes back from the address ---------------------------------------------------------------------------------


def test_A20_nothing_bites_that_an_address_carries(site, mouth):
    found = {}
    for words in payloads(TEXT):
        said = quote(words, safe="")
        public = (
            f"/search/?q={said}&tag={said}&year={said}&page={said}",
            f"/{said}/",
            f"/admin/login/?next={said}",
        )
        desk = (
            f"/admin/posts/post/?q={said}&_changelist_filters={said}&{said}={said}&_popup=1&_to_field={said}"
        )
        found |= {address: mouth().of(address, status=None) for address in public}
        found[desk] = mouth("admin").of(desk, status=None)
    assert len(found) == 4 * len(payloads(TEXT))
    assert {page: findings for page, findings in found.items() if findings} == {}


# --- the control ------------------------------------------------------------------------------------------------------

BARE = "<!doctype html><html lang=ja><meta charset=utf-8><title>x</title><body><main><div class=prose>{}</div></main>"


def test_control_without_the_sanitiser_and_the_policy_most_payloads_bite(browser):
    """The same eyes on what markdown alone makes of every second payload; no server is asked."""
    context, engine, origin = browser.new_context(), _engine("ja"), "http://127.0.0.1:9"
    looked, harmless = 0, defaultdict(list)
    for group in BODIES:
        for words in payloads(group)[::2]:
            tab = context.new_page()
            _serve(tab, BARE.format(engine.reset().convert(tidy(words))))
            looked += 1
            if not Bites(tab, origin).of(f"{origin}/"):
                harmless[group].append(words)
            tab.close()
    context.close()
    assert sum(map(len, harmless.values())) < looked / 4, dict(harmless)


def _serve(tab, html: str) -> None:
    def answer(route) -> None:
        is_page = route.request.resource_type == "document" and route.request.url.endswith(":9/")
        route.fulfill(body=html, content_type="text/html") if is_page else route.abort()

    tab.route("**/*", answer)
