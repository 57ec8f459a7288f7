"""/healthz and /readyz: what a supervisor and a load balancer are told, and how long it takes."""

import threading
import time

import pytest
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from editorial import health

PROBES = ("/healthz", "/readyz")
INSIDE = {"SERVER_NAME": "10.2.0.17", "SERVER_PORT": "8000"}  # as a container's own probe asks


@pytest.fixture(autouse=True)
def unasked(monkeypatch):
    """Nobody has asked a moment ago."""
    parts = tuple(health.Part(part.name, part._ask) for part in health.PARTS)
    monkeypatch.setattr(health, "PARTS", parts)


def parts(**asked) -> tuple[health.Part, ...]:
    return tuple(health.Part(name, ask) for name, ask in asked.items())


def fail():
    raise OSError("password=hunter2 at db.internal")


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_needs_no_name_of_the_site_and_no_tls(path, settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["news.example.com"], True
    answer = Client().get(path, **INSIDE)
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert Client().get("/", secure=True, **INSIDE).status_code == 400  # a control: everything else asks


def test_alive_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/healthz").status_code == 200


def test_ready_names_what_is_not_and_says_nothing_else():
    found = health.not_ready(parts(database=fail, cache=fail))
    assert found == ["database", "cache"]


def test_an_answer_of_503_holds_names_only(monkeypatch):
    monkeypatch.setattr(health, "PARTS", parts(database=fail, cache=list))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (503, b"database\n", "no-store")


def test_a_migration_that_waits_is_named(monkeypatch):
    applied = MigrationRecorder.applied_migrations
    monkeypatch.setattr(
        MigrationRecorder,
        "applied_migrations",
        lambda self: {key: row for key, row in applied(self).items() if key[0] != "posts"},
    )
    assert health.not_ready() == ["migrations"]


def test_a_cache_that_forgets_is_named(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert health.not_ready() == ["cache"]


def test_what_hangs_is_named_in_time_and_asked_by_one_thread(monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    free, asked = threading.Event(), []

    def hang():
        asked.append(1)
        free.wait(10)
        return []

    hanging = parts(database=hang, cache=list)
    begun = time.perf_counter()
    assert health.not_ready(hanging) == health.not_ready(hanging) == ["database"]
    assert time.perf_counter() - begun < 2
    assert asked == [1]
    free.set()
    hanging[0]._thread.join()
    assert health.not_ready(hanging) == []


def test_many_askers_are_one_question():
    asked = []
    some = parts(database=lambda: asked.append(1) or [])
    assert [health.not_ready(some) for _number in range(20)] == [[]] * 20
    assert asked == [1]


def test_patience_is_two_seconds():
    assert health.PATIENCE == 2.0
    assert settings.SECURE_REDIRECT_EXEMPT
