"""A signed POST of JSON to an address of the operator's: for the newsroom's webhook and for a CDN."""

import hashlib
import hmac
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _

TIMEOUT = 10  # seconds, for each of: connect, send, read


def post(url: str, secret: str, data: dict[str, Any], number: int, *, agent: str) -> None:
    """Send it. Raises OSError or HTTPException when it did not arrive; redirects are not followed."""
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise OSError(_("The webhook has no http address."))
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    body = json.dumps(data, ensure_ascii=False).encode()
    connection = kind(address.hostname, address.port, timeout=TIMEOUT)
    try:
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection.request("POST", target, body, headers(secret, body, number, agent=agent))
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise OSError(_("The webhook answered %(status)d.") % {"status": status})


def headers(secret: str, body: bytes, number: int, *, agent: str, stamp: str = "") -> dict[str, str]:
    """The signature covers the time and the body: HMAC-SHA256 of `<timestamp>.<body>`, in hexadecimal digits."""
    stamp = stamp or str(int(timezone.now().timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": agent,
        "X-Editorial-Delivery": str(number),
        "X-Editorial-Timestamp": stamp,
        "X-Editorial-Signature": f"sha256={digest}",
    }
