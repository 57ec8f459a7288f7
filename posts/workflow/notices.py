"""Notices: who is told of which act. Written with the act, in its transaction; `outbox` sends them afterwards."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from posts import roles
from posts.models import HistoryEntry, Notice, NoticeSettings
from posts.models.history import WRITES
from posts.models.notices import Channel, Pace

# reason: what a person ticks in the settings. The stronger one first: it is the one that is said.
REASONS: Mapping[str, str | Promise] = {
    "review_asked": _("Somebody asks me for a review"),
    "assigned": _("An article is assigned to me"),
    "conflict": _("A file has changed, and so has its article at the desk"),
    "remark": _("An outside reader leaves a remark through a shared preview"),
    "my_note": _("A note or comment of mine is answered, settled or opened again"),
    "my_text": _("Somebody takes a step on a text of mine, or writes about it"),
    "my_review": _("A text that I review or have decided on goes on"),
    "pool": _("A text waits for anybody who may review"),
    "ready": _("An approved text waits for anybody who may publish"),
    "plan": _("The plan of an article of mine is changed"),
}


@dataclass(frozen=True)
class _Act:
    """An entry of the history, and the people it names beyond those that its article and text name."""

    entry: HistoryEntry
    concerns: frozenset[int]
    _taken: list[tuple[str, int]] = field(default_factory=list)
    _desk: list = field(default_factory=list)

    def desk(self) -> list:
        """Everybody at the desk whom a mail can reach; asked once an act."""
        if not self._desk:
            people = get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")
            self._desk.extend(roles.with_rights(people.select_related("notice_settings").order_by("pk")))
        return self._desk

    def who(self, *steps: str) -> set[int]:
        """Who has taken one of these steps on the text; asked once an act."""
        if not self._taken and self.entry.revision_id:
            rows = HistoryEntry.objects.filter(revision=self.entry.revision_id, actor__isnull=False)
            self._taken.extend(rows.order_by().values_list("step", "actor").distinct())
        return {actor for step, actor in self._taken if step in steps}

    def hands(self) -> set[int | None]:
        """Who has worked on the text: the same as `history.hands_on`."""
        revision = self.entry.revision
        return {*self.who(*WRITES), revision.created_by_id} if revision else set()


People = Callable[[_Act], Iterable[int | None]]


def _asked(act: _Act) -> Iterable[int | None]:
    return [act.entry.revision.reviewer_id] if act.entry.revision else []


def _pool(act: _Act) -> Iterable[int | None]:
    """Everybody who may review, while nobody is named; with four eyes, not who has worked on the text."""
    if act.entry.revision is None or act.entry.revision.reviewer_id:
        return []
    people = {person.pk for person in act.desk() if roles.may(person, "review")}
    return people - act.hands() if settings.EDITORIAL_FOUR_EYES else people


def _publishers(act: _Act) -> Iterable[int | None]:
    return [person.pk for person in act.desk() if roles.may(person, "publish")]


def _assignee(act: _Act) -> Iterable[int | None]:
    return [act.entry.post.assignee_id]


def _owners(act: _Act) -> Iterable[int | None]:
    """Whose article it is, and who has worked on the text."""
    post = act.entry.post
    return {post.created_by_id, post.assignee_id} | act.hands()


def _deciders(act: _Act) -> Iterable[int | None]:
    """Who reviews the text or has taken a reviewer's step on it."""
    revision = act.entry.revision
    if revision is None:
        return []
    taken = act.who("claim", "approve", "request_changes")
    return {revision.reviewer_id, revision.approved_by_id, *taken}


def _speakers(act: _Act) -> Iterable[int | None]:
    """Who has written a note or a comment on the text, or an answer."""
    return act.who("comment", "note", "reply")


def _concerned(act: _Act) -> Iterable[int | None]:
    return act.concerns


_MINE: tuple[tuple[str, People], ...] = (("my_text", _owners),)
_BOTH: tuple[tuple[str, People], ...] = (*_MINE, ("my_review", _deciders))

# step of the history: (reason, its people). What does not stand here is told to nobody: saves are many, and merges,
# addresses, shared links and erasures are the business of those who make them.
TOLD: Mapping[str, Sequence[tuple[str, People]]] = {
    "submit": (("review_asked", _asked), ("pool", _pool), *_MINE),
    "claim": _MINE,
    "release": (("pool", _pool), *_MINE),
    "approve": (*_BOTH, ("ready", _publishers)),
    "request_changes": _BOTH,
    "withdraw": _BOTH,
    "publish": _BOTH,
    "cancel": _BOTH,
    "keep": _BOTH,
    "unpublish": _BOTH,
    "retract": _BOTH,
    "discard": _BOTH,
    "comment": (("my_note", _speakers), *_BOTH),
    "note": _BOTH,
    "reply": (("my_note", _concerned), *_BOTH),
    "resolve": (("my_note", _concerned), *_BOTH),
    "reopen": (("my_note", _concerned), *_BOTH),
    "assign": (("assigned", _assignee), *_MINE),
    "card": (("plan", _owners),),
    "conflict": (("conflict", _owners),),
    "remark": (("remark", _concerned), ("remark", _owners)),
}
BY_MACHINE = (
    "conflict",
)  # the only acts of SYSTEM that anybody is told of: an import must not send a thousand mails


