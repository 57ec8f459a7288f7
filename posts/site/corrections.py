"""The page of what has been put right, and its feeds."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from posts.models import corrections
from posts.models.corrections import Correction
from posts.templatetags.editorial import day

from . import moment
from .conditional import seldom_changed
from .feeds import Entry, Feed, answer
from .listing import elsewhere, page_of
from .places import whole

IN_FEED = 50


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Corrections, apologies and retractions, newest first, month by month."""
    at = moment.of(request)
    found = page_of(request, corrections.ledger(at))
    if away := elsewhere(request, found):
        return away
    entries = corrections.read(list(found.object_list), at)
    return render(request, "posts/corrections.html", {"page": found, "corrections": entries})


@seldom_changed
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """The newest of them; an entry keeps its id for good."""
    at = moment.of(request)
    rows = list(corrections.ledger(at)[:IN_FEED])
    about = Feed(
        f"{_('Corrections')} | {settings.SITE_NAME}",
        reverse("corrections"),
        request.path,
        _("What we have put right in our articles."),
    )
    return answer(about, [_entry(one) for one in corrections.read(rows, at)], form)


def _entry(one: Correction) -> Entry:
    """An entry of the feed; a retracted article is named by its day only."""
    live = one.revision
    where = live.get_absolute_url() if live else reverse("corrections")
    what = live.labelled_title if live else _("Article of %(day)s") % {"day": day(one.day)}
    return Entry(
        id=f"tag:{urlsplit(settings.SITE_URL).hostname},2026:correction/{one.key}",
        url=whole(f"{where}#{one.key}"),
        title=f"{one.label}: {what}",
        published=one.at,
        updated=one.at,
        summary=one.note,
        html=linebreaks(one.note, autoescape=True),
        lang=(live.lang if live else "") or get_language(),
    )
