"""Asking the index: a wish narrows a queryset of revisions and puts it in order."""

from collections.abc import Sequence

from django.db.models import Case, Count, IntegerField, Q, Value, When

from posts.models.revision import RevisionQuerySet

from .dialect import of_the_database
from .wish import Wish, Word


def find(revisions: RevisionQuerySet, wish: Wish) -> RevisionQuerySet:
    """Those of the revisions that hold what is wished for; all words in the title first, then the newest.

    The same articles as asking each folded text for each folded word, on every database.
    """
    holding = of_the_database().holding
    for word in wish.unwanted:
        revisions = revisions.exclude(pk__in=holding([word.folded]))
    if not wish.words:
        return revisions.latest_first()
    in_title = When(pk__in=holding(wish.folded, in_title=True), then=Value(0))
    place = Case(in_title, default=Value(1), output_field=IntegerField())
    return revisions.filter(pk__in=holding(wish.folded)).order_by(place, "-published_at", "-pk")


def count_each(revisions: RevisionQuerySet, words: Sequence[Word]) -> list[int]:
    """How many of the revisions hold each of the words, in one query."""
    holding = of_the_database().holding
    counts = {f"n{at}": Count("pk", Q(pk__in=holding([word.folded]))) for at, word in enumerate(words)}
    found = revisions.order_by().aggregate(**counts) if counts else {}
    return [found[name] for name in counts]
