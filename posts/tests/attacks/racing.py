"""Acts at the same moment, each by a thread with a connection of its own; on SQLite the database is a file."""

import os
import sqlite3
import threading
from collections import Counter

import pytest
from django.db import connection, connections

from posts.workflow import Refused

IS_POSTGRES = "postgres" in os.environ.get("DATABASE_URL", "")
PATIENCE = 60  # seconds for one round


def at_once(*acts):
    """What each act gave, or the Refused that it raised; any other error is the test's.

    The acts begin together, behind a barrier. Everything that asks the database has to go through here.
    """
    line, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def work(number, act):
        try:
            line.wait(PATIENCE)
            answers[number] = act()
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "the acts wait for each other"
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, Refused):
            raise answer
    return answers


def alone(act):
    """The act in a thread of its own, where the database of the races is seen."""
    (answer,) = at_once(act)
    if isinstance(answer, Refused):
        raise answer
    return answer


def races(count: int, round_of) -> Counter:
    """Play the round so many times; how often each outcome came."""
    return Counter(round_of(number) for number in range(count))


def winners(answers) -> str:
    """Which of the acts were taken, such as "10"."""
    return "".join("0" if isinstance(answer, Refused) else "1" for answer in answers)


def rounds(quick: int = 5, long: int = 200):
    """The parameter `count`: a few rounds in `make test`, two hundred in `make walks`."""
    return pytest.mark.parametrize("count", [quick, pytest.param(long, marks=pytest.mark.walk)])


@pytest.fixture(scope="module")
def empty(django_db_setup, django_db_blocker, tmp_path_factory):
    """A copy of the empty test database in a file; None on PostgreSQL."""
    if connection.vendor != "sqlite":
        return None
    place = tmp_path_factory.mktemp("races") / "empty.sqlite3"
    with django_db_blocker.unblock():
        connection.ensure_connection()
        copy = sqlite3.connect(place)
        connection.connection.backup(copy)
        copy.close()
    return place


@pytest.fixture
def shared(empty, tmp_path, db, monkeypatch):
    """The database that `at_once` asks. On SQLite a file: one in memory is not shared between connections.

    What the checks say once a save stands is no part of a race, and takes longer with each round.
    """
    monkeypatch.setattr("posts.quality.refresh", lambda revision: None)
    if empty is None:
        yield
        return
    place, before = tmp_path / "races.sqlite3", connection.settings_dict["NAME"]
    place.write_bytes(empty.read_bytes())
    connection.settings_dict["NAME"] = str(place)
    try:
        yield
    finally:
        connection.settings_dict["NAME"] = before
