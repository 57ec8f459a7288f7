"""The approval record of an article: a page to print, and the same as JSON."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from posts import roles, workflow
from posts.models import HistoryEntry, Post
from posts.templatetags.desk import act
from posts.templatetags.editorial import iso

HOW = (
    '`seal` is the SHA-256 of the UTF-8 bytes of `sealed`: printf %s "$sealed" | sha256sum. `sealed` holds the '
    "same words as `text`; names stand in it by primary key, the cover by the SHA-256 of its file, moments in UTC."
)


def record_page(post: Post) -> dict:
    return {
        "title": _("Approval record"),
        "post": post,
        "approvals": workflow.approvals(post),
        "made_at": timezone.now(),
    }


def download(request: HttpRequest, post: Post) -> HttpResponse:
    """The record as a JSON file."""
    record = {
        "site": settings.SITE_NAME,
        "article": {"id": post.pk, "address": post.get_absolute_url(), "slug": post.slug},
        "made_at": iso(timezone.now()),
        "made_by": roles.name_of(request.user),
        "how_to_verify": HOW,
        "approvals": [_approval(approval) for approval in workflow.approvals(post)],
    }
    answer = HttpResponse(
        json.dumps(record, ensure_ascii=False, indent=2, default=str),
        content_type="application/json; charset=utf-8",
    )
    name = slugify(post.slug) or str(post.pk)
    answer["Content-Disposition"] = f'attachment; filename="approvals-{name}.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _approval(approval: workflow.Approval) -> dict:
    revision = approval.revision
    return {
        "revision": revision.number,
        "title": revision.title,
        "approved": _act(approval.entry),
        "how": approval.way,
        "seal": approval.entry.seal,
        "sealed": approval.sealed,
        "is_proved": approval.is_proved,
        "text": approval.text,
        "written_by": [{"name": name, "saves": count} for name, count in approval.writers.items()],
        "submitted": _act(approval.submitted) if approval.submitted else None,
        "taken_back": _act(approval.ended) if approval.ended else None,
        "public": [
            _act(entry) | {"from": iso(entry.live_from), "until": iso(entry.live_until)}
            for entry in approval.public
        ],
        "live_from": iso(revision.live_from) if approval.stands else "",
        "live_until": iso(revision.live_until) if approval.stands else "",
        "sealed_anew": [_act(entry) for entry in approval.resealed],
        "notes": [
            {
                "by": note.author_name,
                "at": iso(note.created_at),
                "must": note.must,
                "passage": note.quote,
                "text": note.text,
                "settled_by": note.resolved_by_name,
                "settled_at": iso(note.resolved_at),
            }
            for note in approval.notes
        ],
    }


def _act(entry: HistoryEntry) -> dict:
    return {
        "step": entry.step,
        "act": str(act(entry)),
        "by": entry.actor_name,
        "at": iso(entry.at),
        "comment": entry.comment,
    }
