"""The only stage that changes the database, by the rule book and as SYSTEM: new files many at once, others singly."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from posts import workflow
from posts.document import Document
from posts.models import Image, Post, Revision
from posts.roles import SYSTEM
from posts.workflow import Arrival, Interval, Refused, content, history

from . import redirects
from .plan import Key
from .problems import Problem
from .work import Work

Written = tuple[str, list[Problem]]  # outcome, problems


def judge(work: Work) -> str:
    """What `write` would make of the file: created, updated, unchanged, conflict or skipped. Writes nothing."""
    return _judge(_post(work), work)


def write(works: Sequence[Work]) -> list[Written]:
    """Store the files, each whole or not at all. Call it inside a transaction."""
    known = _known(works)
    new = [work for work in works if work.key not in known]
    try:
        with transaction.atomic():
            created = dict(zip((work.key for work in new), _create(new), strict=True))
    except (Refused, IntegrityError, DataError, OperationalError):
        created = {}  # one of them is not taken, or another import was faster or in the way: look at each
    return [created.get(work.key) or _singly(work) for work in works]


def rename(old: Key, new: Key, paths: Sequence[str]) -> None:
    """The article of a file that has another name now; addresses that come from the new name lead to it."""
    post = Post.objects.select_for_update().filter(site=old[0], source=old[1]).first()
    if post is None:
        return  # another import has just done it
    Post.objects.filter(pk=post.pk).update(site=new[0], source=new[1])
    redirects.lead([(post, paths)])


def _singly(work: Work) -> Written:
    """One file in a savepoint; a race with another import is decided by looking again."""
    for chance in (2, 1):
        try:
            with transaction.atomic():
                post = _post(work, locked=True)
                outcome = _judge(post, work)
                return outcome, ACTS[outcome](post, work) if post else _create([work])[0][1]
        except Refused as refused:
            return "failed", [Problem("error", "write.refused", 0, {"reason": str(refused)})]
        except (IntegrityError, DataError) as error:
            if chance == 1 or not isinstance(error, IntegrityError):
                return "failed", [
                    Problem("error", "write.database", 0, {"reason": str(error).splitlines()[0]})
                ]
    raise AssertionError


def _known(works: Iterable[Work]) -> set[Key]:
    """Those files whose article is there already, also when another import has just brought it."""
    sources: dict[str, list[str]] = {}
    for work in works:
        sources.setdefault(work.key[0], []).append(work.key[1])
    rows = (
        Post.objects.filter(site=site, source__in=names).values_list("site", "source")
        for site, names in sources.items()
    )
    return {(str(site), str(source)) for found in rows for site, source in found}


def _post(work: Work, locked: bool = False) -> Post | None:
    posts = Post.objects.select_for_update() if locked else Post.objects.all()
    return posts.filter(site=work.key[0], source=work.key[1]).first()


def _judge(post: Post | None, work: Work) -> str:
    if post is None:
        return "created"
    if post.source_hash == work.digest or history.is_declined(post, work.digest):
        return "unchanged"
    if not work.converted.document.body and not work.wishes.allow_empty:
        return "skipped"
    taken = post.history.filter(step="import").first()
    return "conflict" if history.touched_since(post, taken) else "updated"


def _create(works: Sequence[Work]) -> list[Written]:
    """New articles. Raises Refused and IntegrityError when one of them is not taken."""
    if not works:
        return []
    for work in works:
        content.check_choices(work.converted.document.replace(cover=""))
        _take_pictures(work)
    arrived = workflow.arrive([_arrival(work) for work in works])
    written: list[Written] = []
    posts = [one.revision.post for one in arrived]
    leading = redirects.lead([(post, work.redirects) for post, work in zip(posts, works, strict=True)])
    for work, one, taken in zip(works, arrived, leading, strict=True):
        held = [Problem("warning", "hold.refused", 0, {"reason": one.refusal})] if one.refusal else []
        written.append(("created", [*held, *told_end(work, one.refusal), *taken]))
    return written


def _arrival(work: Work) -> Arrival:
    return Arrival(
        document=work.converted.document.replace(slug=work.place.slug),
        page=work.page,
        site=work.key[0],
        source=work.key[1],
        digest=work.digest,
        original=work.verbatim,
        interval=interval(work) if work.is_public and not work.gated else None,
        translation=work.translation,
    )


def interval(work: Work) -> Interval:
    """From the document's date on, or as the article stood when it was exported."""
    standing, date = work.normal.standing, work.converted.document.date
    if standing is None:
        assert date  # without one it is held
        return Interval(date, work.end)
    assert standing.live_from
    first = standing.first_live
    return Interval(
        start=standing.live_from,
        end=standing.live_until,
        day=work.place.day,
        first=first if first and first < standing.live_from else None,
        notice=standing.notice if standing.notice_at else "",
        notice_at=standing.notice_at if standing.notice else None,
    )


