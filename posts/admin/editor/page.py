"""What the article page hands to the editor: words, addresses, targets, and a text that was not saved."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse

from posts import pictures, roles
from posts.difference import Difference, compare
from posts.document import LIMITS, Document
from posts.models import Buffer, Post, Revision

from ..forms import DocumentForm
from . import unsaved
from .words import PHRASES, WORDS

# The house's aims in characters (specs/desk.md 4): headline, summary as it is shown in lists and by search engines.
TARGETS: dict[str, dict[str, int]] = {
    "title": {"max": 32, "limit": LIMITS["title"]},
    "summary": {"min": 80, "max": 120, "limit": LIMITS["summary"]},
    "slug": {"max": 60, "limit": LIMITS["slug"]},
    "cover_alt": {"limit": LIMITS["cover_alt"]},
    "body": {"limit": LIMITS["body"]},
}
ACCEPT = "image/png,image/jpeg,image/webp,image/gif"


@dataclass(frozen=True)
class Kept:
    """A text that was not saved, as the page offers it again."""

    buffer: Buffer
    labels: list[str]
    difference: Difference | None
    is_shown: bool  # it stands in the form already

    @property
    def body(self) -> str:
        return self.buffer.fields.get("body", "")


def setting(
    request: HttpRequest,
    form: DocumentForm | None,
    post: Post | None = None,
    draft: Revision | None = None,
) -> dict:
    """What the template of an article's page needs: `editor` (for data-editor) and `kept`.

    With `?restore` the text that was not saved stands in the form, with the version and the draft it began from.
    """
    kept = None if form and form.is_bound else _kept(request, form, post)
    found = {"kept": kept, "editor": _data(request, form, post, draft, kept) if form else ""}
    return found | (_restore(form, kept.buffer, post) if form and kept and kept.is_shown else {})


def _restore(form: DocumentForm, buffer: Buffer, post: Post | None) -> dict:
    """A save of the old text cannot write over what others saved since: it says which version it began from."""
    for name in set(form.fields) & unsaved.NAMES:
        form.initial[name] = buffer.fields.get(name, "")
    return {"version": buffer.version, "draft_pk": buffer.draft_id or ""} if post else {}


def _kept(request: HttpRequest, form: DocumentForm | None, post: Post | None) -> Kept | None:
    buffer = unsaved.of(request.user, post)
    if buffer is None:
        return None
    if form is None:
        return Kept(buffer, [], None, is_shown=False)
    held = DocumentForm(buffer.fields, base=form.base, is_new=post is None)
    changed = [name for name in held.changed_data if name in unsaved.NAMES]
    if not changed:
        return None
    now = Document(body=buffer.fields.get("body", "").replace("\0", ""))
    difference = compare(Document(body=form.base.body), now) if "body" in changed else None
    labels = [str(held.fields[name].label) for name in changed]
    return Kept(buffer, labels, difference, is_shown="restore" in request.GET)


def _data(request, form: DocumentForm, post: Post | None, draft: Revision | None, kept: Kept | None) -> str:
    data = {
        "words": {name: str(words) for name, words in WORDS.items()},
        "phrases": {name: str(words) for name, words in PHRASES.items()},
        "addresses": _addresses(request),
        "targets": TARGETS,
        "fields": sorted(unsaved.NAMES),
        "body_limit": LIMITS["body"],
        "max_bytes": pictures.MAX_BYTES,
        "accept": ACCEPT,
        "user": request.user.pk,
        "post": post.pk if post else None,
        "lang": settings.LANGUAGE_CODE,
        "zone": settings.TIME_ZONE,
        "cookie": settings.CSRF_COOKIE_NAME,
        "minutes": draft.minutes if draft else 0,
        "saved_at": draft.saved_at.isoformat() if draft else "",
        "dirty": form.is_bound or bool(kept and kept.is_shown),
        "settled": unsaved.settled(request),
    }
    get_token(request)  # the script reads it from the cookie
    return json.dumps(data, ensure_ascii=False)


def _addresses(request: HttpRequest) -> dict[str, str]:
    return {
        "preview": reverse("admin:posts_preview_text"),
        "check": reverse("admin:posts_check_text"),
        "upload": reverse("admin:posts_upload") if roles.may_add_image(request.user) else "",
        "find": reverse("admin:posts_find_posts"),
        "names": reverse("admin:posts_names"),
        "buffer": reverse("admin:posts_buffer"),
        "login": reverse("admin:login"),
        "site_css": static("css/site.css"),
    }
