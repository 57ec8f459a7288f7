"""The calendar: what is public, scheduled, planned, due, embargoed or ending, by day; a plan moves from day to day."""

from calendar import MONDAY, Calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib import messages
from django.db.models import F, Q, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles, workflow
from posts.models import OPEN, Post, Revision

from . import planning
from .card import back

VIEWS = {"month": gettext_lazy("Month"), "week": gettext_lazy("Week"), "day": gettext_lazy("Day")}
SIGNS = {  # kind: (sign, word); never told apart by colour alone
    "public": ("●", gettext_lazy("Public")),
    "scheduled": ("◷", gettext_lazy("Scheduled")),
    "end": ("■", gettext_lazy("End")),
    "planned": ("◇", gettext_lazy("Planned")),
    "due": ("⚑", gettext_lazy("Due")),
    "embargo": ("⊘", gettext_lazy("Embargo ends")),
}
FOLD = {"month": 4, "week": 12, "day": 500}  # items of a day before the rest is folded away
ROWS = 5000  # of one page and kind of source
ASIDE = 30  # drafts without a plan beside the calendar
FIRST, LAST = date(1000, 2, 1), date(8999, 11, 30)


@dataclass
class Item:
    """One thing on one day. `at` is its moment, None for a plan, which has none; `revision` is set when shown."""

    kind: str
    pk: int
    day: date
    at: datetime | None = None
    revision: Revision | None = None
    may_move: bool = False

    @property
    def sign(self) -> str:
        return SIGNS[self.kind][0]

    @property
    def word(self) -> str | Promise:
        return SIGNS[self.kind][1]


@dataclass
class Day:
    date: date
    inside: bool  # belongs to the month that is shown
    today: bool
    items: list[Item] = field(default_factory=list)
    fold: int = 5

    @property
    def shown(self) -> list[Item]:
        return self.items[: self.fold]

    @property
    def hidden(self) -> int:
        return max(0, len(self.items) - self.fold)


def show(request: HttpRequest, site) -> HttpResponse:
    """Month, week or day around `?day=`."""
    if not roles.may(request.user, "view"):
        raise Http404
    view = request.GET.get("view", "month")
    today = timezone.localdate()
    middle = _day(request.GET["day"]) if "day" in request.GET else today
    if view not in VIEWS or middle is None or request.method not in ("GET", "HEAD"):
        raise Http404
    chosen = planning.filters(request, SIGNS)
    days = [
        Day(one, one.month == middle.month or view != "month", one == today) for one in _span(view, middle)
    ]
    _fill(days, request.user, chosen, view)
    context = {
        "title": _("Calendar"),
        "view": view,
        "views": VIEWS,
        "middle": middle,
        "heading": _heading(view, middle, days),
        "weeks": [days[first : first + 7] for first in range(0, len(days), 7)],
        "weekdays": [day.date for day in days[:7]],
        "days": days,
        "before": _step(view, middle, -1),
        "after": _step(view, middle, 1),
        "today": today,
        "filters": chosen,
        "kinds": SIGNS,
        "zone": settings.TIME_ZONE,
        "unplanned": _unplanned(request.user, chosen),
        "moved": _moved(request),
        "here": _without_move(request),
        "sees_every": roles.may(request.user, "see_every"),
        "may_publish": roles.may(request.user, "publish"),
        **planning.choices(request.user),
    }
    response = TemplateResponse(
        request, "admin/posts/post/calendar.html", {**site.each_context(request), **context}
    )
    response["Cache-Control"] = "private, no-store"
    return response


def move(request: HttpRequest, site, post: Post) -> HttpResponse:
    """Plan an article for another day: `day`, or `by` days from its planned one; empty takes the plan back."""
    if request.method != "POST":
        raise Http404
    goto = back(request, post)
    try:
        before, wanted = post.planned_for, _wanted(request, post)
        workflow.change_card(post, by=request.user, planned_for=wanted)
    except workflow.Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(goto)
    if before != wanted and "undo" not in request.POST:
        goto += ("&" if "?" in goto else "?") + f"moved={post.pk}&from={before or 'none'}"
    return HttpResponseRedirect(f"{goto}#item-{post.pk}")


def _wanted(request: HttpRequest, post: Post) -> date | None:
    by, day = request.POST.get("by", ""), request.POST.get("day", "").strip()
    if by in ("-7", "-1", "1", "7"):
        start = post.planned_for or timezone.localdate()
        wanted = min(max(start + timedelta(days=int(by)), FIRST), LAST)
    elif day == "" or "clear" in request.POST:
        return None
    else:
        wanted = _day(day)
    if wanted is None:
        raise workflow.Refused(_("Choose a day, such as 2026-12-24."))
    return wanted


def _day(words: str) -> date | None:
    try:
        day = parse_date(words) if len(words) == 10 and words.isascii() else None
    except ValueError:
        return None
    return day if day and FIRST <= day <= LAST else None


def _span(view: str, middle: date) -> list[date]:
    if view == "day":
        return [middle]
    if view == "week":
        first = middle - timedelta(days=(middle.weekday() - MONDAY) % 7)
        return [first + timedelta(days=number) for number in range(7)]
    return list(Calendar(MONDAY).itermonthdates(middle.year, middle.month))


