"""Planning: addresses of calendar, board, card and steps, and the filters that calendar and board share."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import path

from posts import roles
from posts.models import Category, Post


def urls(site, find) -> list:
    """The addresses; `find(request, pk)` answers the article or raises 404."""
    from . import board, calendar, card, house_pages, stepping  # noqa: PLC0415 - they ask this module

    def of_post(view):
        return site.admin_view(lambda request, pk, **more: view(request, site, find(request, pk), **more))

    def of_desk(view):
        return site.admin_view(lambda request: view(request, site))

    return [
        path("calendar/", of_desk(calendar.show), name="posts_calendar"),
        path("pages/", of_desk(house_pages.show), name="posts_pages"),
        path("board/", of_desk(board.show), name="posts_board"),
        path("<int:pk>/planned/", of_post(calendar.move), name="posts_calendar_move"),
        path("<int:pk>/card/", of_post(card.change), name="posts_post_card"),
        path("<int:pk>/steps/<slug:name>/", of_post(stepping.take), name="posts_post_step"),
    ]


@dataclass(frozen=True)
class Filters:
    """What calendar and board are cut down to: a section and an assignee ("none" is nobody)."""

    section: str = ""
    assignee: str = ""
    kind: str = ""

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})

    def on(self, revisions):
        if self.section:
            revisions = revisions.filter(category=int(self.section))
        if self.assignee:
            revisions = revisions.filter(
                post__assignee=None if self.assignee == "none" else int(self.assignee)
            )
        return revisions


def filters(request: HttpRequest, kinds=()) -> Filters:
    """The filters of an address. Raises 404 for odd values."""
    section, assignee, kind = (request.GET.get(name, "") for name in ("section", "assignee", "kind"))
    if not (_is_key(section) and (assignee == "none" or _is_key(assignee)) and kind in ("", *kinds)):
        raise Http404
    return Filters(section, assignee, kind)


def choices(user) -> dict:
    """What the filters offer: sections, and people for who sees every draft."""
    people = roles.writers() if roles.may(user, "see_every") else []
    return {
        "categories": [(str(pk), name) for pk, name in Category.objects.values_list("pk", "name")],
        "people": [(str(person.pk), roles.name_of(person)) for person in people],
    }


def seen(user) -> Q:
    """The revisions whose article the person may see, as a condition."""
    if roles.may(user, "see_every"):
        return Q()
    return Q(post__in=roles.visible_posts(user, Post.objects.all()).values("pk"))


def _is_key(value: str) -> bool:
    return value == "" or (value.isascii() and value.isdigit() and len(value) < 19)
