"""Guards: (revision, actor, ask) -> the reason why not, in the reader's language, or an empty string."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts import quality, roles
from posts.checks import Finding
from posts.models import Note, Revision
from posts.models.choices import UpdateKind
from posts.roles import SYSTEM

from . import history, intervals

REASON_LENGTH = 10


@dataclass(frozen=True)
class Ask:
    """What somebody wants: `at` is the moment the act takes effect, `now` the moment it is asked."""

    now: datetime
    at: datetime
    comment: str = ""
    notice: str = ""
    acknowledged: bool = False
    until: datetime | None = None  # the end that an adoption sets
    reviewer: Any = None  # the user who is asked to review; None asks everybody who may
    sample: Any = None  # the accepted sample that stands for the text
    _hands: dict[int, set[int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _found: dict[int, list[Finding]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def has_hand(self, revision: Revision, actor) -> bool:
        """Whether the actor has worked on the text; several guards of one question ask the database once."""
        known = history.known_hand(revision, actor)
        if known is not None:
            return known
        if revision.pk not in self._hands:
            self._hands[revision.pk] = history.hands_on(revision)
        return actor.pk in self._hands[revision.pk]

    def standing(self, revision: Revision) -> list[Finding]:
        """The findings that nothing covers at the moment of the act; judged once for all guards of one question."""
        if revision.pk not in self._found:
            self._found[revision.pk] = quality.standing(revision, max(self.at, self.now))
        return self._found[revision.pk]


def when(value: datetime) -> str:
    return date_format(localtime(value), _("F j, Y, G:i"))


def _starts(revision: Revision) -> dict[int, datetime]:
    """{published text of the article: when it begins}; `starts` where a page of the desk has fetched them already."""
    known: dict[int, datetime] | None = getattr(revision.post, "starts", None)
    if known is not None:
        return known
    return {row.pk: row.start for row in revision.post.revisions.filter(status="published").only("live_from")}


def may_edit(revision: Revision, actor, ask: Ask) -> str:
    return "" if roles.may_edit(actor, revision.post) else _("This article belongs to somebody else.")


def may_edit_or_review(revision: Revision, actor, ask: Ask) -> str:
    return "" if roles.may(actor, "review") else may_edit(revision, actor, ask)


def not_own_work(revision: Revision, actor, ask: Ask) -> str:
    if settings.EDITORIAL_FOUR_EYES and ask.has_hand(revision, actor):
        return _("You cannot approve your own text. Ask somebody who has not worked on it.")
    return ""


def no_open_must(revision: Revision, actor, ask: Ask) -> str:
    """Also those of the article's earlier texts: what was demanded goes on until it is settled."""
    waiting = getattr(revision, "open_musts", None)  # of `with_open_musts`: one question less
    if waiting is None:
        waiting = Note.objects.open().must().filter(revision__post=revision.post_id).count()
    words = ngettext(
        "%(count)d note has to be settled first.", "%(count)d notes have to be settled first.", waiting
    )
    return words % {"count": waiting} if waiting else ""


def change_named(revision: Revision, actor, ask: Ask) -> str:
    """What replaces a text that readers have seen says what kind of change it is; all but a typo say it to readers."""
    if not any(start <= ask.now for pk, start in _starts(revision).items() if pk != revision.pk):
        return ""
    if revision.update_kind == UpdateKind.NONE:
        return _("Say what kind of change this is: readers have seen an earlier text.")
    if revision.update_kind != UpdateKind.TYPO and not revision.update_note.strip():
        return _("Write the note on the change that readers will see.")
    return ""


def reviewer_fits(revision: Revision, actor, ask: Ask) -> str:
    """The person who is asked has to be able to approve: DESIGN 6, four eyes."""
    if ask.reviewer is None:
        return ""
    if not (ask.reviewer.is_active and roles.may(ask.reviewer, "review")):
        return _("%(name)s may not review. Ask somebody else, or nobody by name.") % {
            "name": roles.name_of(ask.reviewer)
        }
    return not_own_work(revision, ask.reviewer, ask) and _(
        "%(name)s has worked on this text and may not approve it. Ask somebody else."
    ) % {"name": roles.name_of(ask.reviewer)}


def not_claimed_by_actor(revision: Revision, actor, ask: Ask) -> str:
    mine = revision.claimed_at and revision.reviewer_id == actor.pk
    return _("You are reviewing this text already.") if mine else ""


def has_reviewer(revision: Revision, actor, ask: Ask) -> str:
    return "" if revision.reviewer_id else _("Nobody is reviewing this text.")


def rendered(revision: Revision, actor, ask: Ask) -> str:
    return "" if revision.rendered_with else _("The text cannot be shown yet. Simplify it and save it again.")


def seal_matches(revision: Revision, actor, ask: Ask) -> str:
    if revision.seal and revision.seal == revision.seal_now():
        return ""
    return _("The text is not the one that was approved. Withdraw it and have it reviewed again.")


