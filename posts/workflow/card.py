"""The desk card of an article: who has it, when it is due, when it is planned. Readers never see any of it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as as_text
from django.utils.translation import gettext as _

from posts import roles
from posts.models import Post

from . import history
from .refused import Refused

PRIORITIES = (-1, 0, 1, 2)  # low, normal, high, urgent


def _may_plan(by, post: Post) -> bool:
    return roles.may_edit(by, post) or roles.may(by, "review")


def _may_direct(by, post: Post) -> bool:
    return roles.may(by, "see_every")


# field: who may set it. A writer plans own articles; who holds an article and what comes first is for editors to say.
_WHO: Mapping[str, Callable[[Any, Post], bool]] = {
    "due": _may_plan,
    "planned_for": _may_plan,
    "assignee": _may_direct,
    "priority": _may_direct,
    "embargo_until": _may_direct,
}


def may_set(field: str, post: Post, *, by) -> bool:
    """Whether the person may set that field of the card: due, planned_for, assignee, priority, embargo_until."""
    return roles.may_see(by, post) and _WHO[field](by, post)


def change_card(post: Post, *, by, **changes: Any) -> Post:
    """Set fields of the card; what is equal already is no change. Raises Refused.

    `due` and `embargo_until` are aware datetimes, `planned_for` a date, `assignee` a user, `priority` one of
    PRIORITIES; None takes a field back. History says what was changed, under `assign` when the article changes hands.
    """
    with transaction.atomic():
        post = Post.objects.select_for_update().get(pk=post.pk)
        changed = {name: value for name, value in changes.items() if _now(post, name) != value}
        for name, value in changed.items():
            _check(post, name, value, by)
        if changed:
            words = [_words(post, name, value) for name, value in changed.items()]
            for name, value in changed.items():
                setattr(post, name, value)
            post.save(update_fields=list(changed))
            step = "assign" if "assignee" in changed else "card"
            history.note(step, post, by, comment="\n".join(words), revision=_work(post))
    return post


def _work(post: Post):
    return post.revisions.open().first()


def _now(post: Post, name: str) -> Any:
    if name not in _WHO:
        raise TypeError(f"{name} is no field of the desk card")
    return getattr(post, name)


def _check(post: Post, name: str, value: Any, by) -> None:
    if not may_set(name, post, by=by):
        raise Refused(_("You do not have the permission to change “%(field)s”.") % {"field": _label(name)})
    if name == "assignee" and value is not None and not (value.is_active and roles.may(value, "change")):
        raise Refused(_("%(name)s cannot write articles.") % {"name": roles.name_of(value)})
    if name == "priority" and value not in PRIORITIES:
        raise Refused(_("There is no such priority."))
    if name == "embargo_until" and value is not None:
        _check_embargo(post, value)


def _check_embargo(post: Post, until: datetime) -> None:
    """An embargo is kept from the start, or not set: nothing that is public or scheduled earlier may contradict it."""
    if until <= timezone.now():
        raise Refused(_("The embargo has to end in the future."))
    if post.revisions.live().exists():
        raise Refused(_("The article is public already; an embargo comes too late. Unpublish it first."))
    if post.revisions.scheduled().filter(live_from__lt=until).exists():
        raise Refused(_("The article is scheduled for an earlier moment. Cancel the schedule first."))


def _label(name: str) -> str:
    return str(Post._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _words(post: Post, name: str, value: Any) -> str:
    return f"{_label(name)}: {_shown(getattr(post, name))} → {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return as_text(timezone.localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return "–"
    return roles.name_of(value) if hasattr(value, "get_username") else str(value)
