"""Who is at which article, what they have typed and not saved, and which text a reviewer saw last."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HERE_FOR = timedelta(seconds=60)  # a page that is open says so every 20 seconds
FORGOTTEN = timedelta(days=1)  # rows of pages that never said goodbye


class PresenceQuerySet(models.QuerySet):
    def here(self):
        return self.filter(seen_at__gte=timezone.now() - HERE_FOR)

    def others(self, post, user):
        """Those who have the article open now, but the asking person."""
        return self.here().filter(post=post).exclude(user=user).select_related("user").order_by("since")

    def arrive(self, post, user) -> None:
        """The person has the article open now; `since` starts anew after an absence."""
        now = timezone.now()
        if not self.filter(post=post, user=user, seen_at__gte=now - HERE_FOR).update(seen_at=now):
            self.filter(seen_at__lt=now - FORGOTTEN).delete()
            self.update_or_create(post=post, user=user, defaults={"since": now, "seen_at": now})

    def leave(self, post, user) -> None:
        self.filter(post=post, user=user).delete()


class Presence(models.Model):
    """A person with an article's text open; advisory only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="presences")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.user} @ {self.post_id}"


class Buffer(models.Model):
    """What somebody has typed and not saved: private, no part of status, history or approval.

    `post` null: the text of an article that is not there yet. `fields` is the form as it stood; `version` the saved
    version it was begun from.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    post = models.ForeignKey("posts.Post", models.CASCADE, null=True, related_name="buffers")
    draft = models.ForeignKey("posts.Revision", models.CASCADE, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(_("time"))
    fields = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "post"], name="buffer_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(post=None), name="buffer_new_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.post_id}"


class Look(models.Model):
    """The text that a person looked at last in review; the next look compares with it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="looks")
    entry = models.ForeignKey("posts.HistoryEntry", models.CASCADE, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.user} @ {self.post_id}"
