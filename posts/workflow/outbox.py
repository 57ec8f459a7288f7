"""The outbox: sends what notices wait, tries again what could not be sent, and gives up in the end (decision 18).

A sender claims rows by one UPDATE that moves `due_at` past its lease, so two senders never hold the same notice; a
sender that dies leaves rows that are due again when the lease is over.
"""

import logging
import secrets
import smtplib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import text
from posts.models import Notice, NoticeSettings, Restoration
from posts.models.notices import Channel

from . import mails, notices, webhook

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
# Minutes until the next try; after the last one, about four days after the act, the notice is given up.
PAUSES = (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440)
BUNDLE = 4  # from so many at once for one person, they come in one mail
AT_MOST = 100  # notices in one mail
KEPT = timedelta(days=90)


@dataclass
class Tally:
    """What a run did, in notices. `dropped`: the person may or wants no longer be told."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    dropped: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.failed or self.given_up)


def send(
    *, digest: bool = False, until: datetime | None = None, progress: Callable[[Tally], None] | None = None
) -> Tally:
    """Send what is due; with `digest` also the daily mails whose hour has come. Never raises for a server's sake.

    `until`: no new mail is begun after that moment. A mail server that is away is asked once a run. After a restore
    nothing is sent until somebody switches it on (decision 40).
    """
    if held_since():
        return Tally()
    tally, post = Tally(), _Postman()
    people, hook = _receivers(digest)
    for receivers in (people, hook):  # each way for itself: what holds up the one does not hold up the other
        for key in receivers:
            for rows in _claimed(key, digest):
                if until and timezone.now() >= until:
                    _give_back(rows)
                    break
                arrived = _deliver(rows, post, tally)
                if progress:
                    progress(tally)
                if not arrived and (key is None or post.is_away):
                    break
            if post.is_away or (until and timezone.now() >= until):
                break
    post.close()
    return tally


def again(rows: QuerySet[Notice]) -> int:
    """Notices that failed are tried anew from the start, now; how many there are."""
    with transaction.atomic():
        count = rows.filter(sent_at=None).update(given_up_at=None, tries=0, due_at=timezone.now())
        notices.send_soon()
    return count


def held_since() -> datetime | None:
    """Since when nothing is sent because the database came from a backup; None when the outbox works as usual."""
    return Restoration.objects.holding().order_by("-at").values_list("at", flat=True).first()


def switch_on() -> int:
    """Send again from now on. What waited when the backup was made has most likely been sent: it is given up.

    How many notices that were; the desk can have them tried again.
    """
    with transaction.atomic():
        since = held_since()
        if since is None:
            return 0
        old = Notice.objects.waiting().filter(created_at__lte=since)
        count = old.update(
            given_up_at=timezone.now(), error=_("From before the restore; not sent again by itself.")
        )
        Restoration.objects.holding().update(released_at=timezone.now())
        notices.send_soon()
    return count


def forget(now: datetime | None = None) -> int:
    """Delete what was sent or given up long ago; how many."""
    before = (now or timezone.now()) - KEPT
    old = Notice.objects.filter(created_at__lt=before)
    return old.exclude(sent_at=None).delete()[0] + old.exclude(given_up_at=None).delete()[0]


class _Postman:
    """One connection for a run, opened when the first mail goes out; `is_away` once the server could not be reached."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None
        self.is_away = False

    def send(self, message: EmailMessage) -> None:
        self._connection = message.connection = self._connection or get_connection()
        try:
            self._connection.open()
        except OSError:
            self.is_away = True
            raise
        try:
            if not message.send():
                raise OSError(_("The mail server took nothing."))
        except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError):
            self.is_away = True
            raise

    def close(self) -> None:
        """Also after a fault: the next mail begins with a connection of its own."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except Exception:
                log.debug("The mail server did not say goodbye.", exc_info=True)


def _due(digest: bool) -> QuerySet[Notice]:
    rows = Notice.objects.waiting().filter(due_at__lte=timezone.now())
    return rows if digest else rows.filter(is_digest=False)


def _receivers(digest: bool) -> tuple[list[int | None], list[int | None]]:
    """(the people for whom something is due, who waits longest first; [None] when the webhook has something)."""
    keys = list(dict.fromkeys(_due(digest).order_by("due_at", "pk").values_list("user", flat=True)))
    return [key for key in keys if key is not None], [None] if None in keys else []


def _claimed(user: int | None, digest: bool) -> Iterator[list[Notice]]:
    """What one receiver gets, in portions of one mail or call each, claimed when its turn comes."""
    for daily in (False, True) if digest else (False,):
        while True:
            due = _due(digest).filter(user=user, is_digest=daily).order_by("pk")
            keys = list(due.values_list("pk", flat=True)[:AT_MOST])
            together = user is not None and (daily or len(keys) >= BUNDLE)
            if not keys or not (mine := _claim(keys if together else keys[:1])):
                break
            yield mine


def _claim(keys: Sequence[int]) -> list[Notice]:
    """Those of the rows that no other sender has: the moment written is the sender's mark."""
    now = timezone.now()
    mark = now + LEASE + timedelta(microseconds=secrets.randbelow(60_000_000))
    free = Notice.objects.waiting().filter(pk__in=keys, due_at__lte=now)
    if not free.update(due_at=mark, tries=F("tries") + 1):
        return []
    mine = Notice.objects.filter(pk__in=keys, due_at=mark, sent_at=None)
    return list(mine.with_acts().order_by("pk"))