def _step(view: str, middle: date, way: int) -> date | None:
    """The day to which "before" and "after" lead, None at the edges of time."""
    if view == "month":
        months = middle.year * 12 + middle.month - 1 + way
        there = date(months // 12, months % 12 + 1, 1)
    else:
        there = middle + timedelta(days=way * (7 if view == "week" else 1))
    return there if FIRST <= there <= LAST else None


def _heading(view: str, middle: date, days: list[Day]) -> str:
    if view == "month":
        return formats.date_format(middle, "YEAR_MONTH_FORMAT")
    if view == "day":
        return formats.date_format(middle, _("l, F j, Y"))
    first, last = (formats.date_format(day.date, "DATE_FORMAT") for day in (days[0], days[-1]))
    return f"{first} – {last}"


def _fill(days: list[Day], user, chosen: planning.Filters, view: str) -> None:
    """Put everything of these days into them: first what stands where, then the rows that are shown."""
    by_date = {day.date: day for day in days}
    zone = timezone.get_default_timezone()
    start = datetime.combine(days[0].date, time(), zone)
    end = datetime.combine(days[-1].date + timedelta(days=1), time(), zone)
    for item in [*_public(user, chosen, start, end), *_work(user, chosen, start, end)]:
        if item.day in by_date and chosen.kind in ("", item.kind):
            by_date[item.day].items.append(item)
    for day in days:
        day.fold = FOLD[view]
        day.items.sort(key=lambda item: (item.at is None, item.at or start, item.pk))
    _dress(user, [item for day in days for item in day.shown])


def _public(user, chosen: planning.Filters, start: datetime, end: datetime) -> list[Item]:
    """What is public now (on the day it shows), what is scheduled, and the ends that a person set."""
    now, rows = timezone.now(), Revision.objects
    live = rows.live(now).filter(published_at__range=(start, end))
    later = rows.scheduled(now).filter(planning.seen(user), live_from__range=(start, end))
    ended = rows.begun(end).filter(planning.seen(user), live_until__range=(start, end))
    ends = ended.filter(live_until=F("end_set"))
    found = []
    for kind, some, moment in (
        ("public", live, "published_at"),
        ("scheduled", later, "live_from"),
        ("end", ends, "live_until"),
    ):
        found.append(chosen.on(some).annotate(kind=Value(kind)).values_list("kind", "pk", moment).order_by())
    return [
        Item(kind, pk, localtime(at).date(), at)
        for kind, pk, at in found[0].union(*found[1:], all=True)[:ROWS]
    ]


def _work(user, chosen: planning.Filters, start: datetime, end: datetime) -> list[Item]:
    """Plans, due moments and embargoes of articles that have an open text."""
    days = (localtime(start).date(), localtime(end).date())
    posts = Post.objects.filter(
        Q(planned_for__range=days) | Q(due__range=(start, end)) | Q(embargo_until__range=(start, end))
    )
    rows = Revision.objects.filter(planning.seen(user), status__in=OPEN, post__in=posts.values("pk"))
    cards = chosen.on(rows).values_list("pk", "post__planned_for", "post__due", "post__embargo_until")
    items = []
    for pk, plan, due, embargo in cards[:ROWS]:
        items += [Item("planned", pk, plan)] if plan else []
        items += [Item("due", pk, localtime(due).date(), due)] if due else []
        items += [Item("embargo", pk, localtime(embargo).date(), embargo)] if embargo else []
    return items


def _dress(user, items: list[Item]) -> None:
    """Give the items their revisions, and say which of them the person may move."""
    rows = {row.pk: row for row in _light(Revision.objects.filter(pk__in={item.pk for item in items}))}
    for item in items:
        item.revision = rows[item.pk]
        if item.kind == "planned":
            item.may_move = workflow.may_set("planned_for", item.revision.post, by=user)
        elif item.kind == "scheduled":
            item.may_move = roles.may(user, "publish")


def _light(rows):
    return rows.select_related("post", "post__assignee").only(
        *(
            "status",
            "title",
            "lang",
            "post__planned_for",
            "post__priority",
            "post__erased_at",
            "post__created_by",
            "post__source",
        ),
        *("post__assignee__username", "post__assignee__first_name", "post__assignee__last_name"),
    )


def _unplanned(user, chosen: planning.Filters) -> dict:
    """Open texts without a planned day, the newest first, to be put into the calendar."""
    rows = chosen.on(Revision.objects.open().filter(planning.seen(user), post__planned_for=None))
    found = _newest(rows)
    movable = [row for row in found[:ASIDE] if workflow.may_set("planned_for", row.post, by=user)]
    return {"rows": movable, "more": len(found) > ASIDE}


def _newest(rows) -> list[Revision]:
    people = rows.select_related("post", "post__assignee").order_by("-saved_at", "-pk")
    return list(people.defer("body", "html", "text", "toc", "extra")[: ASIDE + 1])


def _moved(request: HttpRequest) -> dict | None:
    """The last move, when the address tells of one, so that it can be taken back."""
    number, before = request.GET.get("moved", ""), request.GET.get("from", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    post = Post.objects.filter(pk=number).first()
    if post is None or not workflow.may_set("planned_for", post, by=request.user):
        return None
    return {"post": post, "title": str(post), "before": _day(before)}


def _without_move(request: HttpRequest) -> str:
    """The address of this page, without what it says of the last move."""
    query = request.GET.copy()
    for name in ("moved", "from"):
        query.pop(name, None)
    return reverse("admin:posts_calendar") + ("?" + query.urlencode() if query else "")
