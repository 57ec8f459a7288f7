"""The link dialog: articles of our own by their titles, with addresses that stay."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from posts import roles, text
from posts.models import Post, Revision, Status
from posts.templatetags.editorial import moment_short

from ..standing import standings
from .answers import is_too_often, no_permission, question, told, too_often

A_MINUTE = 120
FOUND = 12


def answer(request: HttpRequest) -> HttpResponse:
    """{articles: [{title, path, status, date}]}, newest first: those the person may see, by a part of the title."""
    if not roles.may(request.user, "view"):
        return no_permission()
    if is_too_often(request, "find", A_MINUTE):
        return too_often()
    wanted = list(_matching(request.user, text.key(question(request))))
    posts = {post.pk: post for post in Post.objects.filter(pk__in=wanted, erased_at=None)}
    found = standings([posts[pk] for pk in wanted if pk in posts])
    return told({"articles": [_article(found[pk]) for pk in wanted if pk in found]})


def lasting_address(post: Post, has_been_public: bool) -> str:
    """The public path once readers have it (a changed slug leaves a redirect), else the one by number."""
    return post.get_absolute_url() if has_been_public and post.date else reverse("permanent", args=[post.pk])


def _matching(user, key: str) -> Iterator[int]:
    """Articles whose title holds the words, however they are spelt. Titles are folded here: no database does NFKC."""
    rows = Revision.objects.exclude(status=Status.DISCARDED).order_by("-post_id", "-number")
    if not roles.may(user, "see_every"):
        rows = rows.filter(post__in=roles.visible_posts(user, Post.objects.all()))
    found: set[int] = set()
    for post, title in rows.values_list("post_id", "title").iterator(chunk_size=2000):
        if post not in found and key in text.key(title):
            found.add(post)
            yield post
            if len(found) == FOUND:
                return


def _article(standing) -> dict:
    shown, post = standing.shown, standing.post
    begun = bool(standing.live or standing.past)
    return {
        "title": shown.title if shown else post.slug,
        "path": lasting_address(post, begun),
        "status": str(standing.public_label or (shown.get_status_display() if shown else "")),
        "date": moment_short(shown.published_at or shown.saved_at) if shown else "",
    }
