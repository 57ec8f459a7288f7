"""Fixtures of the browser tests: a site for each language, one Chromium, people with browsers of their own."""

import re
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from . import chromium, server
from .people import Crowd, Watch

KEPT = server.ROOT / "var" / "e2e"  # what failed leaves its screenshots and traces here


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(KEPT, ignore_errors=True)
    expect.set_options(timeout=10_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.path(), args=chromium.arguments(), headless=True
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def sites(tmp_path_factory):
    """site(language): a running site in which LANGUAGE_CODE is that language, started once."""
    folder: Path = tmp_path_factory.mktemp("e2e")
    static = server.collect_static(folder)
    started: dict[str, server.Site] = {}
    with ExitStack() as stack:

        def site(language: str) -> server.Site:
            if language not in started:
                own = folder / language
                if own.exists():
                    pytest.fail("the site did not start: see the first error", pytrace=False)
                own.mkdir()
                started[language] = stack.enter_context(server.running(own, static, language))
            return started[language]

        yield site


@pytest.fixture(scope="session")
def sessions():
    """Cookies of who has signed in: (address, language, role) -> what a browser stores."""
    return {}


@pytest.fixture(params=["ja", "en"])
def language(request):
    return request.param


@pytest.fixture
def site(sites, language):
    return sites(language)


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def crowd(request, browser, site, language, watch, sessions):
    """People at their browsers. Any error in a console fails the test; a failed test keeps pictures and traces."""
    people = Crowd(browser, site, language, watch, sessions)
    yield people
    failed = request.node.stash.get(FAILED, False) or watch.errors
    people.close(keep=_folder(request.node.nodeid) if failed else None)
    assert not watch.errors, "\n".join(watch.errors)


def _folder(name: str) -> Path:
    folder = KEPT / re.sub(r"\W+", "-", name).strip("-")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
