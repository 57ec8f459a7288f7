"""Fixtures: people, time, and a database for every test that does not say it needs none."""

import pytest
import time_machine

from .hiding import NAMES, WORDS, in_state
from .make import NOON, make_user


def pytest_collection_modifyitems(items):
    """Mark, rather than fetch the fixture late: pytest-django makes test databases only for marked tests."""
    for item in items:
        needs_none = "pure" in item.keywords or "rendering" in item.path.parts
        if not needs_none and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db)
        if "attacks" in item.path.parts:
            item.add_marker(pytest.mark.attack)


@pytest.fixture
def writer(db):
    return make_user("writer")


@pytest.fixture
def editor(db):
    return make_user("editor")


@pytest.fixture
def publisher(db):
    return make_user("publisher")


@pytest.fixture
def chief(db):
    return make_user("admin")


@pytest.fixture
def clock():
    """A clock that stands at noon in Tokyo and is moved by hand."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hidden(request, clock):
    """A text full of WORDS in the state of the parameter (`indirect`), for a minute: nothing of it may show."""
    revision = in_state(
        request.param, clock, title=f"{WORDS}見出し", summary=WORDS, body=WORDS, slug="a", **NAMES
    )
    clock.shift(60)
    return revision
