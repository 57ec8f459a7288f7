"""The only stage that changes the database: one file at a time, by the steps of the rule book, as SYSTEM."""

import unicodedata
from urllib.parse import unquote

from django.utils.translation import gettext as _

from posts import workflow
from posts.models import Image, Post, Redirect, Revision
from posts.roles import SYSTEM
from posts.workflow import Refused, content, history

from .problems import Problem
from .work import Work


def judge(work: Work) -> str:
    """What `write` would make of the file: created, updated, unchanged, conflict or skipped. Writes nothing."""
    return _judge(_post(work), work)


def write(work: Work) -> tuple[str, list[Problem]]:
    """(outcome, problems). Call it inside a transaction; raises Refused and IntegrityError for a file not taken."""
    post = _post(work, locked=True)
    outcome = _judge(post, work)
    return outcome, _act(outcome, post, work)


def _post(work: Work, locked: bool = False) -> Post | None:
    posts = Post.objects.select_for_update() if locked else Post.objects.all()
    return posts.filter(site=work.key[0], source=work.key[1]).first()


def _act(outcome: str, post: Post | None, work: Work) -> list[Problem]:
    if post is None:
        return _create(work)
    return ACTS[outcome](post, work)


def _judge(post: Post | None, work: Work) -> str:
    if post is None:
        return "created"
    if post.source_hash == work.digest:
        return "unchanged"
    if not work.converted.document.body and not work.wishes.allow_empty:
        return "skipped"
    taken = post.history.filter(step="import").first()
    return "conflict" if history.touched_since(post, taken) else "updated"


def _create(work: Work) -> list[Problem]:
    _take_pictures(work)
    document = work.converted.document.replace(slug=work.place.slug)
    revision = workflow.new_post(document, by=SYSTEM, page=work.page)
    Post.objects.filter(pk=revision.post_id).update(site=work.key[0], source=work.key[1])
    return _finish(revision, work)


def _update(post: Post, work: Work) -> list[Problem]:
    _take_pictures(work)
    revision = _next_text(post, work)
    problems = _finish(revision, work)
    if work.normal.is_draft and work.publish and post.revisions.published().exists():
        problems.append(Problem("warning", "hold.still_public"))
    return problems


def _next_text(post: Post, work: Work) -> Revision:
    """The file's text: saved into the open draft, or begun as a new one; the public text when it says the same."""
    document, page = work.converted.document, work.page
    if draft := post.revisions.open().first():
        return workflow.save_draft(draft, document, by=SYSTEM, version=draft.version, page=page)
    newest = post.revisions.published().first()
    if newest and content.same(newest, document):
        return newest
    return workflow.start_revision(post, by=SYSTEM, base=document, page=page)


def _finish(revision: Revision, work: Work) -> list[Problem]:
    """Adopt what is to be public, then note what was taken."""
    problems = []
    if work.is_public and revision.is_open:
        try:
            revision = workflow.perform("adopt", revision, by=SYSTEM)
        except Refused as refused:
            problems.append(Problem("warning", "hold.refused", 0, {"reason": str(refused)}))
        else:
            problems += _end(revision, work)
    problems += _redirect(revision.post, work)
    history.record("import", revision, SYSTEM, text=work.verbatim, digest=work.digest)
    sealed = {"source_hash": work.digest, "desk_seal": revision.seal_now()}
    Post.objects.filter(pk=revision.post_id).update(**sealed)
    return problems


def _end(revision: Revision, work: Work) -> list[Problem]:
    """Plan the end that the file names; a person may take it back (specs/import.md I-44)."""
    if work.end is None:
        return []
    try:
        workflow.perform(
            "unpublish", revision, by=SYSTEM, at=work.end, comment=_("The expiry date of the file.")
        )
    except Refused as refused:
        return [Problem("warning", "expiry.refused", 0, {"reason": str(refused)})]
    return [Problem("info", "expiry.set", 0, {"value": work.end.isoformat()})]


def _conflict(post: Post, work: Work) -> list[Problem]:
    """The text waits for the desk, once per state of the file; the article stays as the desk left it."""
    problems = [Problem("warning", "conflict")]
    if post.history.filter(step="conflict", digest=work.digest).exists():
        return problems
    _take_pictures(work)
    text = work.converted.document.replace(slug=post.slug).to_text()
    history.note(
        "conflict", post, SYSTEM, revision=post.revisions.open().first(), text=text, digest=work.digest
    )
    return problems


def _emptied(post: Post, work: Work) -> list[Problem]:
    return [Problem("warning", "source.emptied")]


def _nothing(post: Post, work: Work) -> list[Problem]:
    return []


def _take_pictures(work: Work) -> None:
    for picture, alt in work.converted.pictures.values():
        Image.objects.take(picture, alt=alt[:1000])


def _redirect(post: Post, work: Work) -> list[Problem]:
    """Old paths lead to the article, unless an article stands there or another one had the path first."""
    problems = []
    for old in work.redirects:
        path = unicodedata.normalize("NFC", unquote(old))
        standing = Post.objects.at(path)
        if len(path) > 500 or "\0" in path or standing == post:
            continue
        holder = None if standing else Redirect.objects.get_or_create(path=path, defaults={"post": post})[0]
        if holder is None or holder.post_id != post.pk:
            problems.append(Problem("info", "redirect.taken", 0, {"path": path}))
    return problems


ACTS = {
    "updated": _update,
    "unchanged": _nothing,
    "conflict": _conflict,
    "skipped": _emptied,
}
