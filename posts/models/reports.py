"""Reports of imports, to be read at the desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportReport(models.Model):
    """One run of import_markdown. `report` is what --report writes; `counts` its files by outcome."""

    site = models.CharField(_("import root"), max_length=100)
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    started_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("finished"))
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    is_cut = models.BooleanField(default=False)  # too many files: not every one is listed
    report = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import report")
        verbose_name_plural = _("import reports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.site} {self.started_at:%Y-%m-%d %H:%M}"