def _give_back(rows: Sequence[Notice]) -> None:
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=timezone.now(), tries=F("tries") - 1)


def _deliver(rows: list[Notice], post: _Postman, tally: Tally) -> bool:
    """Send one mail or call; False when that failed."""
    try:
        rows = _still_wanted(rows, tally)
        if not rows:
            return True
        if rows[0].channel == Channel.WEBHOOK:
            webhook.call(rows[0])
        else:
            post.send(mails.mail(rows[0].user, rows))
    except Exception as fault:  # whatever a server or a text does, the others are sent
        log.warning("A notice could not be sent: %s", fault)
        post.close()
        _failed(rows, fault, tally)
        return False
    _sent(rows)
    tally.sent += len(rows)
    return True


def _still_wanted(rows: list[Notice], tally: Tally) -> list[Notice]:
    """Those whose receiver may and wants to be told now; the others are given up, with the cause."""
    if rows[0].user_id is None:
        return rows
    person = get_user_model().objects.select_related("notice_settings").get(pk=rows[0].user_id)
    wanted = []
    for row in rows:
        row.user = person
        cause = notices.unfit(person, row.entry.post, row.why)
        if cause:
            _end(row, str(cause), tries=0)
            tally.dropped += 1
        else:
            wanted.append(row)
    return wanted


def _sent(rows: Sequence[Notice]) -> None:
    now = timezone.now()
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(sent_at=now, error="")
    if rows[0].is_digest:
        NoticeSettings.objects.filter(user=rows[0].user_id).update(last_digest_at=now)


def _failed(rows: Sequence[Notice], fault: Exception, tally: Tally) -> None:
    said = text.line(f"{type(fault).__name__}: {fault}")[:300]
    for tries, same in groupby(sorted(rows, key=lambda row: row.tries), lambda row: row.tries):
        some = list(same)
        if tries > len(PAUSES):
            for row in some:
                _end(row, said)
            tally.given_up += len(some)
            continue
        due = timezone.now() + timedelta(minutes=PAUSES[tries - 1])
        Notice.objects.filter(pk__in=[row.pk for row in some]).update(due_at=due, error=said)
        tally.failed += len(some)


def _end(row: Notice, cause: str, **more: int) -> None:
    """No further try. `tries=0` says that none was made: the receiver was not to be told any more."""
    Notice.objects.filter(pk=row.pk).update(given_up_at=timezone.now(), error=cause[:300], **more)
