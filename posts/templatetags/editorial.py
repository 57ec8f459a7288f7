"""Filters of the public site and the desk: dates in the reader's words, the article's HTML, short forms."""

import json
from datetime import date, datetime

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, gettext, override, pgettext

from posts import text
from posts.models import Image, Revision
from posts.rendering import Rendered

register = template.Library()


@register.filter
def article_html(page: Revision | Rendered) -> SafeString:
    """The article's HTML. The only place where HTML is called safe: it came out of the one sanitising function."""
    html = page.reader_html if isinstance(page, Revision) else page.html
    return mark_safe(html)  # noqa: S308


_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@register.filter
def json_ld(words: dict) -> SafeString:
    """JSON that can stand in <script type="application/ld+json">: nothing in it ends the element or begins another."""
    short = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(short.translate(_IN_SCRIPT))  # noqa: S308


# How wide each kind of picture is shown (static/css/site.css); article bodies have theirs in posts/rendering/dress.py.
SIZES = {
    "cover": "(max-width: 712px) calc(100vw - 32px), 680px",
    "lead": "(max-width: 960px) calc(100vw - 32px), 640px",
    "card": "(max-width: 640px) 27vw, (max-width: 960px) 11rem, 360px",
    "row": "(max-width: 640px) 27vw, 13rem",
    "portrait": "6rem",
}


@register.simple_tag
def choices(image: Image, kind: str) -> str:
    """The attributes `srcset` and `sizes` of a picture that is shown as one of SIZES, "" when it has one form only."""
    srcset = image.srcset
    return format_html(' srcset="{}" sizes="{}"', srcset, SIZES[kind]) if srcset else ""


@register.filter
def in_language(revision: Revision) -> str:
    """How the link to a translation is called, in its own words: この記事の日本語版, This article in English."""
    code = (revision.lang or settings.SITE_LANGUAGES[0]).lower()
    try:
        known = get_language_info(code)
    except KeyError:
        return revision.title
    if known["code"] not in dict(settings.LANGUAGES):
        return gettext("This article in %(language)s") % {"language": known["name_translated"]}
    with override(known["code"]):
        return gettext("This article in %(language)s") % {"language": known["name_local"]}


@register.filter
def day(value: date | None) -> str:
    """2025年9月22日 / September 22, 2025; of a moment, in the site's time zone."""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return date_format(local, gettext("F j, Y")) if local else ""


@register.filter
def month(value: datetime | None) -> str:
    """2025年9月 / September 2025."""
    return date_format(timezone.localtime(value), gettext("F Y")) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """2025年9月22日（月）22:00 / Monday, September 22, 2025, 22:00 JST."""
    return date_format(timezone.localtime(value), gettext("l, F j, Y, G:i T")) if value else ""


@register.filter
def moment_short(value: datetime | None) -> str:
    """9/22 22:00, with the year when it is not this year: the desk's lists."""
    if not value:
        return ""
    local = timezone.localtime(value)
    this_year = local.year == timezone.localtime().year
    return date_format(local, pgettext("date in a list", "M j, G:i") if this_year else gettext("M j, Y, G:i"))


@register.filter
def iso(value: datetime | None) -> str:
    """For <time datetime>: 2025-09-22T22:00:52+09:00."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


@register.filter
def excerpt(revision: Revision, limit: int = 110) -> str:
    """The summary, or the beginning of the text."""
    return text.truncate(revision.summary or revision.opening, limit)
