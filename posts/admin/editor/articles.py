"""The link dialog: articles of our own by their titles, with addresses that stay."""

from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from posts import roles
from posts.models import Post
from posts.templatetags.editorial import moment_short

from .. import titles
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
    wanted = list(islice(titles.matching(request.user, question(request)), FOUND))
    posts = {post.pk: post for post in Post.objects.filter(pk__in=wanted, erased_at=None)}
    found = standings([posts[pk] for pk in wanted if pk in posts])
    return told({"articles": [_article(found[pk]) for pk in wanted if pk in found]})


def lasting_address(post: Post, has_been_public: bool) -> str:
    """The public path once readers have it (a changed slug leaves a redirect), else the one by number."""
    return post.get_absolute_url() if has_been_public and post.date else reverse("permanent", args=[post.pk])


def _article(standing) -> dict:
    shown, post = standing.shown, standing.post
    begun = bool(standing.live or standing.past)
    return {
        "title": shown.title if shown else post.slug,
        "path": lasting_address(post, begun),
        "status": str(standing.public_label or (shown.get_status_display() if shown else "")),
        "date": moment_short(shown.published_at or shown.saved_at) if shown else "",
    }
