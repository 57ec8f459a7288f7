"""All waivers: which errors and warnings hold nothing up now, who said so, and until when."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles, workflow
from posts.models import OPEN, KeptFinding, Post, Waiver
from posts.quality.neighbours import titles_of
from posts.quality.wording import plain

from ..draw import draw
from ..paging import page_of

PAGE = 50
SOON = timedelta(days=7)
SHOWN = {
    "waived": gettext_lazy("Waived errors"),
    "dismissed": gettext_lazy("Dismissed findings"),
    "soon": gettext_lazy("Ending within a week"),
    "ended": gettext_lazy("Ended"),
}


@dataclass(frozen=True)
class Row:
    """One waiver in words. `is_met`: the text has the words it speaks of still."""

    waiver: Waiver
    title: str
    words: str
    is_met: bool
    may_end: bool


def page(request: HttpRequest, site) -> HttpResponse:
    """The list, by `show` and `check`; for who sees every article."""
    if not roles.may(request.user, "see_every"):
        raise PermissionDenied
    shown, check = request.GET.get("show", "waived"), request.GET.get("check", "")
    if shown not in SHOWN:
        raise Http404
    found = _shown(shown)
    checks = sorted(set(found.order_by().values_list("check_id", flat=True)))
    if check:
        found = found.filter(check_id=check[:40])
    paged = page_of(found.select_related("post"), PAGE, request.GET.get("page"))
    paged.object_list = _rows(request.user, list(paged.object_list), is_ended=shown == "ended")
    context = {
        "title": _("Waivers"),
        "shown": shown,
        "tabs": list(SHOWN.items()),
        "checks": [(name, plain(name), name == check) for name in checks],
        "check": check,
        "page": paged,
        "opts": Post._meta,
    }
    return draw(request, site, "admin/posts/house/waivers.html", context)


def _shown(shown: str):
    now = timezone.now()
    rows = Waiver.objects.filter(post__erased_at=None)
    if shown == "ended":
        return rows.filter(Q(ended_at__lte=now) | Q(until__lte=now)).order_by("-pk")
    holding = rows.holding(now)
    if shown == "soon":
        return holding.filter(until__lte=now + SOON).order_by("until", "pk")
    return holding.filter(is_dismissal=shown == "dismissed").order_by("-pk")


def _rows(user, waivers: list[Waiver], *, is_ended: bool) -> list[Row]:
    titles = titles_of({one.post_id for one in waivers})
    met = _met(waivers)
    return [
        Row(
            one,
            titles.get(one.post_id, one.post.slug),
            plain(one.check_id),
            one.pk in met,
            not is_ended and workflow.may_end_waiver(one, one.post, by=user),
        )
        for one in waivers
    ]


def _met(waivers: list[Waiver]) -> set[int]:
    """Those whose words stand in a text of the article that is at work or public, as far as verdicts tell."""
    said = KeptFinding.objects.filter(
        revision__post=OuterRef("post"),
        check_id=OuterRef("check_id"),
        fingerprint=OuterRef("fingerprint"),
        revision__status__in=(*OPEN, "published"),
    )
    rows = Waiver.objects.filter(pk__in=[one.pk for one in waivers]).filter(Exists(said))
    return set(rows.values_list("pk", flat=True))
