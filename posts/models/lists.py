"""The lists of a revision, in the order of their rows: further sections, further people, tags."""

from django.db import models
from django.db.models import Aggregate, F, Index, OuterRef, Q, Subquery
from django.db.models.functions import JSONArray
from taggit.models import ItemBase

from .taxonomy import Author, Tag


class Placement(models.Model):
    """A further section of a revision, in the order of the rows."""

    revision = models.ForeignKey("posts.Revision", models.CASCADE, related_name="placements")
    category = models.ForeignKey("posts.Category", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["revision", "category"], name="placement_once")]

    def __str__(self) -> str:
        return str(self.category)


class Coauthorship(models.Model):
    """A further byline of a revision, in the order of the rows."""

    revision = models.ForeignKey("posts.Revision", models.CASCADE, related_name="coauthorships")
    author = models.ForeignKey("posts.Author", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["revision", "author"], name="coauthorship_once")]

    def __str__(self) -> str:
        return str(self.author)


class TaggedRevision(ItemBase):
    """A tag of a revision, with the revision's public dates copied for the tag pages (specs/intervals.md 3)."""

    tag = models.ForeignKey(Tag, models.PROTECT, related_name="tagged_revisions")
    content_object = models.ForeignKey("posts.Revision", models.CASCADE, related_name="tagged")
    published_at = models.DateTimeField(null=True)
    live_from = models.DateTimeField(null=True)
    live_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            Index(
                "tag",
                F("published_at").desc(),
                F("content_object").desc(),
                "live_from",
                "live_until",
                condition=Q(published_at__isnull=False),
                name="tr_order",
            )
        ]
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="tagged_once")]

    def __str__(self) -> str:
        return str(self.tag)


class JSONList(Aggregate):
    """The rows of a group as one list of JSON."""

    function = "JSON_GROUP_ARRAY"
    output_field = models.JSONField()

    def as_postgresql(self, compiler, connection, **more):
        return self.as_sql(compiler, connection, function="JSONB_AGG", **more)


def coauthored(revision: OuterRef) -> Subquery:
    """The further bylines of a revision as a column: [[row, author, name, slug], …], to be read by `coauthors_of`."""
    rows = Coauthorship.objects.filter(revision=revision).order_by().values("revision")
    one = JSONArray("pk", "author__pk", "author__name", "author__slug")
    return Subquery(rows.annotate(found=JSONList(one)).values("found"), output_field=models.JSONField())


def coauthors_of(column: list | None) -> list[Author]:
    """The people of such a column in their order, with what a byline shows of them."""
    return [Author(pk=pk, name=name, slug=slug) for _row, pk, name, slug in sorted(column or [])]


def listed(rows, field: str):
    """The rows of a list in its order: those that `for_documents` has fetched, else in one query."""
    fetched = getattr(rows.instance, "_prefetched_objects_cache", {})
    name = rows.field.remote_field.related_name
    return fetched[name] if name in fetched else rows.select_related(field).order_by("pk")
