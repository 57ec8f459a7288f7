"""History: every save, step and import, written once and never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

WRITES = ("create", "start", "save")  # entries whose actor had a hand in the text


class AppendOnly(models.QuerySet):
    def update(self, **kwargs):
        raise TypeError("History is append-only.")

    def delete(self):
        raise TypeError("History is append-only.")


class HistoryQuerySet(AppendOnly):
    def erase(self, post) -> None:
        """The one door out of history: all entries of an article, when the law demands it (docs/decisions/0016).

        Only `workflow.purge` goes through it; it leaves an entry that says who, when and why.
        """
        models.QuerySet.delete(self.filter(post=post))


class HistoryEntry(models.Model):
    """One act. `target`, `live_from` and `live_until` are the revision's after it; `actor` null is SYSTEM.

    Entries that are no act on the revision (conflict, change_address) leave them empty.

    `text` is the whole document on saves and conflicts, the original file on imports; `original` the file of a conflict
    that an import left; `digest` the sha256 of the file; `base`, of a refused save, the text it was begun from.
    """

    post = models.ForeignKey("posts.Post", models.PROTECT, related_name="history")
    revision = models.ForeignKey("posts.Revision", models.PROTECT, null=True, related_name="history")
    step = models.CharField(_("step"), max_length=30)
    source = models.CharField(_("from"), max_length=20, blank=True)
    target = models.CharField(_("to"), max_length=20, blank=True)
    live_from = models.DateTimeField(null=True)
    live_until = models.DateTimeField(null=True)
    base = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("time"))
    seal = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    text = models.TextField(blank=True)
    original = models.TextField(blank=True)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["revision", "step"], name="history_revision_step"),
            models.Index("post", condition=models.Q(step="conflict"), name="history_conflict"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(
                    step__in=["request_changes", "unpublish", "retract", "comment"], comment=""
                ),
                name="history_reason_given",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.step}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("History is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("History is append-only.")
