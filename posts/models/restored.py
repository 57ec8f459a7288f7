"""That this database was filled from a backup, and whether its outbox is still held (docs/decisions/0040)."""

from django.db import models


class RestorationQuerySet(models.QuerySet):
    def holding(self):
        """Those after which nobody has switched the notices on again."""
        return self.filter(released_at=None)


class Restoration(models.Model):
    """One restore. It belongs to this database: no backup takes it along."""

    at = models.DateTimeField()
    backup_at = models.DateTimeField()  # the moment that the backup shows
    site_url = models.CharField(max_length=500)  # of the site it was made of
    released_at = models.DateTimeField(null=True)  # when the notices were switched on

    objects = RestorationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.site_url}"
