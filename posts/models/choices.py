"""The words a revision's columns may hold, and what they are called at the desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RETURNED = "returned", _("Returned")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


EDITABLE = (Status.DRAFT, Status.RETURNED)
OPEN = (*EDITABLE, Status.IN_REVIEW, Status.APPROVED)


class Approval(models.TextChoices):
    """How an approval came about. No row of before the second way says so: empty is read as reviewed."""

    REVIEWED = "reviewed", _("Reviewed")
    SAMPLED = "sampled", _("Accepted by a sample")


class Format(models.TextChoices):
    MARKDOWN = "markdown", _("Markdown")
    HTML = "html", _("HTML")


class Sponsorship(models.TextChoices):
    NONE = "", _("None")
    AD = "ad", _("Advertisement (PR)")
    TIE_UP = "tie_up", _("Tie-up")
    AFFILIATE = "affiliate", _("Contains affiliate links")


class AiUse(models.TextChoices):
    NONE = "", _("None")
    ASSISTED = "assisted", _("Assisted")
    GENERATED = "generated", _("Generated")


class UpdateKind(models.TextChoices):
    NONE = "", _("Not said")
    TYPO = "typo", _("Typo or wording, no note")
    CORRECTION = "correction", _("Correction")
    ADDITION = "addition", _("Addition")
    UPDATE = "update", _("Update")
    APOLOGY = "apology", _("Apology")


SILENT = (UpdateKind.NONE, UpdateKind.TYPO)  # kinds that readers are not told of
