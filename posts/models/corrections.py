"""What the newsroom has put right: corrections, apologies and retractions, as far as readers may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, Exists, F, OuterRef, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .post import Post
from .revision import Revision
from .updates import ON_TOP

RETRACTION = "retraction"
_LABELS = {RETRACTION: _("Retraction"), **{kind.value: kind.label for kind in ON_TOP}}
_COLUMNS = ("moment", "kind", "row", "article", "note")


@dataclass(frozen=True)
class Correction:
    """One note at the moment readers were told. `revision` is the article's text of now; a retraction has none.

    `key` names it for good; `day` is the one in the address of a retracted article.
    """

    at: datetime
    kind: str
    key: str
    note: str
    revision: Revision | None
    day: date | None

    @property
    def label(self) -> str:
        return str(_LABELS[self.kind])


def ledger(at: datetime | None = None):
    """All notes, newest first, as rows of _COLUMNS to be counted and cut; `read` makes Corrections of them."""
    return _notes(at).union(_retractions(at), all=True).order_by("-moment", "-row")


def read(rows: Sequence[dict], at: datetime | None = None) -> list[Correction]:
    """The corrections of these rows of the ledger, in at most two queries."""
    noted = {row["article"] for row in rows if row["kind"] != RETRACTION}
    gone = {row["article"] for row in rows if row["kind"] == RETRACTION}
    live = Revision.objects.published(at).filter(post__in=noted).select_related("post")
    shown = {one.post_id: one for one in live.only("post", "title", "lang", "sponsorship")} if noted else {}
    days = dict(Post.objects.filter(pk__in=gone).values_list("pk", "date")) if gone else {}
    return [_correction(row, shown, days) for row in rows]


def _correction(row: dict, shown: dict, days: dict) -> Correction:
    is_gone = row["kind"] == RETRACTION
    return Correction(
        at=row["moment"],
        kind=row["kind"],
        key=f"{'retraction' if is_gone else 'note'}-{row['row']}",
        note=row["note"],
        revision=None if is_gone else shown.get(row["article"]),
        day=days.get(row["article"]),
    )


def _notes(at: datetime | None):
    """Of all the texts that an article which is public now has had; what went with its article is told no more."""
    public = Revision.objects.published(at).values("post")
    told = Revision.objects.begun(at).noted().filter(update_kind__in=ON_TOP, post__in=public).order_by()
    columns = (F("live_from"), F("update_kind"), F("pk"), F("post"), F("update_note"))
    return told.annotate(**dict(zip(_COLUMNS, columns, strict=True))).values(*_COLUMNS)


def _retractions(at: datetime | None):
    """Of articles in whose place the notice stands: the question of Post.is_retracted, for all of them."""
    returned = Revision.objects.begun(at).filter(post=OuterRef("pk"), live_from__gte=OuterRef("notice_at"))
    posts = Post.objects.filter(notice_at__lte=at or timezone.now(), erased_at=None).exclude(Exists(returned))
    columns = (F("notice_at"), Value(RETRACTION, CharField()), F("pk"), F("pk"), F("notice"))
    return posts.order_by().annotate(**dict(zip(_COLUMNS, columns, strict=True))).values(*_COLUMNS)
