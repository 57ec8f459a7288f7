"""Numbers for Prometheus (decision 37). Imported only where METRICS_TOKEN or METRICS_ALLOW is set.

Every label has a bounded set of values: names of addresses, methods, statuses, states. No path, no person, no host.
"""

import logging
import os
from collections.abc import Iterator
from time import monotonic, perf_counter

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from posts.models import Notice, Revision, Status

from .health import cache_answers
from .probes import PROBES

log = logging.getLogger(__name__)

FRESH = 5.0  # seconds for which what was asked of the database stands
METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds

own = CollectorRegistry()
REQUESTS = Counter("editorial_requests", "Answers.", ["view", "method", "status"], registry=own)
SECONDS = Histogram(
    "editorial_request_seconds",
    "Time until the answer begins.",
    ["view"],
    buckets=BUCKETS,
    registry=own,
)
QUERIES = Counter(
    "editorial_queries", "Questions to the database until the answer begins.", ["view"], registry=own
)
FAILED_LOGINS = Counter("editorial_failed_logins", "Sign-ins that were refused.", registry=own)


class Counting:
    """Middleware around all others: counts each answer under the name of its address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        seconds, queries = getattr(request, "measured", (0.0, 0))
        view = _view(request, response.status_code)
        REQUESTS.labels(view, _method(request), str(response.status_code)).inc()
        SECONDS.labels(view).observe(seconds)
        QUERIES.labels(view).inc(queries)
        return response


def _view(request: HttpRequest, status: int) -> str:
    """The name of the address, of which there are some hundred and fifty.

    `kept` is a page out of the cache, which nobody has looked up; `none` is what no address fits.
    """
    match, path = request.resolver_match, request.path_info
    if match:
        return match.view_name or "unnamed"
    if path.removeprefix("/") in PROBES:
        return path.removeprefix("/")
    if path.startswith(settings.STATIC_URL):
        return "static"
    return "kept" if status < 400 else "none"


def _method(request: HttpRequest) -> str:
    return request.method if request.method in METHODS else "other"


def _login_failed(**_about) -> None:
    FAILED_LOGINS.inc()


user_login_failed.connect(_login_failed, dispatch_uid="editorial.metrics")


class Stock:
    """What the database and the cache say at the moment of the question: asked by whoever scrapes, in six queries."""

    def __init__(self):
        self._until, self._found = 0.0, []

    def collect(self) -> list[GaugeMetricFamily]:
        if monotonic() >= self._until:
            self._found = [*_asked_of_the_database(), *_asked_of_the_cache()]
            self._until = monotonic() + FRESH
        return self._found

    def describe(self) -> list:
        return []  # the registry asks it of nothing


def _asked_of_the_database() -> Iterator[GaugeMetricFamily]:
    try:
        rows = list(_gauges())
    except DatabaseError as fault:
        log.warning("No numbers from the database: %s", fault)
        rows = []
    yield from rows
    yield GaugeMetricFamily("editorial_database_up", "Whether the database answered.", value=bool(rows))


def _gauges() -> Iterator[GaugeMetricFamily]:
    now = timezone.now()
    public, planned = Revision.objects.published(now).count(), Revision.objects.scheduled(now).count()
    yield GaugeMetricFamily("editorial_articles_public", "Articles that readers see.", value=public)
    yield GaugeMetricFamily("editorial_texts_scheduled", "Texts that will be public.", value=planned)
    counts = dict(Revision.objects.open().order_by().values_list("status").annotate(Count("pk")))
    texts = GaugeMetricFamily("editorial_texts_open", "Texts at work.", labels=["status"])
    for status in (Status.DRAFT, Status.RETURNED, Status.IN_REVIEW, Status.APPROVED):
        texts.add_metric([status.value], counts.get(status.value, 0))
    yield texts
    waiting = Revision.objects.filter(status=Status.IN_REVIEW).aggregate(first=Min("submitted_at"))["first"]
    yield _age("editorial_review_oldest_seconds", "Age of the review that waits longest.", waiting, now)
    notices = GaugeMetricFamily(
        "editorial_notices", "Notices of the outbox that are not sent.", labels=["state"]
    )
    due = Notice.objects.waiting().aggregate(count=Count("pk"), first=Min("due_at"))
    notices.add_metric(["waiting"], due["count"])
    notices.add_metric(["given_up"], Notice.objects.failed().exclude(error="").filter(tries__gt=0).count())
    yield notices
    yield _age(
        "editorial_notices_overdue_seconds", "How long the first due notice has waited.", due["first"], now
    )


def _age(name: str, words: str, moment, now) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=max(0.0, (now - moment).total_seconds()) if moment else 0)


def _asked_of_the_cache() -> Iterator[GaugeMetricFamily]:
    begun = perf_counter()
    try:
        is_up = cache_answers()
    except Exception as fault:  # each backend has errors of its own
        log.warning("The cache does not answer: %s", fault)
        is_up = False
    yield GaugeMetricFamily("editorial_cache_up", "Whether the cache answered.", value=is_up)
    yield GaugeMetricFamily(
        "editorial_cache_seconds", "Time for a word in and out.", value=perf_counter() - begun
    )


stock = Stock()


def written() -> bytes:
    """All numbers in Prometheus's text form: of all workers where PROMETHEUS_MULTIPROC_DIR is set, else of this one."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
    else:
        registry.register(own)
        ProcessCollector(registry=registry)
    registry.register(stock)
    return generate_latest(registry)
