"""Reports of imports, to be read at the desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportReportQuerySet(models.QuerySet):
    def forget(self, post) -> None:
        """Take an article's file out of all reports; the counts stay."""
        for row in self.iterator():
            files, missing = row.report.get("files", []), row.report.get("missing", [])
            mine = (post.site, post.source)
            left = [one for one in files if one["post"] != post.pk and (one["site"], one["path"]) != mine]
            gone = [path for path in missing if path != post.source]
            if (len(left), len(gone)) != (len(files), len(missing)):
                row.report = row.report | {"files": left, "missing": gone}
                row.save(update_fields=["report"])


class ImportReport(models.Model):
    """One run of import_markdown: `counts` are its files by outcome, `report` what posts/transfer/reports.py keeps."""

    site = models.CharField(_("import root"), max_length=100)
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    started_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("finished"))
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    is_cut = models.BooleanField(default=False)  # too many files: not every one is listed
    report = models.JSONField(default=dict)

    objects = ImportReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import report")
        verbose_name_plural = _("import reports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.site} {self.started_at:%Y-%m-%d %H:%M}"
