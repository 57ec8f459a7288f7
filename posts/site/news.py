"""The sitemap for news search: articles of the last two days (https://developers.google.com/search/docs, News)."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from posts.models import Revision
from posts.text import xml

from . import moment
from .conditional import seldom_changed
from .places import NEWS, Place, Sheet, written
from .sitemaps import listed

SPAN = timedelta(hours=48)
MOST = 1_000  # more than that a news sitemap may not hold


@seldom_changed
def news(request: HttpRequest) -> HttpResponse:
    """What somebody has paid for is no news."""
    at = moment.of(request)
    since = (at or timezone.now()) - SPAN
    rows = listed(at).filter(published_at__gte=since, sponsorship="").latest_first().select_related("post")
    sheet = Sheet("urlset", {"xmlns:news": NEWS})
    for revision in rows.only("post", "title", "lang", "published_at")[:MOST]:
        sheet.add("url", Place(revision.get_absolute_url()), news=_about(revision))
    return sheet.answer()


def _about(revision: Revision) -> dict:
    """The element as {name: words or another such}."""
    lang = (revision.lang or settings.LANGUAGE_CODE).lower()
    return {
        "news:publication": {
            "news:name": xml(settings.SITE_NAME),
            "news:language": lang if lang in ("zh-cn", "zh-tw") else lang.partition("-")[0],
        },
        "news:publication_date": written(revision.published_at),
        "news:title": xml(revision.title),
    }
