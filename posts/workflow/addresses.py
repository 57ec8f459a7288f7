"""Addresses: a changed slug keeps the old address working."""

from django.db import transaction
from django.utils.translation import gettext as _

from posts import roles, text
from posts.models import Post, Redirect

from . import history, intervals
from .refused import Refused, races_refused
from .stamp import raise_stamp


def change_address(post: Post, *, slug: str, by) -> Post:
    """Give an article another slug. Once it has been public, the old address leads to the new one."""
    if len(slug) > text.SLUG_COLUMN:
        raise Refused(_("A slug has at most %(limit)d characters.") % {"limit": text.SLUG_COLUMN})
    wanted = wanted_slug(slug, is_page=post.is_page)
    with races_refused(), transaction.atomic():
        post = Post.objects.select_for_update().get(pk=post.pk)
        if wanted == post.slug:
            return post
        _check(post, wanted, by)
        if post.revisions.begun().exists():
            Redirect.objects.update_or_create(
                path=intervals.paths(post)[1], defaults={"post": post, "url": ""}
            )
        old, post.slug = post.slug, wanted
        post.save(update_fields=["slug"])
        if post.get_absolute_url():
            Redirect.objects.filter(path__in=intervals.paths(post)).delete()
        history.note("change_address", post, by, comment=f"{old} → {wanted}")
        raise_stamp()
    return post


def wanted_slug(slug: str, *, is_page: bool) -> str:
    """The slug as an address has it; a page is typed by hand and told on paper, so its letters are small and narrow."""
    wanted = text.slug(slug, 100) if is_page else text.address(slug)
    if not wanted:
        raise Refused(_("A slug needs at least one letter or digit."))
    return wanted


def may_move(post: Post, *, by, begun: bool | None = None) -> bool:
    """Whether the actor may change the address at all: once it has been public, only who may publish.

    `begun`: whether it has been public, where the caller knows.
    """
    begun = post.revisions.begun().exists() if begun is None else begun
    return roles.may(by, "publish") if begun else roles.may_edit(by, post)


def _check(post: Post, wanted: str, by) -> None:
    if not may_move(post, by=by):
        raise Refused(_("You do not have the permission to change this address."))
    if post.is_page and Post.objects.pages().filter(slug=wanted).exclude(pk=post.pk).exists():
        raise Refused(page_taken(wanted))
    if post.date and Post.objects.filter(date=post.date, slug=wanted).exclude(pk=post.pk).exists():
        raise Refused(_("Another article of that day has the address “%(slug)s”.") % {"slug": wanted})


def page_taken(slug: str) -> str:
    return _("Another page has the address “%(slug)s”.") % {"slug": slug}
