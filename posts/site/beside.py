"""What stands beside an article: its tags, its notes, other languages, the articles before and after, and like ones.

Two queries for all of it. The indexes answer both, however many articles there are: each tag hands in its newest few,
the section its nearest ones, and one query fetches what of them is public.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from posts.models import Revision, Tag, TaggedRevision, languages, updates

EACH = 5  # newest articles of a tag that may be shown as like this one
RELATED = 3


@dataclass(frozen=True)
class Beside:
    """Rows as cards. `newer`, `older`: in the same section, by date; `translations`: the same article, other words."""

    tags: list[Tag] = field(default_factory=list)
    related: list[Revision] = field(default_factory=list)
    newer: Revision | None = None
    older: Revision | None = None
    translations: list[Revision] = field(default_factory=list)
    told: list[Revision] = field(default_factory=list)  # earlier texts whose notes stand on the page


def beside(revision: Revision, at: datetime | None = None) -> Beside:
    """For a text of `for_page(at)`."""
    now = at or timezone.now()
    tagged = list(_tagged(revision))
    near = [row for item in tagged for row in _candidates(item)]
    found = {row.pk: row for row in _rows(revision, [*near, revision.newer, *revision.near], now)}
    public = {pk: row for pk, row in found.items() if row.post_id != revision.post_id and row.is_live(now)}
    own = languages.of(revision.lang)
    articles = {
        pk: row
        for pk, row in public.items()
        if not revision.post.is_page and not row.post.is_page and languages.of(row.lang) == own
    }
    newer, older = articles.get(revision.newer), articles.get(revision.near[0])
    return Beside(
        tags=[] if revision.post.is_page else [item.tag for item in tagged],
        related=_related(revision, articles, near, {revision.newer, revision.near[0]}),
        newer=newer,
        older=older,
        translations=[row for row in public.values() if _is_translation(row, revision)],
        told=[row for row in found.values() if row.post_id == revision.post_id],
    )


def _tagged(revision: Revision) -> QuerySet[TaggedRevision]:
    """The tags of the text in their order, each with the newest texts that have it: what ends later is left out."""
    others = TaggedRevision.objects.filter(tag=OuterRef("tag"), published_at__isnull=False, live_until=None)
    newest = others.exclude(content_object=OuterRef("content_object"))
    rows = newest.order_by("-published_at", "-content_object").values("content_object")
    near = {f"near_{number}": Subquery(rows[number : number + 1]) for number in range(EACH)}
    return revision.tagged.select_related("tag").annotate(**near).order_by("pk")


def _candidates(item: TaggedRevision) -> list[int]:
    found = (getattr(item, f"near_{number}") for number in range(EACH))
    return [pk for pk in found if pk is not None]


def _rows(revision: Revision, wanted: list[int | None], now: datetime) -> QuerySet[Revision]:
    """The wanted texts, those in other languages, and the earlier ones of the article that tell what they changed."""
    originals = _originals(revision)
    which = Q(pk__in={pk for pk in wanted if pk is not None})
    which |= Q(translation_of__in=originals) | Q(post__in=originals - {revision.post_id})
    if revision.has_told:
        which |= updates.noted_before(revision)
    return Revision.objects.begun(now).filter(which).for_cards().order_by("-live_from")


def _is_translation(row: Revision, revision: Revision) -> bool:
    originals = _originals(revision)
    return row.lang != revision.lang and (row.post_id in originals or row.translation_of_id in originals)


def _originals(revision: Revision) -> set[int]:
    """The articles of which a text in another language may be the translation."""
    return {revision.post_id} | ({revision.translation_of_id} if revision.translation_of_id else set())


def _related(
    revision: Revision, public: dict[int, Revision], near: list[int], without: set[int | None]
) -> list[Revision]:
    """Those that share most tags, the newest of them first; then the nearest of the section."""
    shared = Counter(pk for pk in near if pk in public)
    ranked = sorted(shared, key=lambda pk: (shared[pk], public[pk].published_at, pk), reverse=True)
    chosen = [pk for pk in (*ranked, *revision.near) if pk in public and pk not in without]
    return [public[pk] for pk in dict.fromkeys(chosen)][:RELATED]
