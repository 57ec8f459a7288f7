"""Many texts at once: repairs that were prepared together, and imports that are accepted by a sample."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class RepairBatch(models.Model):
    """One recipe applied to many articles: new drafts for review, never a change of what readers see."""

    recipe = models.JSONField(default=list)  # ids of the checks whose findings were put right
    label = models.CharField(_("name"), max_length=200)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("time"))
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.label


class RepairItem(models.Model):
    """One article of a repair. `revision` holds the repaired text; `outcome` says what became of it."""

    batch = models.ForeignKey(RepairBatch, models.CASCADE, related_name="items")
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="+")
    revision = models.ForeignKey("posts.Revision", models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=20)  # prepared, skipped, undone, kept
    reason = models.CharField(max_length=300, blank=True)
    was_begun = models.BooleanField(default=False)  # the repair began the draft; otherwise it saved into one
    version = models.PositiveIntegerField(
        default=0
    )  # of the draft after the repair: later saves are somebody's

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "post"], name="repair_once")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.outcome}"


class Sample(models.Model):
    """Acceptance of a large import by a drawn sample (ISO 2859 in spirit): more than `allowed` of `size` rejected, and
    all stay in review."""

    class State(models.TextChoices):
        OPEN = "open", _("Being read")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")

    label = models.CharField(_("name"), max_length=200)
    report = models.ForeignKey("posts.ImportReport", models.SET_NULL, null=True, related_name="samples")
    seed = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("texts in the sample"))
    allowed = models.PositiveIntegerField(_("rejections allowed"))
    by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("time"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0, allowed__lt=F("size")), name="sample_size_and_allowed"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SampleItem(models.Model):
    """One text of the batch that a sample stands for; `place` is its turn in the drawn order, null: not drawn."""

    class Verdict(models.TextChoices):
        NONE = "", _("Not read yet")
        GOOD = "good", _("Good")
        REJECTED = "rejected", _("Rejected")

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="items")
    revision = models.ForeignKey("posts.Revision", models.CASCADE, related_name="+")
    seal = models.CharField(max_length=64)  # of the text as it was drawn
    place = models.PositiveIntegerField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(null=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "revision"], name="sample_item_once"),
            models.UniqueConstraint(fields=["sample", "place"], name="sample_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.verdict}"
