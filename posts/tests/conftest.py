"""Fixtures: people, time, and a database that every test may use."""

import pytest
import time_machine

from .make import NOON, make_user


@pytest.fixture(autouse=True)
def _database(request):
    """Tests of Django's half use the database; those of pure rooms are marked so by their folder."""
    if "rendering" not in request.path.parts and "pure" not in request.keywords:
        request.getfixturevalue("db")


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
