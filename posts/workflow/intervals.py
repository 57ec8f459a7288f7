"""Ends, dates and the day in the address, worked out anew from all published revisions of one article."""

from datetime import date, datetime
from itertools import zip_longest

from django.utils import timezone

from posts.models import Post, Redirect, Revision, Status, TaggedRevision

from .stamp import raise_stamp


def ends(rows: list[tuple[datetime, datetime | None]]) -> list[datetime | None]:
    """End of each interval, given (start, end a person set) in the order of the starts: DESIGN 6, "Ends"."""
    following = [start for start, _ in rows[1:]]
    return [
        min(filter(None, (own, next_start)), default=None)
        for (_, own), next_start in zip_longest(rows, following)
    ]


def settle(post: Post, now: datetime, *, entering: Revision | None = None) -> list[Revision]:
    """Write what follows from the starts and set ends of a post; the rows whose end changed, `entering` left out.

    `entering` has its live_from set and is not yet published in the database. Rows that end earlier are written
    before it and rows that end later after it, so that no two intervals overlap at any moment.
    """
    was_live = post.revisions.begun(now).exists()
    rows = sorted([*_published(post), *([entering] if entering else [])], key=lambda row: row.start)
    planned = ends([(row.start, row.end_set) for row in rows])
    changed = [
        row for row, end in zip(rows, planned, strict=True) if row is not entering and row.live_until != end
    ]
    earliest = min([row.start for row in rows] + ([post.first_live] if post.first_live else []), default=None)
    for row, end in sorted(zip(rows, planned, strict=True), key=lambda pair: _order(pair, entering)):
        row.live_until, row.published_at = end, row.date or earliest
        put(row)
    if not was_live:
        _place(post, rows[0] if rows else None)
    raise_stamp()
    return changed


def put(revision: Revision) -> None:
    """Write status and interval of a revision, with the copies that its tags carry."""
    dates = ["published_at", "live_from", "live_until"]
    revision.save(update_fields=["status", "end_set", *dates])
    TaggedRevision.objects.filter(content_object=revision).update(
        **{name: getattr(revision, name) for name in dates}
    )


def leave(revision: Revision, status: str) -> None:
    """Take a revision out of the published ones."""
    revision.status = status
    revision.live_from = revision.live_until = revision.end_set = revision.published_at = None
    put(revision)


def day_with(revision: Revision, start: datetime, now: datetime) -> date:
    """The day the article's address would have, were the revision published from `start` on."""
    post = revision.post
    if post.date and post.revisions.begun(now).exists():
        return post.date
    others = [row for row in _published(post) if row.start < start]
    first = others[0].date or others[0].start if others else revision.date or start
    return timezone.localtime(first).date()


def _published(post: Post) -> list[Revision]:
    return list(post.revisions.filter(status=Status.PUBLISHED).order_by("live_from"))


def _order(pair: tuple[Revision, datetime | None], entering: Revision | None) -> int:
    """0 for a row that ends earlier than before, 1 for the one that enters, 2 for one that ends later."""
    row, end = pair
    if row is entering:
        return 1
    return 0 if end is not None and (row.live_until is None or end < row.live_until) else 2


def _place(post: Post, first: Revision | None) -> None:
    """Give the post the day of its first published revision; an old address of that path gives way.

    A page of the house has no day: its address is its own from the start.
    """
    if not post.is_page:
        post.date = timezone.localtime(first.published_at).date() if first else None
        post.save(update_fields=["date"])
    if first:
        Redirect.objects.filter(path__in=paths(post)).delete()


def paths(post: Post) -> list[str]:
    """The public path as a redirect would spell it: decoded, with and without the slash at the end."""
    path = f"/pages/{post.slug}" if post.is_page else f"/{post.date:%Y/%m/%d}/{post.slug}"
    return [path, path + "/"]
