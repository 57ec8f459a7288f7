"""A feed as an answer, in the form that is asked for."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language

from posts.site.places import picture, whole
from posts.text import xml

from .entries import Entry, Feed
from .forms import FORMS


def answer(feed: Feed, entries: Iterable[Entry], form: str) -> HttpResponse:
    """The feed as `xml` (Atom), `rss` or `json`."""
    made = FORMS[form](
        title=xml(feed.title),
        link=whole(feed.path),
        description=xml(feed.description) or settings.SITE_NAME,
        language=get_language(),
        feed_url=whole(feed.address),
        feed_guid=whole(feed.address),
        author_name=settings.SITE_NAME,
        icon=picture("img/favicon.png"),
    )
    for entry in entries:
        made.add_item(**_item(entry))
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    return response


def _item(entry: Entry) -> dict:
    summary = xml(entry.summary)
    return {
        "title": xml(entry.title),
        "link": entry.url,
        "description": escape(summary),
        "summary": summary,
        "unique_id": entry.id,
        "unique_id_is_permalink": False,
        "pubdate": _local(entry.published),
        "updateddate": _local(entry.updated),
        "categories": [xml(name) for name in entry.tags],
        "html": xml(entry.html),
        "lang": entry.lang,
        "image": entry.image,
        "people": [_person(one) for one in entry.authors],
    }


def _person(person) -> dict:
    return {"name": xml(person.name)} | ({"url": person.url} if person.url else {})


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(microsecond=0)
