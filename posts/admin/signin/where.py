"""Where a request comes from: the last address that a server of ours has seen with its own eyes (decision 29)."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def network(request: HttpRequest) -> str:
    """The address that failures are counted by: an IPv4 address, or the /64 that an IPv6 line can choose from.

    Each of PROXY_COUNT servers in front appends the address it was asked from to `X-Forwarded-For`, so the last
    PROXY_COUNT entries are theirs and what stands before them is whatever the client has written.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    is_told = settings.PROXY_COUNT and len(entries) >= settings.PROXY_COUNT
    told = _parsed(entries[-settings.PROXY_COUNT].strip()) if is_told else None
    return _grouped(told or _parsed(peer))


def _parsed(word: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, also as "1.2.3.4:567" and "[::1]:567"; None for anything else."""
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        found = ipaddress.ip_address(word.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _grouped(found: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> str:
    if found is None:
        return "0.0.0.0"  # noqa: S104 - a unix socket has no address: all of them count as one
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((int(found), 64), strict=False).network_address)
