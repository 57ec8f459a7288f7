"""What the checks said of the stock, what the house adds to them, and what people decided about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class Severity(models.TextChoices):
    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")
    INFO = "info", _("Info")


class Verdict(models.Model):
    """What the checks said of one text when they were last asked. For lists alone: no step ever trusts it.

    `basis` is a hash of all that was judged (text, rules, settings, version of the checks): with the same basis nothing
    has to be asked again. The keys are what other articles compare theirs with.
    """

    revision = models.OneToOneField(
        "posts.Revision", models.CASCADE, primary_key=True, related_name="verdict"
    )
    basis = models.CharField(max_length=200)
    at = models.DateTimeField()
    indexed_at = models.DateTimeField(null=True)  # when the text was read that other articles compare with
    errors = models.PositiveSmallIntegerField(_("errors"), default=0)
    warnings = models.PositiveSmallIntegerField(_("warnings"), default=0)
    infos = models.PositiveSmallIntegerField(default=0)
    paragraphs = models.PositiveIntegerField(default=0)
    title_key = models.CharField(max_length=500, blank=True)
    summary_hash = models.BigIntegerField(null=True)
    said = models.JSONField(
        default=list
    )  # the findings once more, for the pages of one article: KeptFinding.SAID

    class Meta:
        indexes = [
            models.Index("title_key", name="verdict_title"),
            models.Index("summary_hash", condition=Q(summary_hash__isnull=False), name="verdict_summary"),
            models.Index(F("errors").desc(), F("warnings").desc(), "revision", name="verdict_worst"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.errors}/{self.warnings}"


class KeptFinding(models.Model):
    """One finding as it stood when the verdict was written."""

    SAID = (
        "check_id",
        "severity",
        "field",
        "line",
        "count",
        "fingerprint",
        "is_settled",
        "snippet",
        "params",
    )

    revision = models.ForeignKey("posts.Revision", models.CASCADE, related_name="findings")
    check_id = models.CharField(max_length=40)
    severity = models.CharField(max_length=10, choices=Severity)
    field = models.CharField(max_length=20)
    line = models.PositiveIntegerField(default=0)
    count = models.PositiveIntegerField(default=1)
    fingerprint = models.CharField(max_length=32)
    is_settled = models.BooleanField(default=False)  # waived or dismissed when the verdict was written
    snippet = models.CharField(max_length=80, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index("check_id", "severity", "revision", name="finding_check")]
        constraints = [
            models.UniqueConstraint(fields=["revision", "check_id"], name="finding_once"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="finding_severity_known"),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.snippet}"


class ParagraphHash(models.Model):
    """A paragraph of a text that is in the stock, by the hash of its letters (posts.checks.paragraph_hashes)."""

    revision = models.ForeignKey(
        "posts.Revision", models.CASCADE, related_name="paragraph_hashes", db_index=False
    )
    hash64 = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "hash64"], name="paragraph_once")]
        indexes = [models.Index("hash64", "revision", name="paragraph_hash")]

    def __str__(self) -> str:
        return f"{self.hash64:x}"


class CommonParagraph(models.Model):
    """A paragraph that stands in so many articles that it belongs into the template; written by `check_posts`."""

    hash64 = models.BigIntegerField(primary_key=True)
    posts = models.PositiveIntegerField(_("articles"))
    words = models.CharField(_("paragraph"), max_length=300)
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="+")  # one of those it stands in

    class Meta:
        ordering = ["-posts", "hash64"]

    def __str__(self) -> str:
        return self.words


class CheckSetting(models.Model):
    """How the house wants one check: another severity, or none at all. No row: as the table has it."""

    OFF = "off"

    check_id = models.CharField(max_length=40, unique=True)
    severity = models.CharField(
        _("severity"), max_length=10, choices=[*Severity.choices, (OFF, _("Switched off"))]
    )
    changed_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("setting of a check")
        verbose_name_plural = _("settings of checks")
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=[*Severity.values, "off"]), name="setting_known")
        ]

    def __str__(self) -> str:
        return f"{self.check_id}: {self.severity}"


class HouseRule(models.Model):
    """A pattern that the house does not want to see, or not as it stands; edited by a publisher at the desk."""

    class Kind(models.TextChoices):
        TERM = "term", _("Term and its preferred spelling")
        PHRASE = "phrase", _("Phrase")
        REGEX = "regex", _("Regular expression")

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PHRASE)
    pattern = models.CharField(_("pattern"), max_length=200)
    suggestion = models.CharField(_("write instead"), max_length=200, blank=True)
    exceptions = models.TextField(
        _("exceptions"),
        blank=True,
        help_text=_("One a line: where the pattern is a part of these, it is right."),
    )
    fields = models.JSONField(
        _("where"), default=list, blank=True
    )  # of title, summary, body; [] is all three
    lang = models.CharField(_("language"), max_length=15, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.WARNING)
    message = models.CharField(_("message"), max_length=300, blank=True)
    is_active = models.BooleanField(_("switched on"), default=False)
    changed_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("house rule")
        verbose_name_plural = _("house rules")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(pattern=""), name="rule_pattern_not_empty"),
            models.CheckConstraint(condition=~Q(name=""), name="rule_name_not_empty"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="rule_severity_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def check_id(self) -> str:
        return f"house.{self.pk}"


class WaiverQuerySet(models.QuerySet):
    def holding(self, at):
        """Those that hold at a moment: begun, not ended by a person, not past their end."""
        begun = self.filter(at__lte=at).filter(Q(ended_at=None) | Q(ended_at__gt=at))
        return begun.filter(Q(until=None) | Q(until__gt=at))


class Waiver(models.Model):
    """One finding of one article that does not hold it up: an error waived, or a warning dismissed.

    It speaks of a fingerprint: when the words change, it speaks of nothing any more.
    """

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="waivers")
    check_id = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=32)
    snippet = models.CharField(max_length=80, blank=True)
    is_dismissal = models.BooleanField(default=False)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("time"))
    until = models.DateTimeField(_("holds until"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=150, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "check_id", "fingerprint"], condition=Q(ended_at=None), name="waiver_once"
            ),
            models.CheckConstraint(condition=Q(is_dismissal=True) | ~Q(reason=""), name="waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.snippet}"


class StockDay(models.Model):
    """How many articles had a finding of a check on a day: the trend of the stock."""

    day = models.DateField()
    check_id = models.CharField(max_length=40)  # "" for all together
    severity = models.CharField(max_length=10, choices=Severity)
    posts = models.PositiveIntegerField()

    class Meta:
        ordering = ["day", "check_id"]
        constraints = [models.UniqueConstraint(fields=["day", "check_id", "severity"], name="stock_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.check_id} {self.posts}"
