"""Every page of the desk and of the public site: axe finds nothing, in light and dark, on a phone and on a desktop."""

import json
from collections import Counter

import pytest
from playwright.sync_api import Page as Tab

from . import axe
from .pages import EXCLUDED, FOR_MACHINES, PAGES, PUBLIC, Page, named
from .people import Crowd, Watch

MODES = [(scheme, width) for width in (1280, 360) for scheme in ("light", "dark")]
# Colours that change slowly have changed: axe would judge a shade between two schemes.
SETTLED = "document.getAnimations().forEach(one => { try { one.finish() } catch { one.cancel() } })"
EVERY = [*PAGES, *PUBLIC]


class Reader:
    """One browser for each person, since nothing is changed here: its cache and its session are used again."""

    def __init__(self, crowd: Crowd):
        self.crowd, self.tabs = crowd, {}
        crowd.is_traced = False

    def open(self, page: Page) -> Tab:
        tab = self.tabs.get(page.who) or (self.crowd.person(page.who) if page.who else self.crowd.anybody())
        self.tabs[page.who] = tab
        self.crowd.watch.expected, self.crowd.watch.errors = {page.status} - {200}, []
        address = page.address(self.crowd.site.facts)
        answer = tab.goto(address)
        assert answer.status == page.status
        assert tab.url.endswith(page.leads_to or address)
        return tab


@pytest.fixture(scope="module")
def readers(browser, sites, sessions):
    made: dict[str, Reader] = {}

    def reader(language: str) -> Reader:
        if language not in made:
            made[language] = Reader(Crowd(browser, sites(language), language, Watch(), sessions))
        return made[language]

    yield reader
    for one in made.values():
        one.crowd.close()


def _look(tab: Tab, modes=MODES) -> list[str]:
    """Findings of all modes; the page follows the system's scheme and width without being loaded again."""
    found = []
    for scheme, width in modes:
        tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        tab.set_viewport_size({"width": width, "height": 900})
        tab.evaluate(SETTLED)
        found += [f"{scheme} {width}: {one}" for one in axe.findings(tab)]
    return found


def test_no_page_is_forgotten():
    assert named() == {page.name for page in PAGES} | set(EXCLUDED)
    assert not {page.name for page in PAGES} & set(EXCLUDED)
    assert named(desk=False) == {page.name for page in PUBLIC} | FOR_MACHINES
    assert [name for name, count in Counter(map(str, EVERY)).items() if count > 1] == []


@pytest.mark.parametrize("page", EVERY, ids=str)
def test_axe_and_the_console_find_nothing(readers, page):
    reader = readers("ja")
    assert _look(reader.open(page)) + reader.crowd.watch.errors == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_english_words_find_room_on_a_phone(readers, page):
    reader = readers("en")
    assert _look(reader.open(page), [("light", 360)]) + reader.crowd.watch.errors == []


@pytest.mark.parametrize("language", ["ja"], indirect=True)
def test_a_bad_page_is_found_bad(crowd):
    tab = crowd.anybody()
    tab.goto("/")
    tab.evaluate(
        "document.querySelector('main').innerHTML = '<img src=\"/static/img/favicon.svg\"><p>Pale words</p>'"
    )
    tab.evaluate("document.querySelector('main p').style.cssText = 'color:#ddd;background:#fff;width:3000px'")
    found = " ".join(_look(tab))
    assert "image-alt" in found
    assert "color-contrast" in found
    assert "reflow" in found


@pytest.mark.parametrize("language", ["ja"], indirect=True)
def test_the_policy_refuses_a_script_in_the_page_and_the_console_says_so(crowd, watch):
    tab = crowd.person("writer")
    tab.goto("/admin/")
    tab.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {text: 'window.hit = 1'}))"
    )
    assert tab.evaluate("window.hit") is None
    assert [one for one in watch.errors if "Content Security Policy" in one]
    watch.errors.clear()


@pytest.mark.parametrize("language", ["ja"], indirect=True)
def test_what_machines_are_told_is_data_that_the_policy_lets_stand(crowd, site, watch):
    """Browsers run nothing of this type, so `script-src` says nothing of it; the console would tell (see above)."""
    page = next(page for page in PUBLIC if page.name == "post")
    tab = crowd.anybody()
    tab.goto(page.address(site.facts))
    told = tab.locator('script[type="application/ld+json"]')
    assert told.count() == 1
    assert {one["@type"] for one in json.loads(told.text_content())["@graph"]} >= {"BreadcrumbList"}
    assert tab.locator("script:not([src])").count() == 1
    assert watch.errors == []
