"""Readers see something else from now on: said with each act that changes public pages, in its transaction."""

from django.conf import settings
from django.db import transaction

from posts.models import SiteStamp

from . import cdn


def raise_stamp() -> None:
    """Page caches key by the stamp; a CDN, which cannot, is told as soon as the act is true."""
    SiteStamp.objects.bump()
    if settings.CDN_PURGE_URL:
        transaction.on_commit(cdn.kick, robust=True)
