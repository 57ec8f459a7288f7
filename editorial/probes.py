"""Addresses for machines beside the site: answered whatever host they are asked by, in a table."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import path

from . import health, scraping

# None: whoever asks may not, and the site answers as it does to everybody
PROBES: dict[str, Callable[[HttpRequest], HttpResponse | None]] = {
    "healthz": health.alive,
    "readyz": health.ready,
    "metrics": scraping.answer,
}
urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", scraping.page, name="metrics"),
]


class Probes:
    """Middleware, before any that looks at the host: a probe knows the address of a container, not the site's name.

    SECURE_REDIRECT_EXEMPT in the settings lets the same paths stay on plain http.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = PROBES.get(request.path_info.removeprefix("/"))
        answer = view(request) if view else None
        return self.get_response(request) if answer is None else answer