def not_in_past(revision: Revision, actor, ask: Ask) -> str:
    if ask.at >= ask.now or (actor is SYSTEM and not revision.post.revisions.begun(ask.now).exists()):
        return ""  # what readers have seen is never rewritten, not even by the machine
    return _("%(time)s has already passed. Choose a later moment, or leave it empty for now.") % {
        "time": when(ask.at)
    }


def date_not_later(revision: Revision, actor, ask: Ask) -> str:
    if revision.date is None or revision.date <= ask.at:
        return ""
    return _("The article is dated %(time)s. Publish it from then on, or change its date.") % {
        "time": when(revision.date)
    }


def embargo(revision: Revision, actor, ask: Ask) -> str:
    until = revision.post.embargo_until
    if until is None or until <= ask.at:
        return ""
    return _("There is an embargo until %(time)s.") % {"time": when(until)}


def address_free(revision: Revision, actor, ask: Ask) -> str:
    if revision.post.is_page:
        return ""  # its address was taken when the page was made
    day = intervals.day_with(revision, ask.at, ask.now)
    taken = type(revision.post).objects.filter(date=day, slug=revision.post.slug).exclude(pk=revision.post_id)
    return address_taken(revision.post.slug) if taken.exists() else ""


def address_taken(slug: str) -> str:
    return _("Another article of that day has the address “%(slug)s”. Change the slug of this one.") % {
        "slug": slug
    }


def start_free(revision: Revision, actor, ask: Ask) -> str:
    if not revision.post.revisions.filter(status="published", live_from=ask.at).exists():
        return ""
    return _("Another version of this article starts at that very moment. Choose another one.")


def not_yet_live(revision: Revision, actor, ask: Ask) -> str:
    return "" if revision.start > ask.now else _("It is already public. Unpublish it instead.")


def nothing_open(revision: Revision, actor, ask: Ask) -> str:
    if not revision.post.revisions.open().exists():
        return ""
    return _("Another draft of this article is open. Publish or discard that one first.")


def live(revision: Revision, actor, ask: Ask) -> str:
    return "" if revision.is_live(ask.now) else _("It is not public now.")


def after_start(revision: Revision, actor, ask: Ask) -> str:
    return "" if ask.at > revision.start else end_before_start()


def end_before_start() -> str:
    return _("The end must be later than the beginning.")


def end_is_earlier(revision: Revision, actor, ask: Ask) -> str:
    if revision.end_set is None or ask.at < revision.end_set:
        return ""
    return _("Its end is set to %(time)s already. Take that end back first.") % {
        "time": when(revision.end_set)
    }


def nothing_later(revision: Revision, actor, ask: Ask) -> str:
    if not any(start > ask.now for start in _starts(revision).values()):
        return ""
    return _("A later version is scheduled. Cancel that one first.")


def end_is_planned(revision: Revision, actor, ask: Ask) -> str:
    if revision.live_until is None or revision.live_until <= ask.now:
        return _("No end is planned.")
    if any(start > revision.start for start in _starts(revision).values()):
        return _("A later version takes its place. Cancel that one first.")
    return ""


def has_begun(revision: Revision, actor, ask: Ask) -> str:
    return "" if revision.start < ask.now else _("It has not been public yet. Cancel it instead.")


def latest_begun(revision: Revision, actor, ask: Ask) -> str:
    later = any(revision.start < start <= ask.now for start in _starts(revision).values())
    return _("A later version has been public. Retract that one.") if later else ""


def has_comment(revision: Revision, actor, ask: Ask) -> str:
    return "" if ask.comment.strip() else _("Write a comment.")


def has_reason(revision: Revision, actor, ask: Ask) -> str:
    return "" if ask.comment.strip() else _("Give a reason.")


def has_full_reason(revision: Revision, actor, ask: Ask) -> str:
    if len(ask.comment.strip()) >= REASON_LENGTH:
        return ""
    return _("Give a reason of %(count)d characters or more.") % {"count": REASON_LENGTH}


def has_notice(revision: Revision, actor, ask: Ask) -> str:
    return (
        ""
        if ask.notice.strip()
        else _("Write the public notice that readers will see in the article's place.")
    )


def notice_is_new(revision: Revision, actor, ask: Ask) -> str:
    post = revision.post
    if post.notice != ask.notice.strip() or not post.is_retracted(ask.now):
        return ""
    return _("The article is retracted already, with this very notice.")


def has_date(revision: Revision, actor, ask: Ask) -> str:
    has_been_public = revision.date is None and revision.post.revisions.begun(ask.now).exists()
    return "" if revision.date or has_been_public else _("The file gives no date.")


def end_after_start(revision: Revision, actor, ask: Ask) -> str:
    start = max(ask.at, revision.date) if revision.date else ask.at
    return "" if ask.until is None or ask.until > start else end_before_start()


def no_person_ended(revision: Revision, actor, ask: Ask) -> str:
    if not history.ended_by_a_person(revision.post):
        return ""
    return _("Somebody at the desk has unpublished or retracted this article.")
