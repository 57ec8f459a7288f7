"""Redirects that an operator adds: an old address of another site leads to a page of ours, or away."""

import unicodedata
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from posts.models import Author, Category, Post, Redirect, Tag

from . import history
from .refused import Refused, races_refused
from .stamp import raise_stamp

ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"
_NAMED: dict[str, Any] = {"tag": Tag, "category": Category, "author": Author}
_LONGEST = 500


def add_redirect(old: str, new: str, *, by) -> str:
    """Let the old path lead to the new address in one hop; ADDED, CHANGED or UNCHANGED. Raises Refused.

    The new one is an article (public or not yet: until it is, the old path is not found), the page of a name, another
    page, another site's address, or an old path itself, whose target is then taken.
    """
    path = _path(old)
    with races_refused(), transaction.atomic():
        target = _target(new)
        _check(path, target)
        found = Redirect.objects.select_for_update().at([path]).first()
        if found and (found.post, found.url) == (target["post"], target["url"]):
            return UNCHANGED
        Redirect.objects.at([path]).delete()
        Redirect.objects.create(path=path, **target)
        if target["post"]:
            history.note("change_address", target["post"], by, comment=f"{path} → {target['post'].slug}")
        raise_stamp()
    return CHANGED if found else ADDED


def _path(old: str) -> str:
    """The decoded path of an old address as a redirect spells it."""
    path = unicodedata.normalize("NFC", unquote(urlsplit(old.strip()).path if "://" in old else old.strip()))
    if not path.startswith("/") or path.strip("/") == "" or len(path) > _LONGEST or "\0" in path:
        raise Refused(
            _("An old address begins with / and has at most %(limit)d characters.") % {"limit": _LONGEST}
        )
    if "?" in path:
        raise Refused(
            _("Addresses with a question mark lead nowhere: let the server in front redirect them.")
        )
    return path


def _target(new: str) -> dict:
    """{"post", "url"} of a redirect to the address."""
    new = new.strip()
    own = new.removeprefix(settings.SITE_URL) if new.startswith(settings.SITE_URL) else new
    if not own.startswith("/") or own.startswith("//"):
        parts = urlsplit(new)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused(_("A new address begins with / or with https://."))
        return {"post": None, "url": new}
    if post := Post.objects.at(own):
        return {"post": post, "url": ""}
    if led := Redirect.objects.spelt(unquote(own))[:1]:
        return {"post": led[0].post, "url": led[0].url}
    if not _answers(own):
        raise Refused(_("Nothing has the new address."))
    return {"post": None, "url": own}


def _answers(own: str) -> bool:
    """Whether a page has the path: of a name that there is, or one that the site always has."""
    try:
        match = resolve(unquote(urlsplit(own).path))
    except Resolver404:
        return False
    if match.url_name in _NAMED:
        return _NAMED[match.url_name].objects.filter(slug=match.kwargs["slug"]).exists()
    return match.url_name not in ("post", "page")


def _check(path: str, target: dict) -> None:
    if Post.objects.at(path):
        raise Refused(_("An article has the old address already."))
    if _answers(path) or (not path.endswith("/") and _answers(path + "/")):
        raise Refused(_("A page of this site has the old address already."))
    if target["url"].rstrip("/") == path.rstrip("/"):
        raise Refused(_("An address cannot lead to itself."))
