"""Accounts and roles: who may give which, and that somebody who can always stays."""

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import roles
from posts.models.accounts import Act

from .accounts import note_account
from .refused import Refused, races_refused


def save_person(user, role: str, *, by):
    """Store an account with the one role it has; `role` "" only for a superuser. Inactive: its sessions end at once.

    Raises Refused; then nothing has changed.
    """
    with races_refused(), transaction.atomic():
        chiefs = {chief.pk for chief in roles.chiefs().select_for_update()}
        before = get_user_model().objects.filter(pk=user.pk).first()
        role_before = roles.role_of(before) if before else ""
        _check(user, role, by)
        if user.pk is None:
            user.set_unusable_password()
        user.is_staff = True
        user.save()
        user.groups.set([*_other_groups(user), *([roles.group(role)] if role else [])])
        if user.pk in chiefs and not roles.chiefs().exists():
            raise Refused(_("This is the last active administrator. Give somebody else that role first."))
        if not user.is_active:
            end_sessions(user)
        for act, detail in _changes(before, user, role_before, role):
            note_account(user, act, by=by, detail=detail)
    return user


def end_sessions(user, *, keep: str = "") -> int:
    """Sign the person out everywhere, now and for good; how many sessions. `keep`: the key of one that stays."""
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).exclude(pk=keep).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
            ended += 1
    return ended


def end_all_sessions() -> int:
    """Sign everybody out; how many sessions there were, those of people half way through signing in included."""
    return Session.objects.all().delete()[0]


def _changes(before, user, role_before: str, role: str) -> Iterator[tuple[Act, str]]:
    """What a save has changed about an account, with the words that stand beside it in the record."""
    if before is None:
        yield Act.CREATED, role
        return
    if role != role_before:
        yield Act.ROLE, f"{role_before or '–'} → {role or '–'}"
    if before.is_active != user.is_active:
        yield (Act.OPENED if user.is_active else Act.CLOSED), ""
    if before.username != user.username:
        yield Act.NAME, f"{before.username} → {user.username}"
    if before.email != user.email:
        yield Act.MAIL, f"{before.email or '–'} → {user.email or '–'}"


def _check(user, role: str, by) -> None:
    if not by.has_perm("auth.change_user" if user.pk else "auth.add_user"):
        raise Refused(_("You do not have the permission to change accounts."))
    stored = get_user_model().objects.filter(pk=user.pk).first()
    if (user.is_superuser or (stored and stored.is_superuser)) and not by.is_superuser:
        raise Refused(_("Only a superuser may change this account."))
    if role not in roles.ROLES and not (role == "" and user.is_superuser):
        raise Refused(_("Choose a role."))
    if role and not roles.may_give(by, role):
        raise Refused(_("You cannot give rights that you do not have."))


def _other_groups(user):
    """Groups of the installation that are no role of ours stay as they are."""
    return user.groups.exclude(name__in=[name for name, _own in roles.ROLES.values()])
