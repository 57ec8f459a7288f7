"""What readers see of an article, in one word, and the revisions that a desk page shows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from posts import workflow
from posts.models import OPEN, Note, Post, Revision, Status, with_open_musts

_TEXT = ("body", "html", "extra")

PUBLIC = {
    "public": _("Public"),
    "scheduled": _("Scheduled"),
    "ended": _("Not public any more"),
    "retracted": _("Retracted"),
    "": "",
}


@dataclass(frozen=True)
class Standing:
    """An article at one moment: its open revision, what is live, what is scheduled, what was live last."""

    post: Post
    now: datetime
    open: Revision | None
    live: Revision | None
    scheduled: tuple[Revision, ...]
    past: tuple[Revision, ...]
    newest: Revision | None

    @property
    def public(self) -> str:
        if self.live:
            return "public"
        if self.scheduled:
            return "scheduled"
        if self.past:
            return "retracted" if self.post.notice_at and self._notice_stands() else "ended"
        return ""

    @property
    def public_label(self) -> str | Promise:
        return PUBLIC[self.public]

    @property
    def shown(self) -> Revision | None:
        """The revision the desk speaks of: the open one, else the live one, else the newest."""
        return self.open or self.live or (self.scheduled[0] if self.scheduled else None) or self.newest

    @property
    def in_trash(self) -> bool:
        """Whether every text of the article was discarded; what has been public never is."""
        return self.newest is not None and self.newest.status == Status.DISCARDED and not self._published

    @property
    def _published(self) -> bool:
        return bool(self.open or self.live or self.scheduled or self.past)

    @property
    def next(self) -> Revision | None:
        """What takes the place of the live text at its end."""
        return next(
            (row for row in self.scheduled if self.live and row.live_from == self.live.live_until), None
        )

    @property
    def acting(self) -> list[Revision]:
        """Revisions on which a step may be possible, the open one apart."""
        last = [] if self.live or not self.past else [self.past[-1]]
        return [*([self.live] if self.live else []), *self.scheduled, *last]

    def _notice_stands(self) -> bool:
        return all(row.live_from < self.post.notice_at for row in self.past)


def standings(posts: list[Post]) -> dict[int, Standing]:
    """{primary key: standing} for a page of articles, in one query."""
    rows: dict[int, list[Revision]] = {post.pk: [] for post in posts}
    revisions = Revision.objects.filter(post__in=rows).select_related(
        "category", "author", "saved_by", "reviewer"
    )
    for row in revisions.defer("body", "html", "text", "toc", "extra").order_by("number"):
        rows[row.post_id].append(row)
    now = timezone.now()
    return {post.pk: _standing(post, rows[post.pk], now) for post in posts}


def standing(post: Post) -> Standing:
    return standings([post])[post.pk]


def standing_with_text(post: Post, user) -> Standing:
    """The standing of one article, its open text with all that a form shows of it but its lists; in one query.

    The texts have `has_notes`, whether any text of the article has notes, and what guards ask of the user.
    """
    text = {name: Case(When(status__in=OPEN, then=F(name))) for name in _TEXT}
    people = ("category", "author", "cover", "saved_by", "reviewer", "approved_by", "verdict")
    notes = Note.objects.filter(revision__post=OuterRef("post"))
    found = post.revisions.select_related(*people).annotate(
        has_notes=Exists(notes), **{f"open_{name}": case for name, case in text.items()}
    )
    found = workflow.with_hand(with_open_musts(found), by=user)
    rows = list(found.defer(*_TEXT, "text", "toc").order_by("number"))
    for row in rows:
        if row.status in OPEN:
            for name in _TEXT:
                setattr(row, name, getattr(row, f"open_{name}"))
    return _standing(post, rows, timezone.now())


def _standing(post: Post, rows: list[Revision], now: datetime) -> Standing:
    for row in rows:
        row.post = post
    published = sorted((row for row in rows if row.status == Status.PUBLISHED), key=lambda row: row.live_from)
    post.starts = {row.pk: row.live_from for row in published}  # guards ask for them
    return Standing(
        post=post,
        now=now,
        open=next((row for row in rows if row.status in OPEN), None),
        live=next((row for row in published if row.is_live(now)), None),
        scheduled=tuple(row for row in published if row.live_from > now),
        past=tuple(row for row in published if row.live_until and row.live_until <= now),
        newest=rows[-1] if rows else None,
    )
