"""/metrics: numbers for Prometheus, for who has the token or asks from an address of the list; else it is not there."""

import os
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHORTEST = 16  # characters of a token
_PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")


def answer(request: HttpRequest) -> HttpResponse | None:
    """The numbers; None for who may not ask."""
    if request.method not in ("GET", "HEAD") or not may_ask(request):
        return None
    from .metrics import written  # noqa: PLC0415 - a site without metrics does not load them

    found = HttpResponse(written(), content_type=TYPE)
    found["Cache-Control"] = "no-store"
    return found


def page(request: HttpRequest) -> HttpResponse:
    """The same as a view."""
    found = answer(request)
    if found is None:
        raise Http404
    return found


def may_ask(request: HttpRequest) -> bool:
    """By the token, or by the address of the connection itself: what a proxy passes on needs the token."""
    token = settings.METRICS_TOKEN
    if token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    if not settings.METRICS_ALLOW or any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a Unix socket has none
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ip_network(one, strict=False) for one in settings.METRICS_ALLOW)


def check(token: str, allowed: Sequence[str], folder: str) -> None:
    """The settings, when the program starts. Raises ImproperlyConfigured with the name of the wrong one."""
    if token and len(token) < SHORTEST:
        raise ImproperlyConfigured(f"METRICS_TOKEN: {SHORTEST} characters or more, at random.")
    try:
        for one in allowed:
            ip_network(one, strict=False)
    except ValueError:
        raise ImproperlyConfigured(
            "METRICS_ALLOW: addresses or networks, with commas: 10.0.0.0/8,::1"
        ) from None
    if (token or allowed) and folder and not os.access(folder, os.W_OK):
        raise ImproperlyConfigured("PROMETHEUS_MULTIPROC_DIR: a folder that is there and can be written to.")
