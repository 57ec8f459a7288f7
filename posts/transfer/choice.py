"""Which revision of which article is exported, and how the article stands with it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from posts.document.tidy import running
from posts.models import Post, Revision, Status

from .filing import Article
from .native import Standing
from .plan import Place


def chosen(now: datetime, *, newest: bool, drafts: bool) -> list[Article]:
    """What is public, or the newest text of all that was or will be (`newest`); and what never was (`drafts`)."""
    found = dict(Revision.objects.published(now).values_list("post_id", "pk"))
    if newest or drafts:
        last = _newest()
        if newest:
            public = Revision.objects.filter(status=Status.PUBLISHED).values_list("post_id", flat=True)
            found = {post: last[post] for post in public}
        if drafts:
            begun = set(Revision.objects.begun(now).values_list("post_id", flat=True))
            found |= {post: revision for post, revision in last.items() if post not in begun}
    posts = Post.objects.filter(is_page=False).values_list("pk", "date", "slug").iterator()
    return [Article(pk, found[pk], day, slug) for pk, day, slug in posts if pk in found]


def _newest() -> dict[int, int]:
    """Article -> its open revision, else the one that was or will be public last."""
    kept = Revision.objects.exclude(status=Status.DISCARDED)
    published = kept.filter(status=Status.PUBLISHED).order_by("post_id", "live_from")
    return dict(published.values_list("post_id", "pk")) | dict(kept.open().values_list("post_id", "pk"))


def standing(
    revision: Revision, now: datetime, earliest: datetime | None, redirects: Iterable[str]
) -> Standing:
    """How the article stands with this revision. `earliest`: when one of its revisions first was public."""
    post, start = revision.post, revision.live_from
    first = min(filter(None, (earliest, post.first_live)), default=None)
    return Standing(
        permalink=permalink(post),
        is_public=revision.is_live(now),
        live_from=_local(start),
        live_until=_local(_end(revision, now)),
        first_live=_local(first) if first and start and first < start else None,
        notice=running("notice", post.notice),
        notice_at=_local(post.notice_at),
        redirect_from=tuple(sorted(redirects)),
    )


def permalink(post: Post) -> str:
    """The public path, decoded; "" without one."""
    return Place(post.date, post.slug).path


def _end(revision: Revision, now: datetime) -> datetime | None:
    """A past end stays one; a coming one only when a person set it, since the successor is not in the file."""
    end = revision.live_until
    return end if end and end <= now else revision.end_set


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
