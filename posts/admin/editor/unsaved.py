"""Typed and not saved: kept for its writer alone. It is no part of status, history or approval."""

import json
from datetime import datetime

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import roles
from posts.models import Buffer, Post

from ..forms import DocumentForm
from .answers import is_too_often, no_permission, refused, told, too_often

A_MINUTE = 60
SETTLED = "settled_copies"
LARGEST = 600_000  # characters of all fields together; the longest body is 200,000
NAMES = frozenset(DocumentForm.base_fields) - {"upload"}


def answer(request: HttpRequest) -> HttpResponse:
    """GET: {fields, version, draft, saved_at} or {}. POST: store, or drop with `drop`. DELETE: drop."""
    number = _number(request, "post")
    post = Post.objects.filter(pk=number).first() if number else None
    if number and (post is None or not roles.may_see(request.user, post)):
        return refused(_("There is no such article."), 404)
    if request.method == "GET":
        return told(_as_told(of(request.user, post)))
    if request.method == "DELETE" or "drop" in request.POST:
        forget(request.user, post)
        return told({}) if _is_script(request) else HttpResponseRedirect(_page(post))
    return _store(request, post)


def of(user, post: Post | None) -> Buffer | None:
    """What the person has typed there and not saved."""
    return Buffer.objects.filter(user=user, post=post).first()


def settle(request: HttpRequest, post: Post | None) -> None:
    """The text is saved, or in the history: drop it here, and tell the next page which copy of the browser to drop."""
    forget(request.user, post)
    if copy := request.POST.get("_copy", "")[:100]:
        request.session[SETTLED] = [*request.session.get(SETTLED, []), copy][-10:]


def settled(request: HttpRequest) -> list[str]:
    """The browser's copies that are not needed any more; told once."""
    return request.session.pop(SETTLED, [])


def forget(user, post: Post | None) -> None:
    Buffer.objects.filter(user=user, post=post).delete()


def _store(request: HttpRequest, post: Post | None) -> HttpResponse:
    if not (roles.may_edit(request.user, post) if post else roles.may(request.user, "add")):
        return no_permission()
    if request.POST.get("user", str(request.user.pk)) != str(request.user.pk):
        words = _("Somebody else has signed in here. Sign in again under your own name.")
        return refused(words, 409)
    if is_too_often(request, "unsaved", A_MINUTE):
        return too_often()
    sent = request.POST.get("fields", "")
    if len(sent) > LARGEST:
        return refused(_("The text is too large to be kept. Save a part of it first."), 413)
    fields = _fields(sent)
    if fields is None:
        return refused(_("What was sent is no form of an article."), 400)
    return told({"saved_at": _keep(request, post, fields).isoformat()})


def _keep(request: HttpRequest, post: Post | None, fields: dict[str, str]) -> datetime:
    now = timezone.now()
    draft = post.revisions.filter(pk=_number(request, "draft")).first() if post else None
    values = {"draft": draft, "version": min(_number(request, "version"), 2**31 - 1), "fields": fields}
    try:
        Buffer.objects.update_or_create(user=request.user, post=post, defaults=values | {"saved_at": now})
    except IntegrityError:  # two windows at once: the other one was faster
        Buffer.objects.filter(user=request.user, post=post).update(**values, saved_at=now)
    return now


def _fields(sent: str) -> dict[str, str] | None:
    """The fields of the form that are ours, as texts that can be stored; None when it is no form."""
    try:
        fields = json.loads(sent)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        return None
    return {name: _storable(value) for name, value in fields.items() if name in NAMES}


def _storable(value: str) -> str:
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _as_told(kept: Buffer | None) -> dict:
    if kept is None:
        return {}
    return {
        "fields": kept.fields,
        "version": kept.version,
        "draft": kept.draft_id,
        "saved_at": kept.saved_at.isoformat(),
    }


def _number(request: HttpRequest, name: str) -> int:
    """A primary key that was sent; 0 for none, -1 for what is none."""
    value = request.POST.get(name) or request.GET.get(name) or ""
    if not value:
        return 0
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else -1


def _is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _page(post: Post | None) -> str:
    return reverse("admin:posts_post_change", args=[post.pk]) if post else reverse("admin:posts_post_add")
