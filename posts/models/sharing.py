"""Shared previews: one text for people without an account, until a set time."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Verdict(models.TextChoices):
    NONE = "", _("Only a remark")
    OK = "ok", _("OK")
    CHANGES = "changes", _("Needs changes")


def _signer() -> Signer:
    return Signer(salt="posts.shared-preview", sep=".", fallback_keys=[])


class PreviewLinkQuerySet(models.QuerySet):
    def usable(self, at=None):
        """Neither expired nor revoked; whether the maker still may is asked of `roles`."""
        return self.filter(revoked_at=None, expires_at__gt=at or timezone.now())

    def named(self, token: str) -> "PreviewLink | None":
        """The link that the token in an address names; None for one that this site has not signed."""
        try:
            number = _signer().unsign_object(token)[0]
        except (BadSignature, ValueError, TypeError, LookupError):
            return None
        found = self.filter(pk=number).first()
        return found if found and constant_time_compare(found.token, token) else None


class PreviewLink(models.Model):
    """An address that shows one revision without a login. The address is signed and not stored."""

    revision = models.ForeignKey("posts.Revision", models.CASCADE, related_name="preview_links")
    label = models.CharField(_("for whom"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared preview")
        verbose_name_plural = _("shared previews")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="preview_link_expires"
            )
        ]

    def __str__(self) -> str:
        return self.label or str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("shared", args=[self.token])

    @property
    def token(self) -> str:
        """This row and its moment, signed. It ends with the key, also where old keys are kept."""
        return _signer().sign_object([self.pk, (self.created_at - _EPOCH) // timedelta(microseconds=1)])


class PreviewVisit(models.Model):
    """One look through a shared link: when, and by what kind of browser. No address of the visitor is kept."""

    link = models.ForeignKey(PreviewLink, models.CASCADE, related_name="visits")
    at = models.DateTimeField(_("time"))
    agent = models.CharField(_("browser"), max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Remark(models.Model):
    """What an outside reader left through a shared link. It never changes a status."""

    link = models.ForeignKey(PreviewLink, models.CASCADE, related_name="remarks")
    name = models.CharField(_("name"), max_length=100)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, blank=True)
    text = models.TextField(_("remark"), blank=True)
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="", verdict=""), name="remark_says_something"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="remark_verdict_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"
