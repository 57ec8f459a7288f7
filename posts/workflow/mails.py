"""The mail of a notice: who did what to which article, why the person is told, and where to go. Never the text."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from posts import text
from posts.models import HistoryEntry, Notice, Status

from . import notices
from .guards import when

SUBJECT_LIMIT, COMMENT_LIMIT = 120, 1000

# (step, reason): what a mail says in its first line and in its subject; reason "" for everybody else
_SAID: Mapping[tuple[str, str], str | Promise] = {
    ("submit", "review_asked"): gettext_lazy("%(actor)s asks you to review “%(title)s”"),
    ("submit", ""): gettext_lazy("%(actor)s has submitted “%(title)s” for review"),
    ("claim", ""): gettext_lazy("%(actor)s is reviewing “%(title)s”"),
    ("release", ""): gettext_lazy("%(actor)s leaves the review of “%(title)s” to others"),
    ("approve", ""): gettext_lazy("%(actor)s has approved “%(title)s”"),
    ("request_changes", ""): gettext_lazy("%(actor)s has returned “%(title)s” for changes"),
    ("withdraw", ""): gettext_lazy("%(actor)s has withdrawn “%(title)s” from review"),
    ("publish", ""): gettext_lazy("%(actor)s has published “%(title)s”"),
    ("publish", "later"): gettext_lazy("%(actor)s has scheduled “%(title)s”"),
    ("cancel", ""): gettext_lazy("%(actor)s has cancelled the schedule of “%(title)s”"),
    ("keep", ""): gettext_lazy("%(actor)s has taken back the planned end of “%(title)s”"),
    ("unpublish", ""): gettext_lazy("%(actor)s has unpublished “%(title)s”"),
    ("unpublish", "later"): gettext_lazy("%(actor)s has set an end for “%(title)s”"),
    ("retract", ""): gettext_lazy("%(actor)s has retracted “%(title)s”"),
    ("discard", ""): gettext_lazy("%(actor)s has discarded a text of “%(title)s”"),
    ("comment", ""): gettext_lazy("%(actor)s has commented on “%(title)s”"),
    ("note", ""): gettext_lazy("%(actor)s has written a note on “%(title)s”"),
    ("reply", ""): gettext_lazy("%(actor)s has answered a note on “%(title)s”"),
    ("resolve", ""): gettext_lazy("%(actor)s has settled a note on “%(title)s”"),
    ("reopen", ""): gettext_lazy("%(actor)s has opened a note on “%(title)s” again"),
    ("assign", "assigned"): gettext_lazy("%(actor)s has assigned “%(title)s” to you"),
    ("assign", ""): gettext_lazy("%(actor)s has assigned “%(title)s” to somebody else"),
    ("card", ""): gettext_lazy("%(actor)s has changed the plan of “%(title)s”"),
    ("conflict", ""): gettext_lazy("The file of “%(title)s” has changed; the desk has to decide"),
    ("remark", ""): gettext_lazy("%(actor)s has left a remark on “%(title)s”"),
}
_SPEAKING = ("note", "reply", "resolve", "reopen")


def mail(user, rows: Sequence[Notice]) -> EmailMessage:
    """One mail for one notice, or for several together, in the person's language and never with the article's text."""
    with translation.override(notices.wish_of(user).lang or settings.LANGUAGE_CODE):
        items = [_item(row) for row in rows]
        subject = items[0]["said"] if len(rows) == 1 else _together(rows)
        context = {
            "items": items,
            "is_alone": len(rows) == 1,
            "site_name": settings.SITE_NAME,
            "settings_url": settings.SITE_URL + reverse("admin:posts_notice_settings"),
        }
        body = render_to_string("notices/mail.txt", context)
    subject = text.cut(text.line(f"[{settings.SITE_NAME}] {subject}"), SUBJECT_LIMIT)
    return EmailMessage(subject, body, to=[text.line(user.email)], headers=_headers(rows))


def title_of(entry: HistoryEntry) -> str:
    """The title of the text that the act was on, else of the article, on one line."""
    return text.line(entry.revision.title if entry.revision else str(entry.post))


def place(entry: HistoryEntry) -> str:
    """The address at the desk where the act is to be seen or answered."""
    post = entry.post_id
    if entry.step == "conflict":
        path = reverse("admin:posts_post_entry", args=[post, entry.pk])
    elif entry.step == "remark":
        path = reverse("admin:posts_post_share", args=[post])
    elif entry.revision and entry.revision.status in (Status.IN_REVIEW, Status.APPROVED):
        path = reverse("admin:posts_post_review", args=[post])
    else:
        path = reverse("admin:posts_post_change", args=[post])
    return settings.SITE_URL + path + ("#notes" if entry.step in _SPEAKING else "")


def short(comment: str) -> str:
    """What somebody wrote, cut to what a mail may carry: a note may quote a long passage."""
    comment = comment.strip()
    return comment if len(comment) <= COMMENT_LIMIT else comment[:COMMENT_LIMIT].rstrip() + "…"


def said(entry: HistoryEntry, why: str = "", *, title: str = "") -> str:
    """The act in a sentence, in the language that is active. `title` where the caller has it already."""
    later = entry.step in ("publish", "unpublish") and _moment(entry)
    words = _SAID.get((entry.step, "later" if later else why)) or _SAID[entry.step, ""]
    title = text.cut(title or title_of(entry), SUBJECT_LIMIT)
    return words % {"actor": text.line(entry.actor_name), "title": title}


def _item(row: Notice) -> dict[str, Any]:
    entry = row.entry
    post = entry.post
    moment = _moment(entry)
    return {
        "said": said(entry, row.why),
        "at": when(entry.at),
        "comment": [line for line in short(entry.comment).splitlines() if line.strip()],
        "moment": when(moment) if moment else "",
        "due": when(post.due) if post.due and post.due > timezone.now() else "",
        "overdue": when(post.due) if post.due and post.due <= timezone.now() else "",
        "why": notices.REASONS[row.why],
        "link": place(entry),
    }


def _moment(entry: HistoryEntry):
    """When a publication or an end takes effect, where that was later than the act."""
    moment = {"publish": entry.live_from, "unpublish": entry.live_until}.get(entry.step)
    return moment if moment and moment > entry.at else None


def _together(rows: Sequence[Notice]) -> str:
    values = {"count": len(rows), "title": text.cut(title_of(rows[0].entry), SUBJECT_LIMIT // 2)}
    if len({row.entry.post_id for row in rows}) > 1:
        return ngettext("%(count)d notice", "%(count)d notices", len(rows)) % values
    return ngettext("%(count)d notice on “%(title)s”", "%(count)d notices on “%(title)s”", len(rows)) % values


def _headers(rows: Sequence[Notice]) -> dict[str, str]:
    """The same for each try, so that a mail that arrived twice is known as one; all of an article are one thread."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    numbers = f"{rows[0].pk}" if len(rows) == 1 else f"{rows[0].pk}-{rows[-1].pk}"
    headers = {
        "Message-ID": f"<notice.{numbers}@{host}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834 5: no holiday answers, please
        "X-Auto-Response-Suppress": "All",
    }
    posts = {row.entry.post_id for row in rows}
    if len(posts) == 1:
        headers["References"] = headers["In-Reply-To"] = f"<article.{posts.pop()}@{host}>"
    return headers
