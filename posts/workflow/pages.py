"""Pages of the house: written, reviewed and published as articles are; here they are made and put in order."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from posts import roles
from posts.document import Document
from posts.models import Post, Revision

from . import content
from .addresses import page_taken, wanted_slug
from .drafts import Page, first_save
from .positions import STEP, put_in_order
from .refused import Refused, races_refused


def may_keep_pages(actor) -> bool:
    """Whether the actor may make pages and order them; their texts are open to whom articles are."""
    return roles.may(actor, "review")


def new_page(document: Document, *, by, page: Page | None = None) -> Revision:
    """A page with its first draft at /pages/<slug of the document>/, last in the order. Raises Refused."""
    if not may_keep_pages(by):
        raise Refused(_("You do not have the permission to make pages."))
    content.check(document)
    slug = wanted_slug(document.slug, is_page=True)
    page = page or content.render(document)
    with races_refused(), transaction.atomic():
        if Post.objects.pages().filter(slug=slug).exists():
            raise Refused(page_taken(slug))
        last = Post.objects.pages().last()
        position = (last.position if last else 0) + STEP
        post = Post.objects.create(slug=slug, is_page=True, position=position, created_by_id=by.pk)
        return first_save("create", post, document, page, by)


def order_pages(keys: Sequence[int], *, by) -> None:
    """Put the pages into this order, all of them in one act. Raises Refused."""
    if not may_keep_pages(by):
        raise Refused(_("You do not have the permission to make pages."))
    stale = _("The list of pages has changed meanwhile. Look at it again.")
    put_in_order(Post.objects.select_for_update().pages(), keys, stale=stale)
