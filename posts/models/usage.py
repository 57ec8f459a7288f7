"""How many articles a section, a person or a tag stands on."""

from django.db.models import F, Func, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from .revision import Revision
from .taxonomy import NameQuerySet, Tag

HERE = OuterRef("pk")


def counted(names: NameQuerySet) -> NameQuerySet:
    """The names with `public`, the articles that readers find under each now, and `articles`, all that name it.

    All counts old texts as well: as long as one names the row, the row cannot be deleted.
    """
    live = Revision.objects.published()
    if names.model is Tag:
        public, every = (
            _number(live.filter(tagged__tag=HERE)),
            _number(Revision.objects.filter(tagged__tag=HERE)),
        )
        return names.annotate(public=public, articles=every)
    main, more = {
        "category": ("category", "placements__category"),
        "author": ("author", "coauthorships__author"),
    }[names.model._meta.model_name]
    first, further = {main: HERE}, {more: HERE}
    elsewhere = {f"post__revisions__{main}": HERE}
    return names.annotate(
        public=_number(live.filter(**first)) + _number(live.filter(**further).exclude(**first)),
        articles=_number(Revision.objects.filter(**first))
        + _number(Revision.objects.filter(**further).exclude(**elsewhere)),
    )


def with_covers(images):
    """The pictures of a queryset with `cover_count`, the articles that have or had each as their cover."""
    return images.annotate(cover_count=_number(Revision.objects.filter(cover=HERE)))


def _number(revisions):
    """How many articles these are the texts of, as a subquery: no GROUP BY, so that no row gives 0."""
    count = Func(F("post"), template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField())
    return Coalesce(Subquery(revisions.order_by().annotate(count=count).values("count")), 0)
