"""The newsroom's webhook: one signed POST of JSON for each act that people are told of (docs/operations.md)."""

import hashlib
import hmac
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from posts.models import Notice

from . import mails

TIMEOUT = 10  # seconds, for each of: connect, send, read


def call(notice: Notice) -> None:
    """Send it. Raises OSError or HTTPException when it did not arrive; redirects are not followed."""
    if not settings.NOTICE_WEBHOOK_URL:
        raise OSError(_("No webhook is set."))
    address = urlsplit(settings.NOTICE_WEBHOOK_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise OSError(_("The webhook has no http address."))
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    body = json.dumps(payload(notice), ensure_ascii=False).encode()
    connection = kind(address.hostname, address.port, timeout=TIMEOUT)
    try:
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection.request("POST", target, body, headers(body, notice.pk))
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise OSError(_("The webhook answered %(status)d.") % {"status": status})


def headers(body: bytes, number: int, stamp: str = "") -> dict[str, str]:
    """The signature covers the time and the body: HMAC-SHA256 of `<timestamp>.<body>`, in hexadecimal digits."""
    stamp = stamp or str(int(timezone.now().timestamp()))
    secret = settings.NOTICE_WEBHOOK_SECRET.encode()
    digest = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Editorial-Notices",
        "X-Editorial-Delivery": str(number),
        "X-Editorial-Timestamp": stamp,
        "X-Editorial-Signature": f"sha256={digest}",
    }


def payload(notice: Notice) -> dict[str, Any]:
    """What the receiver gets; `post.status` is the text's after the act, "" where the act is none on a text."""
    entry = notice.entry
    post, live = entry.post, entry.post.revisions.live().exists()
    return {
        "id": notice.pk,
        "event": entry.step,
        "at": entry.at.isoformat(),
        "actor": entry.actor_name,
        "comment": mails.short(entry.comment),
        "live_from": entry.live_from.isoformat() if entry.live_from else None,
        "live_until": entry.live_until.isoformat() if entry.live_until else None,
        "post": {
            "id": post.pk,
            "title": mails.title_of(entry),
            "status": entry.target or (entry.revision.status if entry.revision else ""),
            "due": post.due.isoformat() if post.due else None,
            "desk_url": mails.place(entry),
            "public_url": settings.SITE_URL + post.get_absolute_url() if live else None,
        },
    }
