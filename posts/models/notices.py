"""Notices: what a person is to be told, and how they want to be told."""

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from .revision import Revision


class Channel(models.TextChoices):
    MAIL = "mail", _("Mail")
    WEBHOOK = "webhook", _("Webhook")


class Pace(models.TextChoices):
    NOW = "now", _("At once")
    DIGEST = "digest", _("Once a day, together")
    OFF = "off", _("Never")


_HEAVY = ["text", "original", *(f"revision__{name}" for name in ("body", "html", "text", "toc", "extra"))]


class NoticeQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(sent_at=None, given_up_at=None)

    def failed(self):
        return self.filter(sent_at=None).exclude(given_up_at=None)

    def sent(self):
        return self.exclude(sent_at=None)

    def troubled(self):
        """Tried in vain, and waiting for the next try or given up; not those whose receiver was not to be told."""
        return self.filter(sent_at=None, tries__gt=0).exclude(error="")

    def with_acts(self):
        """With the entry, its article and its text, of which only what a line or a mail says: no bodies."""
        rows = self.select_related("user", "entry__post", "entry__revision")
        return rows.defer(*[f"entry__{name}" for name in _HEAVY])

    def for_outbox(self):
        """With what a line about each needs, newest first; `newest_title` is that of the article."""
        newest = Revision.objects.filter(post=OuterRef("entry__post")).order_by("-number").values("title")
        return self.with_acts().annotate(newest_title=Subquery(newest[:1])).order_by("-pk")

    def counts(self) -> dict[str, int]:
        """{waiting, failed, sent, stuck}: how many there are, in one query; stuck ones have been tried in vain."""
        over = Q(given_up_at__isnull=False)
        return self.aggregate(
            waiting=Count("pk", filter=Q(sent_at=None, given_up_at=None)),
            failed=Count("pk", filter=over & Q(sent_at=None)),
            sent=Count("pk", filter=Q(sent_at__isnull=False)),
            stuck=Count("pk", filter=Q(sent_at=None, tries__gt=0) & ~Q(error="")),
        )


class Notice(models.Model):
    """One act that one person is told of. Written with the act, in its transaction; sent afterwards.

    `user` null: the newsroom's webhook. `due_at` is when it may go out; a failed try moves it on and keeps the error.
    """

    entry = models.ForeignKey("posts.HistoryEntry", models.CASCADE, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    channel = models.CharField(_("way"), max_length=10, choices=Channel)
    is_digest = models.BooleanField(default=False)
    why = models.CharField(max_length=30)
    created_at = models.DateTimeField(_("time"))
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [
            models.Index("due_at", condition=Q(sent_at=None, given_up_at=None), name="notice_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "user", "channel"], name="notice_once"),
            models.UniqueConstraint(
                fields=["entry", "channel"], condition=Q(user=None), name="notice_newsroom_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.why}"


class NoticeSettings(models.Model):
    """How one person wants to be told. No row: mail at once, of everything that concerns them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_settings")
    pace = models.CharField(_("mail"), max_length=10, choices=Pace, default=Pace.NOW)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily mail"), default=8)
    muted = models.JSONField(
        _("not told of"), default=list, blank=True
    )  # names of reasons: see workflow.notices
    lang = models.CharField(_("language of the mails"), max_length=15, blank=True)
    last_digest_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice settings")
        verbose_name_plural = _("notice settings")
        constraints = [
            models.CheckConstraint(condition=Q(digest_hour__lt=24), name="notice_hour"),
            models.CheckConstraint(condition=Q(pace__in=Pace.values), name="notice_pace_known"),
        ]

    def __str__(self) -> str:
        return str(self.user)
