"""Revision: everything a reader can read, its status, and the interval in which it is public."""

from datetime import date as Day
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Index, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from posts.document import Document, seal, sealed_text

from .choices import EDITABLE, OPEN, AiUse, Approval, Format, Sponsorship, Status, UpdateKind
from .constraints import NoOverlap
from .declared import Declared
from .lists import coauthors_of, listed
from .revisions import RevisionQuerySet

PUB = Q(status="published")
_LIVE = (
    "live_from",
    "live_until",
    "status",
    "post",
)  # `status` and `post` in the key make SQLite's index covering for counts (specs/intervals.md 2)


class Revision(Declared, models.Model):
    # Short columns first, text last: SQLite walks the overflow pages of every column before the one it reads.
    post = models.ForeignKey(
        "posts.Post", models.CASCADE, related_name="revisions", verbose_name=_("article")
    )
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    live_from = models.DateTimeField(_("public from"), null=True)
    live_until = models.DateTimeField(_("public until"), null=True)
    end_set = models.DateTimeField(null=True)  # the end a person set, also while a successor ends it earlier
    published_at = models.DateTimeField(_("published"), null=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(_("saved"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    seal = models.CharField(max_length=64, blank=True)
    approval = models.CharField(
        max_length=10, choices=Approval, blank=True
    )  # how it was approved: read, or sampled
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    reviewer = models.ForeignKey(  # null: whoever of those who may review comes first
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("reviewer")
    )
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    minutes = models.PositiveIntegerField(_("reading time"), default=0)
    rendered_with = models.CharField(max_length=20, blank=True)  # "" until the text could be rendered
    render_problem = models.CharField(max_length=20, blank=True)

    date = models.DateTimeField(_("date"), null=True, blank=True)
    category = models.ForeignKey(
        "posts.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name=_("category"),
    )
    author = models.ForeignKey(
        "posts.Author",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name=_("author"),
    )
    cover = models.ForeignKey(
        "posts.Image", models.PROTECT, null=True, blank=True, related_name="covers", verbose_name=_("cover")
    )
    translation_of = models.ForeignKey(
        "posts.Post", models.SET_NULL, null=True, blank=True, related_name="translations"
    )
    also_in = models.ManyToManyField(
        "posts.Category", through="Placement", related_name="+", verbose_name=_("also in")
    )
    coauthors = models.ManyToManyField("posts.Author", through="Coauthorship", related_name="+")
    tags = TaggableManager(_("tags"), through="posts.TaggedRevision", blank=True)
    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.MARKDOWN)
    lang = models.CharField(_("language"), max_length=15, blank=True)
    sponsorship = models.CharField(_("advertising"), max_length=20, choices=Sponsorship, blank=True)
    ai_use = models.CharField(_("use of AI"), max_length=20, choices=AiUse, blank=True)
    disclosure = models.CharField(_("conflict of interest"), max_length=300, blank=True)
    update_kind = models.CharField(_("kind of update"), max_length=20, choices=UpdateKind, blank=True)
    noindex = models.BooleanField(_("hide from search engines"), default=False)
    title = models.CharField(_("title"), max_length=500)
    cover_alt = models.CharField(_("alternative text"), max_length=1000, blank=True)
    cover_credit = models.CharField(_("image credit"), max_length=300, blank=True)
    canonical_url = models.CharField(_("original address"), max_length=1000, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    update_note = models.TextField(_("note on the update"), blank=True)
    extra = models.JSONField(default=dict, blank=True)
    toc = models.JSONField(default=list)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    body = models.TextField(_("body"), blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-pk"]
        permissions = [
            ("review_revision", "Can approve or return"),
            ("publish_revision", "Can publish, schedule, unpublish and retract"),
            ("see_every_revision", "Can see every draft"),
            ("purge_revision", "Can erase an article for good"),
        ]
        indexes = [
            Index(F("published_at").desc(), F("id").desc(), *_LIVE, condition=PUB, name="r_order"),
            Index(
                "category", F("published_at").desc(), F("id").desc(), *_LIVE, condition=PUB, name="r_category"
            ),
            Index("author", F("published_at").desc(), F("id").desc(), *_LIVE, condition=PUB, name="r_author"),
            Index("live_from", condition=PUB, name="r_from"),
            Index("live_until", condition=PUB & Q(live_until__isnull=False), name="r_until"),
            Index("status", "submitted_at", "saved_at", condition=Q(status__in=OPEN), name="r_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="rev_number"),
            models.UniqueConstraint(fields=["post"], condition=Q(status__in=OPEN), name="rev_one_open"),
            models.UniqueConstraint(
                fields=["post"], condition=Q(status="published", live_until=None), name="rev_one_openended"
            ),
            models.CheckConstraint(
                condition=Q(live_until=None) | Q(live_until__gt=F("live_from")), name="rev_interval_order"
            ),
            models.CheckConstraint(
                condition=PUB | Q(live_from=None, live_until=None, published_at=None),
                name="rev_dates_only_published",
            ),
            models.CheckConstraint(
                condition=~PUB
                | Q(live_from__isnull=False, published_at__isnull=False, published_at__lte=F("live_from")),
                name="rev_published_dates",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="rev_title_not_empty"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="rev_status_known"),
            NoOverlap(name="rev_no_overlap"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.post.get_absolute_url()

    def date_to_be(self, now: datetime | None = None) -> tuple[datetime, str]:
        """The date readers will see, and where it comes from: "set" in the text, "kept" from when the article first
        was public, "planned", or "now". As intervals.settle decides it once the text is published."""
        now = now or timezone.now()
        if self.published_at or self.date:
            return self.published_at or self.date, "set"  # type: ignore[return-value]
        starts = self.post.revisions.filter(status=Status.PUBLISHED).values_list("live_from", flat=True)
        earliest = min(filter(None, [*starts, self.post.first_live]), default=None)
        if earliest and earliest <= now:
            return earliest, "kept"
        planned = self.post.planned_for
        if planned and planned > timezone.localtime(now).date():
            return datetime.combine(planned, time(), ZoneInfo(settings.TIME_ZONE)), "planned"
        return now, "now"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def start(self) -> datetime:
        """`live_from` of a published revision, which the database never lets be empty."""
        assert self.live_from is not None
        return self.live_from

    def is_live(self, at: datetime | None = None) -> bool:
        """The same question as `live()`, for a row at hand."""
        at = at or timezone.now()
        begun = self.status == Status.PUBLISHED and self.start <= at
        return begun and (self.live_until is None or self.live_until > at)

    def to_document(self) -> Document:
        """The document that this row holds, dates in the site's zone."""
        same = {name: getattr(self, name) for name in _AS_THEY_STAND}
        return Document(
            **same,
            date=timezone.localtime(self.date) if self.date else None,
            slug=self.post.slug,
            category=_name(self.category),
            also_in=[item.category.name for item in listed(self.placements, "category")],
            author=_name(self.author),
            coauthors=[item.author.name for item in listed(self.coauthorships, "author")],
            tags=[item.tag.name for item in listed(self.tagged, "tag")],
            cover=self.cover.address if self.cover else "",
            translation_of=self.translation_of.reference if self.translation_of else "",
        )

    def seal_now(self) -> str:
        """The seal over what the row holds at this moment; an approval stores it."""
        return seal(self.to_document(), self._seal_keys_now())

    def sealed_now(self) -> str:
        """What that seal is the hash of."""
        return sealed_text(self.to_document(), self._seal_keys_now())

    def _seal_keys_now(self) -> dict[str, Any]:
        return self.seal_keys(
            [item.category_id for item in listed(self.placements, "category")],
            [item.author_id for item in listed(self.coauthorships, "author")],
            [item.tag_id for item in listed(self.tagged, "tag")],
        )

    def seal_keys(self, also_in: list[int], coauthors: list[int], tags: list[int]) -> dict[str, Any]:
        """What stands for names in the seal: primary keys, and the cover's sha256."""
        return {
            "category": self.category_id,
            "also_in": also_in,
            "author": self.author_id,
            "coauthors": coauthors,
            "tags": tags,
            "cover": self.cover.sha256 if self.cover else "",
            "translation_of": self.translation_of_id,
        }

    @property
    def near(self) -> list[int | None]:
        """The texts before this one of `with_neighbours`, as primary keys, the nearest first."""
        return [getattr(self, f"near_{number}") for number in range(4)]

    @property
    def bylines(self) -> list:
        """The further people of a text of `for_page`."""
        return coauthors_of(self.coauthored)

    @property
    def tag_list(self) -> list:
        """Tags in their order; uses what `for_documents` fetched."""
        return [item.tag for item in listed(self.tagged, "tag")]

    @property
    def day(self) -> Day | None:
        return timezone.localtime(self.published_at).date() if self.published_at else None


def _name(row) -> str:
    return row.name if row else ""


# Every field of Revision is in exactly one of these two lists; a test proves it.
CONTENT_FIELDS = (
    "title summary body format date lang translation_of category also_in author coauthors tags cover cover_alt "
    "cover_credit sponsorship ai_use disclosure update_kind update_note canonical_url noindex extra"
).split()
BOOKKEEPING = (
    "id post number status live_from live_until end_set published_at version created_by created_at saved_by saved_at "
    "approved_by approval seal submitted_at reviewer claimed_at html toc text minutes rendered_with render_problem"
).split()
_AS_THEY_STAND = (
    "title summary body format lang cover_alt cover_credit sponsorship ai_use disclosure update_kind update_note "
    "canonical_url noindex extra"
).split()
