"""The record of accounts: one row for each act, in the transaction of the act."""

from django.utils import timezone

from posts import roles, text
from posts.models import AccountEntry
from posts.models.accounts import Act


def note_account(person, act: Act, *, by=None, detail: str = "") -> AccountEntry:
    """Store an act on a person's account. `by`: a user, SYSTEM for a command, None for nobody who is signed in."""
    return AccountEntry.objects.create(
        person=person,
        person_name=person.get_username(),
        act=act,
        detail=text.line(detail)[:300],
        actor_id=by.pk if by else None,
        actor_name=roles.name_of(by)[:150] if by else "",
        at=timezone.now(),
    )
