"""Asking the index: which of the revisions handed in hold what is wished for, in their order."""

from collections.abc import Sequence

from django.db.models import Case, Count, F, IntegerField, Q, Value, When

from posts.models.revisions import RevisionQuerySet

from .dialect import of_the_database
from .wish import Wish, Word


def find(revisions: RevisionQuerySet, wish: Wish) -> list[int]:
    """Keys of those that hold all words and none of the unwanted: all words in the title first, then the newest.

    The same as asking each folded text for each folded word, on every database. All keys in one query: counting first
    would look for a common phrase twice, which is most of the time (docs/decisions/0023).
    """
    holding = of_the_database().holding
    rows = revisions.alias(
        key=F("pk") + 0
    )  # a sum: SQLite shall walk the index of dates, not look up each number
    for word in wish.unwanted:
        rows = rows.exclude(key__in=holding([word.folded]))
    if not wish.words:
        return list(rows.latest_first().values_list("pk", flat=True))
    titled = When(key__in=holding(wish.folded, in_title=True), then=Value(0))
    rows = rows.filter(key__in=holding(wish.folded)).annotate(
        place=Case(titled, default=Value(1), output_field=IntegerField())
    )
    found = list(rows.latest_first().values_list("pk", "place"))
    return [pk for place in (0, 1) for pk, stands in found if stands == place]


def count_each(revisions: RevisionQuerySet, words: Sequence[Word]) -> list[int]:
    """How many of the revisions hold each of the words, in one query."""
    holding = of_the_database().holding
    counts = {f"n{at}": Count("pk", Q(pk__in=holding([word.folded]))) for at, word in enumerate(words)}
    found = revisions.order_by().aggregate(**counts) if counts else {}
    return [found[name] for name in counts]
