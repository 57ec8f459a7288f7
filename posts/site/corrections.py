"""The page of what has been put right, and its feed."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from posts.models import corrections
from posts.models.corrections import Correction
from posts.templatetags.editorial import day

from . import moment
from .listing import page_of

IN_FEED = 50
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # https://www.w3.org/TR/xml/#charsets


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Corrections, apologies and retractions, newest first, month by month."""
    at = moment.of(request)
    found = page_of(request, corrections.ledger(at))
    entries = corrections.read(list(found.object_list), at)
    return render(request, "posts/corrections.html", {"page": found, "corrections": entries})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest of them as Atom; an entry keeps its id for good."""
    at = moment.of(request)
    entries = corrections.read(list(corrections.ledger(at)[:IN_FEED]), at)
    made = Atom1Feed(
        title=f"{_('Corrections')} | {settings.SITE_NAME}",
        link=settings.SITE_URL + reverse("corrections"),
        description=_("What we have put right in our articles."),
        language=settings.LANGUAGE_CODE,
        feed_url=settings.SITE_URL + reverse("corrections_feed"),
        author_name=settings.SITE_NAME,
    )
    for one in entries:
        made.add_item(**_item(one))
    return HttpResponse(made.writeString("utf-8"), content_type=made.content_type)


def _item(one: Correction) -> dict:
    """An entry of the feed; a retracted article is named by its day only."""
    where = one.revision.get_absolute_url() if one.revision else reverse("corrections")
    what = one.revision.labelled_title if one.revision else _("Article of %(day)s") % {"day": day(one.day)}
    return {
        "title": _plain(f"{one.label}: {what}"),
        "link": f"{settings.SITE_URL}{where}#{one.key}",
        "description": _plain(one.note),
        "unique_id": f"tag:{urlsplit(settings.SITE_URL).hostname},2026:corrections/{one.key}",
        "pubdate": timezone.localtime(one.at),
        "updateddate": timezone.localtime(one.at),
    }


def _plain(words: str) -> str:
    """Without the characters that no XML document may hold."""
    return _NOT_XML.sub("", words)
