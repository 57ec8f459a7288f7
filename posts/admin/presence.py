"""Who else has an article's text open: said by its page every 20 seconds, shown to the others, binding nobody."""

from django.http import Http404, HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from posts import roles
from posts.models import Post, Presence
from posts.templatetags.editorial import moment_short


def beat(request: HttpRequest, post: Post) -> HttpResponseBase:
    """POST from the page of a text: here, or with `leave` gone. Answers {"others": [sentences]}."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not roles.may_edit(request.user, post):
        raise Http404
    if "leave" in request.POST:
        Presence.objects.leave(post, request.user)
        return _answer([])
    Presence.objects.arrive(post, request.user)
    return _answer(words(post, request.user))


def words(post: Post, user) -> list[str]:
    """○○さんが編集中です, for each of the others."""
    return [
        _("%(name)s is editing this article (since %(time)s).")
        % {"name": roles.name_of(row.user), "time": moment_short(row.since)}
        for row in Presence.objects.others(post, user)
    ]


def mark(posts: list, user) -> None:
    """`here` on each article of a list: the names of the others who have it open, in one query."""
    names: dict[int, list[str]] = {}
    for row in Presence.objects.here().filter(post__in=posts).exclude(user=user).select_related("user"):
        names.setdefault(row.post_id, []).append(roles.name_of(row.user))
    for post in posts:
        post.here = ", ".join(names.get(post.pk, ()))


def _answer(others: list[str]) -> JsonResponse:
    answer = JsonResponse({"others": others})
    answer["Cache-Control"] = "private, no-store"
    return answer