def told_end(work: Work, refusal: str) -> list[Problem]:
    if work.end is None or not work.is_public or work.gated or refusal or work.normal.standing:
        return []
    return [Problem("info", "expiry.set", 0, {"value": work.end.isoformat()})]


def _update(post: Post, work: Work) -> list[Problem]:
    _take_pictures(work)
    revision = _next_text(post, work)
    problems = _finish(revision, work)
    if work.normal.is_draft and work.publish and post.revisions.published().exists():
        problems.append(Problem("warning", "hold.still_public"))
    return problems


def _next_text(post: Post, work: Work) -> Revision:
    """The file's text: saved into the open draft, or begun as a new one; the public text when it says the same."""
    document, page = _document(work), work.page
    if draft := post.revisions.open().first():
        return workflow.save_draft(draft, document, by=SYSTEM, version=draft.version, page=page)
    newest = post.revisions.published().first()
    if newest and content.same(newest, document):
        return newest
    return workflow.start_revision(post, by=SYSTEM, base=document, page=page)


def _document(work: Work) -> Document:
    """The file's text, naming the article it translates as the desk does."""
    document, key = work.converted.document, work.translation
    original = Post.objects.filter(site=key[0], source=key[1]).first() if key else None
    return document.replace(translation_of=original.reference) if original else document


def _finish(revision: Revision, work: Work) -> list[Problem]:
    """Adopt what is to be public, then note what was taken."""
    problems: list[Problem] = []
    if work.is_public and not work.gated and not work.is_over() and revision.is_open:
        try:
            revision = workflow.perform("adopt", revision, by=SYSTEM, until=work.end)
        except Refused as refused:
            problems.append(Problem("warning", "hold.refused", 0, {"reason": str(refused)}))
        else:
            problems += told_end(work, "")
    problems += _over(revision.post, work)
    problems += redirects.lead([(revision.post, work.redirects)])[0]
    history.record("import", revision, SYSTEM, text=work.verbatim, digest=work.digest)
    sealed = {"source_hash": work.digest, "desk_seal": revision.seal_now()}
    Post.objects.filter(pk=revision.post_id).update(**sealed)
    return problems


def _over(post: Post, work: Work) -> list[Problem]:
    """An exported article that has ended where it came from ends here as well."""
    live = post.revisions.published().first()
    if not (work.normal.standing and work.publish and work.is_over() and live):
        return []
    said = _("It has ended on the site that it was exported from.")
    try:
        workflow.perform("unpublish", live, by=SYSTEM, comment=said)
    except Refused as refused:
        return [Problem("warning", "expiry.refused", 0, {"reason": str(refused)})]
    return [Problem("info", "expiry.set", 0, {"value": datetime.now(UTC).isoformat()})]


def _conflict(post: Post, work: Work) -> list[Problem]:
    """The text waits for the desk, once per state of the file; the article stays as the desk left it."""
    problems = [Problem("warning", "conflict")]
    if post.history.filter(step="conflict", digest=work.digest).exists():
        return problems
    _take_pictures(work)
    text = work.converted.document.replace(slug=post.slug).to_text()
    draft = post.revisions.open().first()
    history.note(
        "conflict", post, SYSTEM, revision=draft, text=text, original=work.verbatim, digest=work.digest
    )
    return problems


def _emptied(post: Post, work: Work) -> list[Problem]:
    return [Problem("warning", "source.emptied")]


def _nothing(post: Post, work: Work) -> list[Problem]:
    return []


def _take_pictures(work: Work) -> None:
    """Pictures into the store; smaller forms that could not be made wait for `make_variants`."""
    for address, (picture, alt) in work.converted.pictures.items():
        Image.objects.take(picture, alt=alt[:1000], forms=work.forms.get(address), make=False)


ACTS: dict[str, Callable[[Post, Work], list[Problem]]] = {
    "updated": _update,
    "unchanged": _nothing,
    "conflict": _conflict,
    "skipped": _emptied,
}
