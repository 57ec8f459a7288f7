"""The record of accounts: who gave, changed or took what of whom, and what befell a door. Written once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .history import AppendOnly


class Act(models.TextChoices):
    CREATED = "created", _("Account made")
    ROLE = "role", _("Role changed")
    CLOSED = "closed", _("Account made inactive")
    OPENED = "opened", _("Account made active again")
    NAME = "name", _("Name of the account changed")
    MAIL = "mail", _("Mail address changed")
    LINK = "link", _("Link for a new password sent")
    PASSWORD = "password", _("Password changed")
    LOCKED = "locked", _("Sign-in stopped after failed attempts")
    FACTOR_SET = "factor_set", _("Second factor set up")
    FACTOR_REMOVED = "factor_removed", _("Second factor removed")
    FACTOR_RESET = "factor_reset", _("Second factor reset by somebody else")
    CODES = "codes", _("New recovery codes made")
    CODE_USED = "code_used", _("Recovery code used")
    SESSIONS = "sessions", _("All sessions ended")


class AccountEntry(models.Model):
    """One act on an account. `actor` null: the machine, a command or somebody who was not signed in."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(_("account"), max_length=150)
    act = models.CharField(_("act"), max_length=20, choices=Act)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(_("by"), max_length=150, blank=True)
    at = models.DateTimeField(_("time"))

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("entry on an account")
        verbose_name_plural = _("record of accounts")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(act__in=Act.values), name="account_act_known")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.person_name}: {self.act}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("History is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("History is append-only.")
