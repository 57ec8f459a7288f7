"""The newsroom's webhook: one signed POST of JSON for each act that people are told of (docs/operations.md)."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from posts.models import Notice

from . import mails, signed


def call(notice: Notice) -> None:
    """Send it. Raises OSError or HTTPException when it did not arrive; redirects are not followed."""
    if not settings.NOTICE_WEBHOOK_URL:
        raise OSError(_("No webhook is set."))
    url, secret = settings.NOTICE_WEBHOOK_URL, settings.NOTICE_WEBHOOK_SECRET
    signed.post(url, secret, payload(notice), notice.pk, agent="Editorial-Notices")


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
