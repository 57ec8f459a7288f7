"""/metrics: not there unless it is switched on, for whom it is, and what it says."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as conf
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from editorial import metrics
from posts.models import Notice

from .make import make_post, make_user

TOKEN = "a-token-for-tests-only"
INSIDE = {"SERVER_NAME": "10.2.0.17"}
BEARER = {"headers": {"Authorization": f"Bearer {TOKEN}"}}


@pytest.fixture
def switched_on(settings):
    settings.METRICS_TOKEN = TOKEN
    settings.MIDDLEWARE = ["editorial.metrics.Counting", *settings.MIDDLEWARE]
    metrics.stock._until = 0.0


def numbers() -> dict[str, dict[tuple, float]]:
    """{name: {values of the labels, sorted by label: value}} as a scraper reads them."""
    metrics.stock._until = 0.0
    answer = Client().get("/metrics", **INSIDE, **BEARER)
    assert answer.status_code == 200
    found: dict[str, dict[tuple, float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            key = tuple(value for _name, value in sorted(sample.labels.items()))
            found.setdefault(sample.name, {})[key] = sample.value
    return found


def test_without_a_setting_it_is_not_there():
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", **BEARER).status_code == 404


ASKERS = {
    "the token": ({}, BEARER, 200),
    "another token": ({}, {"headers": {"Authorization": "Bearer x"}}, 404),
    "no token": ({}, {}, 404),
    "a token in the address": ({}, {"query_params": {"token": TOKEN}}, 404),
    "an address of the list": ({"METRICS_ALLOW": ["10.0.0.0/8"]}, {"REMOTE_ADDR": "10.1.2.3"}, 200),
    "in its other form": ({"METRICS_ALLOW": ["10.0.0.0/8"]}, {"REMOTE_ADDR": "::ffff:10.1.2.3"}, 200),
    "another address": ({"METRICS_ALLOW": ["10.0.0.0/8"]}, {"REMOTE_ADDR": "11.1.2.3"}, 404),
    "through a proxy": (
        {"METRICS_ALLOW": ["127.0.0.1"]},
        {"REMOTE_ADDR": "127.0.0.1", "headers": {"X-Forwarded-For": "203.0.113.9"}},
        404,
    ),
    "a socket": ({"METRICS_ALLOW": ["127.0.0.1"]}, {"REMOTE_ADDR": ""}, 404),
}


@pytest.mark.parametrize(("given", "asked", "status"), ASKERS.values(), ids=ASKERS)
def test_who_may_ask(given, asked, status, settings, switched_on):
    for name, value in given.items():
        setattr(settings, name, value)
    assert Client().get("/metrics", **asked).status_code == status


def test_under_another_host_it_answers_with_the_token_only(switched_on):
    assert Client().get("/metrics", **INSIDE, **BEARER)["Cache-Control"] == "no-store"
    assert Client().get("/metrics", **INSIDE).status_code == 400
    assert Client().post("/metrics", **BEARER).status_code == 404


def test_answers_are_counted_by_the_name_of_their_address(switched_on):
    live = make_post("published", title="公開")
    before = numbers().get("editorial_requests_total", {})
    for path in (live.get_absolute_url(), live.get_absolute_url(), "/nothing-here", "/tags/x/"):
        Client().get(path)
    Client().generic("BREW", "/")
    after = numbers()
    grown = {key: value - before.get(key, 0) for key, value in after["editorial_requests_total"].items()}
    assert grown["GET", "200", "post"] == 2
    assert grown["GET", "404", "none"] == 1
    assert grown["GET", "404", "tag"] == 1
    assert sum(count for key, count in grown.items() if key[:2] == ("other", "405")) == 1
    assert after["editorial_queries_total"]["post",] >= 8
    assert after["editorial_request_seconds_count"]["post",] >= 2


def test_no_label_grows_with_what_is_asked(switched_on):
    def ask(number: int) -> None:
        Client().get(f"/nothing-{number}/?q={number}")
        Client().get(f"/tags/t{number}/")
        Client().generic(f"VERB{number}", "/")

    ask(0)
    numbers()
    before = sum(map(len, numbers().values()))
    for number in range(1, 50):
        ask(number)
    assert sum(map(len, numbers().values())) == before > 20


def test_the_newsroom_in_numbers(switched_on):
    make_post("published", slug="a")
    make_post("in_review", slug="b")
    make_post("published", slug="c", at=timezone.now() + timedelta(days=1))
    user = make_user("editor", email="e@example.com")
    entry = make_post("draft", slug="d").post.history.first()
    now = timezone.now()
    Notice.objects.all().delete()
    Notice.objects.create(
        entry=entry, user=user, channel="mail", why="x", created_at=now, due_at=now - timedelta(minutes=9)
    )
    found = numbers()
    assert found["editorial_articles_public"][()] == 1
    assert found["editorial_texts_scheduled"][()] == 1
    assert found["editorial_texts_open"]["in_review",] == 1
    assert found["editorial_texts_open"]["draft",] == 1
    assert found["editorial_notices"]["waiting",] == 1
    assert 500 < found["editorial_notices_overdue_seconds"][()] < 600
    assert found["editorial_cache_up"][()] == found["editorial_database_up"][()] == 1


def test_a_scrape_asks_few_questions(switched_on, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        numbers()


def test_refused_sign_ins_are_counted(switched_on):
    before = numbers()["editorial_failed_logins_total"][()]
    Client().post("/admin/login/", {"username": "nobody", "password": "x"})
    assert numbers()["editorial_failed_logins_total"][()] == before + 1


def test_without_the_database_the_rest_is_told(switched_on):
    def fail(execute, sql, params, many, context):
        raise OperationalError("gone")

    with connection.execute_wrapper(fail):
        found = numbers()
    assert found["editorial_database_up"][()] == 0
    assert "editorial_articles_public" not in found and "editorial_failed_logins_total" in found


def test_workers_are_added_up(tmp_path):
    """Two processes write; a third reads the sum. Without the folder each would tell of itself."""
    count = "from editorial import metrics; metrics.FAILED_LOGINS.inc(3)"
    read = "from prometheus_client import CollectorRegistry, generate_latest; "
    read += "from prometheus_client.multiprocess import MultiProcessCollector; r = CollectorRegistry(); "
    read += "MultiProcessCollector(r); print(generate_latest(r).decode())"
    assert "editorial_failed_logins_total 6.0" in [run(tmp_path, one) for one in (count, count, read)][-1]


def run(folder, code: str) -> str:
    start = "import django; django.setup(); "
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "editorial.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", start + code],
        env=environment,
        cwd=conf.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


WRONG = {
    "a short token": {"METRICS_TOKEN": "short"},
    "no address": {"METRICS_ALLOW": "10.0.0.0/8,prometheus"},
    "no folder": {"PROMETHEUS_MULTIPROC_DIR": "/nowhere/at/all", "METRICS_TOKEN": TOKEN},
}


@pytest.mark.parametrize("given", WRONG.values(), ids=WRONG)
def test_wrong_settings_stop_the_start_and_name_the_variable(given):
    environment = os.environ | given
    done = subprocess.run(
        [sys.executable, "-c", "import editorial.settings"],
        env=environment,
        cwd=conf.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode and ImproperlyConfigured.__name__ in done.stderr
    assert next(iter(given)) in done.stderr.splitlines()[-1]
