"""Notes of the desk on a text: anchored to a passage, answered, resolved."""

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class NoteQuerySet(models.QuerySet):
    def threads(self):
        """Notes that are no answers, oldest first, with their answers and people."""
        answers = Prefetch("answers", Note.objects.select_related("author").order_by("pk"))
        return self.filter(parent=None).select_related("author").prefetch_related(answers).order_by("pk")

    def open(self):
        return self.filter(parent=None, resolved_at=None)

    def must(self):
        return self.filter(must=True)


def with_open_musts(revisions):
    """Revisions with `open_musts`: how many notes on any text of their article stand in the way of an approval."""
    notes = Note.objects.open().must().filter(revision__post=OuterRef("post")).order_by()
    counted = notes.values("revision__post").annotate(n=Count("pk")).values("n")
    return revisions.annotate(open_musts=Coalesce(Subquery(counted), 0))


class Note(models.Model):
    """A word about a text. `quote` is the passage it speaks of ("" for the whole), `before` what stands before it.

    `must`: the text cannot be approved while this is open. Answers have a `parent` and no anchor of their own.
    """

    revision = models.ForeignKey("posts.Revision", models.CASCADE, related_name="notes")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(_("by"), max_length=150)
    must = models.BooleanField(_("must be settled before approval"), default=False)
    created_at = models.DateTimeField(_("time"))
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    resolved_by_name = models.CharField(max_length=150, blank=True)
    quote = models.CharField(_("passage"), max_length=500, blank=True)
    before = models.CharField(max_length=100, blank=True)
    text = models.TextField(_("note"))

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["pk"]
        indexes = [
            models.Index("revision", condition=Q(parent=None, resolved_at=None), name="note_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="note_not_empty"),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(must=False, quote="", resolved_at=None), name="note_answer_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