def tell(entry: HistoryEntry, concerns: Iterable[int | None] = ()) -> list[Notice]:
    """Write the notices of an entry that has just been stored, in the caller's transaction.

    `concerns`: primary keys of the users it answers, where the article and its text do not name them. Nobody is told
    of an act of their own, nor twice of one act, nor of an article they may not see.
    """
    if not _is_told(entry):
        return []
    act = _Act(entry, frozenset(filter(None, concerns)))
    found = [_to(person, why, entry) for person, why in _recipients(act)]
    if settings.NOTICE_WEBHOOK_URL:
        found.append(Notice(entry=entry, channel=Channel.WEBHOOK, created_at=entry.at, due_at=timezone.now()))
    if found:
        Notice.objects.bulk_create(found)
        send_soon()
    return found


def choose(user, *, pace: str, hour: int, muted: Iterable[str], lang: str) -> NoticeSettings:
    """Store how a person wants to be told; what waits for them follows the new wish.

    `pace` one of Pace, `hour` 0 to 23 in the site's time zone, `muted` names of REASONS, `lang` a code or "" for the
    site's. Raises ValueError for anything else.
    """
    quiet = sorted(set(muted))
    known = {code for code, _label in settings.LANGUAGES}
    if pace not in Pace.values or not 0 <= hour < 24 or set(quiet) - set(REASONS) or lang not in {"", *known}:
        raise ValueError("no such setting of notices")
    values = {"pace": pace, "digest_hour": hour, "muted": quiet, "lang": lang}
    with transaction.atomic():
        wish, _made = NoticeSettings.objects.update_or_create(user=user, defaults=values)
        waiting = Notice.objects.waiting().filter(user=user, tries=0)
        if pace == Pace.DIGEST:  # a daily mail that is due already goes out as it is
            waiting.exclude(is_digest=True, due_at__lte=timezone.now()).update(
                is_digest=True, due_at=next_digest(wish)
            )
        else:
            waiting.update(is_digest=False, due_at=timezone.now())
        send_soon()
    return wish


def wish_of(user) -> NoticeSettings:
    """How a person wants to be told: the row, or the usual one for who has none."""
    try:
        return user.notice_settings
    except NoticeSettings.DoesNotExist:
        return NoticeSettings(user=user)


def next_digest(wish: NoticeSettings, now: datetime | None = None) -> datetime:
    """When the person's next daily mail is due: their hour on the clock of the site, today or tomorrow."""
    now = timezone.localtime(now or timezone.now(), timezone.get_default_timezone())
    for days in (0, 1):
        moment = _at_hour(now.date() + timedelta(days=days), wish.digest_hour)
        if moment > now:
            break
    return moment


def unfit(user, post, why: str) -> str | Promise:
    """Why a person is not to be told now, or "": asked when a notice is written, and again when it is sent."""
    if not (user.is_active and user.is_staff):
        return _("The account is not active.")
    if not user.email.strip():
        return _("The account has no mail address.")
    wish = wish_of(user)
    if wish.pace == Pace.OFF or why in wish.muted:
        return _("The person does not want to be told of this.")
    return "" if roles.may_see(user, post) else _("The person may not see the article.")


def _is_told(entry: HistoryEntry) -> bool:
    if entry.step not in TOLD or entry.post.erased_at:
        return False
    if entry.step == "conflict" and not entry.digest:
        return False  # a save that came too late: its writer has it before them
    by_machine = entry.actor_id is None and entry.actor_name == str(roles.SYSTEM)
    return not by_machine or entry.step in BY_MACHINE


def _recipients(act: _Act) -> list[tuple[Any, str]]:
    """(user, the strongest reason they want to hear of), for those who may see the article."""
    reasons: dict[int, list[str]] = {}
    for why, people in TOLD[act.entry.step]:
        for key in people(act):
            if key and key != act.entry.actor_id:
                reasons.setdefault(key, []).append(why)
    if not reasons:
        return []
    order = list(REASONS)
    found = []
    for person in act.desk():
        wish = wish_of(person)
        wanted = [why for why in reasons.get(person.pk, ()) if why not in wish.muted]
        if wanted and wish.pace != Pace.OFF and roles.may_see(person, act.entry.post):
            found.append((person, min(wanted, key=order.index)))
    return found


def _to(person, why: str, entry: HistoryEntry) -> Notice:
    wish = wish_of(person)
    daily = wish.pace == Pace.DIGEST
    due = next_digest(wish) if daily else timezone.now()
    return Notice(
        entry=entry,
        user=person,
        channel=Channel.MAIL,
        is_digest=daily,
        why=why,
        created_at=entry.at,
        due_at=due,
    )


def _at_hour(day, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)), timezone.get_default_timezone())


def send_soon() -> None:
    """Have the outbox emptied once the transaction stands; a sender that cannot start fails nothing."""
    from . import sending  # noqa: PLC0415 - the sender asks this module

    if settings.NOTICES_AT_ONCE:
        transaction.on_commit(sending.kick, robust=True)
