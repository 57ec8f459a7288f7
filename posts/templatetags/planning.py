"""Words of time for the desk: ages, days, and whether a moment has passed."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import ngettext

from posts import text

register = template.Library()


@register.filter
def age(value: datetime | None) -> str:
    """How long ago, or how long until, in its largest unit: 3日, 2時間, 5分."""
    if not value:
        return ""
    minutes = max(1, abs(int((timezone.now() - value).total_seconds())) // 60)
    if minutes >= 24 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes >= 60:
        hours = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


@register.filter
def has_passed(value: datetime | None) -> bool:
    return bool(value) and value < timezone.now()


@register.filter
def first_line(words: str) -> str:
    """The first line of a reason, cut to what a row holds."""
    line = next(iter(words.strip().splitlines()), "")
    return text.truncate(line, 120)


@register.filter
def act_on(kind, row) -> str:
    """What the button of a row does: a text that is closed for changes is shown, not edited."""
    return "show" if kind.act == "edit" and not row.is_editable else kind.act
