"""Things for tests: only the fields that matter are spelled out."""

from datetime import UTC, datetime

from django.contrib.auth import get_user_model

from posts import roles, workflow
from posts.document import Document
from posts.models import Revision
from posts.rendering import Rendered
from posts.roles import SYSTEM

NOON = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)  # 12:00 in Tokyo
PAGE = Rendered(html="<p>本文</p>", toc=(), text="本文", minutes=1)  # rendering is tested where it lives


def make_user(role: str = "", name: str = "", **more):
    user, _made = get_user_model().objects.get_or_create(
        username=name or role or "nobody", defaults={"is_staff": True, **more}
    )
    if role:
        user.groups.add(roles.group(role))
    return user


def make_document(**fields) -> Document:
    return Document(**{"title": "見出し", "body": "本文です。", **fields})


def make_post(status: str = "draft", *, by=None, at=None, **fields) -> Revision:
    """A revision that has come to `status` by the real steps: a writer, an editor and a publisher take them."""
    writer = by or make_user("writer")
    revision = workflow.new_post(make_document(**fields), by=writer, page=PAGE)
    return advance(revision, status, at=at, by=writer)


def make_page(status: str = "published", *, at=None, **fields) -> Revision:
    """A page of the house: an editor makes it, and the path is that of every text."""
    by = make_user("editor", name="keeper")
    document = make_document(**{"title": "運営者情報", "slug": "about", **fields})
    return advance(workflow.new_page(document, by=by, page=PAGE), status, at=at, by=by)


def advance(revision: Revision, status: str, *, at=None, by=None) -> Revision:
    path = {
        "draft": [],
        "in_review": ["submit"],
        "returned": ["submit", "request_changes"],
        "approved": ["submit", "approve"],
        "published": ["submit", "approve", "publish"],
        "discarded": ["discard"],
    }[status]
    actors = {"submit": by or make_user("writer"), "discard": by or make_user("writer")}
    for step in path:
        if step == "submit":
            revision = name_the_change(revision)
        actor = actors.get(step) or make_user("publisher" if step == "publish" else "editor")
        more = {"at": at} if step == "publish" else {}
        comment = "直してください" if step == "request_changes" else ""
        revision = workflow.perform(step, revision, by=actor, comment=comment, acknowledged=True, **more)
    return revision


def name_the_change(revision: Revision) -> Revision:
    """Say `typo` where the text replaces one that readers have seen and nothing is said yet."""
    revision = Revision.objects.get(pk=revision.pk)
    seen = revision.post.revisions.begun().exclude(pk=revision.pk).exists()
    if not seen or revision.update_kind:
        return revision
    document = revision.to_document().replace(update_kind="typo")
    by = revision.created_by or SYSTEM
    return workflow.save_draft(revision, document, by=by, version=revision.version, page=PAGE)


def import_post(**fields) -> Revision:
    """A draft as an import makes it: by SYSTEM, from a file."""
    revision = workflow.new_post(make_document(**fields), by=SYSTEM, page=PAGE)
    revision.post.site, revision.post.source = "site", f"{revision.pk}.md"
    revision.post.save()
    return revision
