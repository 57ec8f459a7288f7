"""Sections, people and tags: a name is saved, deleted, and sections are put in order. Old addresses keep working."""

from collections.abc import Sequence
from urllib.parse import unquote

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from posts import roles
from posts.models import Author, Category, Redirect, Revision, Tag
from posts.models.usage import counted

from .positions import STEP, put_in_order
from .refused import Refused, races_refused
from .stamp import raise_stamp

Name = Category | Author | Tag
_UNDER = {
    Tag: ("tagged__tag",),
    Category: ("category", "placements__category"),
    Author: ("author", "coauthorships__author"),
}


def save_name(row: Name, *, by) -> Name:
    """Store a new or changed row. A changed slug leaves a redirect once the old address has been public."""
    _may(by, "change" if row.pk else "add", type(row))
    with races_refused(), transaction.atomic():
        old = type(row)._default_manager.select_for_update().filter(pk=row.pk).first() if row.pk else None
        if old is None and isinstance(row, Category):
            row.position = _last_position() + STEP
        row.save()
        Redirect.objects.at([row.path]).delete()  # whoever takes an address has it
        if old and old.slug != row.slug:
            lead(old, row, seen=bool(been_public([old])))
        raise_stamp()
    return row


def delete_name(row: Name, *, by) -> None:
    """Delete a row that no text names, with the redirects that lead to it."""
    _may(by, "delete", type(row))
    if in_use(row):
        raise Refused(
            _("“%(name)s” stands on articles and cannot be deleted. Merge it into another one instead.")
            % {"name": row}
        )
    with races_refused(), transaction.atomic():
        Redirect.objects.filter(url__in=spellings(row)).delete()
        try:
            row.delete()
        except ProtectedError:
            raise Refused(_("“%(name)s” has just been given to an article.") % {"name": row}) from None
        raise_stamp()


def in_use(row: Name) -> int:
    """How many articles name the row in any of their texts."""
    return counted(type(row)._default_manager.filter(pk=row.pk)).get().articles


def order_sections(keys: Sequence[int], *, by) -> None:
    """Put the sections into this order, all of them in one act."""
    _may(by, "change", Category)
    stale = _("The list of categories has changed meanwhile. Look at it again.")
    put_in_order(Category.objects.select_for_update().order_by("pk"), keys, stale=stale)


def been_public(rows: Sequence[Name]) -> list[Name]:
    """Those rows, all of one kind, under whose address readers have ever found an article, or were led there."""
    if not rows:
        return []
    keys, begun = [row.pk for row in rows], Revision.objects.begun().order_by()
    named = {
        key
        for field in _UNDER[type(rows[0])]
        for key in begun.filter(**{f"{field}__in": keys}).values_list(field, flat=True).distinct()
    }
    spelt = [address for row in rows for address in spellings(row)]
    led = set(Redirect.objects.filter(url__in=spelt).values_list("url", flat=True))
    return [row for row in rows if row.pk in named or not led.isdisjoint(spellings(row))]


def lead(old: Name, new: Name, *, seen: bool) -> None:
    """What led to the old row's address, and if readers have `seen` it the address itself, leads to the new one's."""
    Redirect.objects.filter(url__in=spellings(old)).update(url=new.get_absolute_url())
    if seen:
        Redirect.objects.at([old.path]).delete()
        Redirect.objects.create(path=old.path, url=new.get_absolute_url())
    Redirect.objects.at([new.path]).delete()  # the target's own address answers itself


def spellings(row: Name) -> list[str]:
    """How a redirect may write the row's address as its target."""
    address = row.get_absolute_url()
    return [spelt for path in (address, unquote(address)) for spelt in (path, path.rstrip("/"))]


def _may(by, verb: str, model: type) -> None:
    if not roles.may_name(by, verb, model):
        raise Refused(_("You do not have the permission to change categories, authors or tags."))


def _last_position() -> int:
    last = Category.objects.order_by("-position").first()
    return last.position if last else 0
