"""Post: an address and a desk card; readers never read it. Redirect and SiteStamp stand beside it.

A post is an article, or with `is_page` a page of the house (docs/decisions/0024): /pages/about/, without a day.
"""

from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import unquote

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts import text

from .memory import Memory


def address(day: date, slug: str) -> str:
    """The public path of an article, percent-encoded: /2025/09/22/slug/."""
    return reverse("post", args=[f"{day:%Y}".zfill(4), f"{day:%m}", f"{day:%d}", slug])


def place_at(path: str) -> tuple[date, str] | None:
    """(day, slug) of a public path, decoded or not; None when no article can stand there."""
    parts = unquote(path).strip("/").split("/")
    try:
        return (date(*map(int, parts[:3])), parts[3]) if len(parts) == 4 else None
    except (ValueError, OverflowError):
        return None


def page_at(path: str) -> str:
    """The slug of the page of the house whose public path this is, "" when it is none."""
    before, _slash, slug = unquote(path).strip("/").rpartition("/")
    return slug if before == "pages" else ""


class PostQuerySet(models.QuerySet):
    def pages(self):
        """The pages of the house, in the order the newsroom gives."""
        return self.filter(is_page=True).order_by("position", "pk")

    def at(self, reference: str) -> "Post | None":
        """The article that `reference` names: a public path or post:<number>."""
        kind, _colon, number = reference.partition(":")
        if kind == "post" and number.isdecimal():
            return self.filter(pk=number).first()
        if slug := page_at(reference):
            return self.pages().filter(slug=slug).first()
        place = place_at(reference)
        return self.filter(date=place[0], slug=place[1]).first() if place else None

    def spelt(self, day: date, slug: str) -> "list[Post]":
        """The articles of the day whose slug is this one in another spelling: case, width, %-signs, .html."""
        wanted = text.path_key(slug)
        slugs = self.filter(date=day).values_list("pk", "slug")
        keys = [pk for pk, stored in slugs if text.path_key(stored) == wanted]
        return list(self.filter(pk__in=keys).order_by("pk")) if keys else []

    def at_places(self, places: Iterable[tuple[date, str]]) -> "dict[tuple[date, str], Post]":
        """(day, slug) -> the article that stands there, for those where one does."""
        wanted = set(places)
        days, slugs = {day for day, _ in wanted}, {slug for _, slug in wanted}
        rows = self.filter(date__in=days, slug__in=slugs) if wanted else ()
        return {(row.date, row.slug): row for row in rows if row.date and (row.date, row.slug) in wanted}


class Post(models.Model):
    slug = models.CharField(_("slug (address)"), max_length=200)
    date = models.DateField(_("day in the address"), null=True, blank=True)
    is_page = models.BooleanField(_("page of the house"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=100)  # of a page, in the footer
    site = models.CharField(_("import root"), max_length=100, null=True, blank=True)
    source = models.CharField(_("imported from"), max_length=500, null=True, blank=True)
    source_hash = models.CharField(max_length=64, blank=True)
    desk_seal = models.CharField(max_length=64, blank=True)
    first_live = models.DateTimeField(null=True)  # when it first was public, if no revision here says so
    notice = models.TextField(_("public notice"), blank=True)
    notice_at = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assignee"),
    )
    due = models.DateTimeField(_("due"), null=True, blank=True)
    planned_for = models.DateField(_("planned for"), null=True, blank=True)
    embargo_until = models.DateTimeField(_("embargo"), null=True, blank=True)
    priority = models.SmallIntegerField(_("priority"), default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    form_token = models.CharField(
        max_length=32, null=True
    )  # of the form it came from: sent twice, it is one article
    erased_at = models.DateTimeField(null=True)  # set: a tombstone, its texts were erased by law
    erased_keys = models.JSONField(
        default=list
    )  # hashes of its file, bytes and address: none comes back by import

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-pk"]
        indexes = [
            models.Index("planned_for", condition=Q(planned_for__isnull=False), name="post_planned"),
            models.Index("slug", name="post_slug"),
            models.Index("due", condition=Q(due__isnull=False), name="post_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["date", "slug"], name="post_address"),
            models.UniqueConstraint(fields=["slug"], condition=Q(is_page=True), name="post_page_address"),
            models.CheckConstraint(condition=Q(is_page=False) | Q(date=None), name="post_page_without_day"),
            models.UniqueConstraint(fields=["site", "source"], name="post_import_key"),
            models.UniqueConstraint(fields=["created_by", "form_token"], name="post_once_a_form"),
            models.CheckConstraint(condition=~Q(slug=""), name="post_slug_not_empty"),
            models.CheckConstraint(
                condition=Q(site=None, source=None) | Q(site__isnull=False, source__isnull=False),
                name="post_import_key_whole",
            ),
        ]

    def __str__(self) -> str:
        newest = self.revisions.order_by("-number").first()
        return newest.title if newest else self.slug

    def get_absolute_url(self) -> str:
        """The public path; "" for an article that has no day in its address yet."""
        if self.is_page:
            return reverse("page", args=[self.slug])
        return address(self.date, self.slug) if self.date else ""

    @property
    def reference(self) -> str:
        """What another document writes to name this article: its path, or its number before it has one."""
        return self.get_absolute_url() or f"post:{self.pk}"

    @property
    def is_imported(self) -> bool:
        return self.source is not None

    def is_retracted(self, at: datetime | None = None) -> bool:
        """Whether a retraction's notice stands in the article's place: 410 until a later interval begins."""
        at = at or timezone.now()
        if self.notice_at is None or self.notice_at > at:
            return False
        return not self.revisions.begun(at).filter(live_from__gte=self.notice_at).exists()


class RedirectQuerySet(models.QuerySet):
    def at(self, paths: Iterable[str]):
        """Those of these decoded paths, spelt with and without the slash at the end."""
        bare = {path.rstrip("/") for path in paths}
        return self.filter(path__in=[spelt for path in bare for spelt in (path or "/", path + "/")])

    def spelt(self, path: str) -> "list[Redirect]":
        """Those whose path is this one in any spelling; the very one first."""
        same = {path.rstrip("/"), path.rstrip("/") + "/"}
        found = self.filter(key=text.path_key(path)[:KEY_LIMIT]).select_related("post").order_by("pk")[:10]
        return sorted(found, key=lambda row: row.path not in same)


KEY_LIMIT = 500


class PathKey(models.CharField):
    """What spellings of the row's `path` have in common; set with every save, in bulk too."""

    def pre_save(self, instance, add: bool) -> str:
        instance.key = text.path_key(instance.path)[:KEY_LIMIT]
        return instance.key


class Redirect(models.Model):
    """An old path and where it leads: to an article, or to another address."""

    path = models.CharField(_("old path"), max_length=500, unique=True)
    post = models.ForeignKey(
        Post, models.CASCADE, null=True, blank=True, related_name="redirects", verbose_name=_("article")
    )
    url = models.CharField(_("other address"), max_length=1000, blank=True)
    key = PathKey(max_length=KEY_LIMIT, db_index=True, editable=False)

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, url="") | (Q(post=None) & ~Q(url="")),
                name="redirect_one_target",
            )
        ]

    def __str__(self) -> str:
        return self.path


SECONDS = 0.4  # a step taken through another process shows within a second, with a proxy's own half in front
STANDING: Memory = Memory(SECONDS)  # since when the site is as it is (freshness.py)


class StampQuerySet(models.QuerySet):
    def bump(self) -> None:
        """Say, inside the transaction of the act, that readers may see something else from now on.

        The process that commits it asks anew at once, the others when what they remember is `SECONDS` old.
        """
        if not self.filter(pk=1).update(value=F("value") + 1):
            self.create(pk=1, value=1)
        transaction.on_commit(STANDING.forget, using=self.db)


class SiteStamp(models.Model):
    """One row, raised by every act that changes what readers see. `purged` is the value that a CDN was told of last."""

    value = models.PositiveBigIntegerField(default=0)
    purged = models.PositiveBigIntegerField(default=0)

    objects = StampQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="stamp_one_row")]

    def __str__(self) -> str:
        return str(self.value)
