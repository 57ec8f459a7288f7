"""Acceptance of a large import by a drawn sample: draw, read, accept (docs/sampling.md).

Of n drawn texts at most c may be rejected, both said before the draw. If more are, nothing of the batch is approved.
"""

import random
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts import quality, roles
from posts.models import HistoryEntry, ImportReport, Note, Revision, Sample, SampleItem, Status
from posts.models.choices import UpdateKind

from . import acceptance, guards, history
from .perform import perform
from .refused import Refused
from .steps import REVIEWED

SIZE, ALLOWED = 80, 2
WAITING = (Status.DRAFT, Status.IN_REVIEW)  # where a text can be drawn and accepted from
JUDGED = 200  # texts whose verdict is old that a draw judges anew; a whole stock is `check_posts`'
CHUNK = 500


@dataclass(frozen=True)
class Batch:
    """The texts that came in from these import roots within a time, of one run or of several."""

    sites: Sequence[str]
    since: datetime
    until: datetime
    report: ImportReport | None = None

    @classmethod
    def of(cls, report: ImportReport) -> "Batch":
        sites = sorted({str(file["site"]) for file in report.report.get("files", [])}) or [report.site]
        return cls(sites, report.started_at, report.finished_at, report)


@dataclass(frozen=True)
class Outcome:
    """What became of one text; `reason` says why it was left out."""

    item: SampleItem
    reason: str = ""


def candidates(batch: Batch) -> QuerySet[Revision]:
    """The texts of a batch that may be drawn: open, unapproved, without a standing error or an open demand, in no
    sample that is being read. What replaces a text that readers have seen has to say what kind of change it is."""
    came = HistoryEntry.objects.filter(
        step="import", at__gte=batch.since, at__lte=batch.until, post__site__in=batch.sites
    )
    taken = SampleItem.objects.filter(sample__state=Sample.State.OPEN)
    musts = Note.objects.open().must()
    rows = Revision.objects.filter(pk__in=came.values("revision"), status__in=WAITING, verdict__errors=0)
    rows = rows.exclude(rendered_with="").exclude(pk__in=taken.values("revision"))
    rows = rows.exclude(post__in=musts.values("revision__post"))
    seen = Revision.objects.begun().values("post")
    return rows.exclude(Q(update_kind=UpdateKind.NONE) & Q(post__in=seen)).order_by("pk")


def draw(
    batch: Batch, *, by, size: int = SIZE, allowed: int = ALLOWED, label: str = "", seed: str = ""
) -> Sample:
    """Draw a sample; the drawn texts go into review, the others stay as they are. Raises Refused.

    The sample is `drawn(seed, numbers, size)` over the numbers of all candidates; the seed is made here and stored.
    """
    if not roles.may(by, "review"):
        raise Refused(_("You do not have the permission for “%(step)s”.") % {"step": _("Draw a sample")})
    if not 0 <= allowed < size:
        raise Refused(_("Fewer rejections have to be allowed than texts are drawn."))
    with transaction.atomic():
        seals = dict(_sealed(candidates(batch)))
        if len(seals) < size:
            words = ngettext(
                "Only %(count)d text of this import can be drawn. Draw fewer, or review the texts one by one.",
                "Only %(count)d texts of this import can be drawn. Draw fewer, or review the texts one by one.",
                len(seals),
            )
            raise Refused(words % {"count": len(seals)})
        seed = seed or secrets.token_hex(16)
        sample = Sample.objects.create(
            label=(label.strip() or ", ".join(batch.sites))[:200],
            report=batch.report,
            seed=seed,
            size=size,
            allowed=allowed,
            by_id=by.pk,
            by_name=roles.name_of(by)[:150],
            at=timezone.now(),
        )
        places = {number: place for place, number in enumerate(drawn(seed, seals, size), 1)}
        SampleItem.objects.bulk_create(
            SampleItem(sample=sample, revision_id=number, seal=seal, place=places.get(number))
            for number, seal in seals.items()
        )
        said = _("Drawn for sample %(number)s, “%(label)s”.") % {"number": sample.pk, "label": sample.label}
        for revision in Revision.objects.filter(pk__in=places, status=Status.DRAFT).select_related("post"):
            perform("submit", revision, by=by, comment=said, quiet=True)
    return sample


def drawn(seed: str, numbers: Iterable[int], size: int) -> list[int]:
    """Which texts, in which order: `random.Random(seed).sample(sorted(numbers), size)`. The same for the same three."""
    return random.Random(seed).sample(sorted(numbers), size)  # noqa: S311 - to be drawn again by whoever doubts it


def read(item: SampleItem, *, by, verdict: str, comment: str = "") -> Sample:
    """Say of a drawn text that it is good, or rejected with a reason; a rejected one is returned to its writers.

    The sample is rejected as soon as more than it allows are. Raises Refused.
    """
    with transaction.atomic():
        sample = Sample.objects.select_for_update().get(pk=item.sample_id)
        current = sample.items.select_related("revision__post").get(pk=item.pk)
        if reason := _unreadable(sample, current, by, verdict, comment):
            raise Refused(reason)
        if verdict == SampleItem.Verdict.REJECTED and current.revision.status in REVIEWED:
            perform("request_changes", current.revision, by=by, comment=comment)
        current.verdict, current.comment, current.at = verdict, comment.strip(), timezone.now()
        current.by_id, current.by_name = by.pk, roles.name_of(by)[:150]
        current.save()
        if sample.items.filter(verdict=SampleItem.Verdict.REJECTED).count() > sample.allowed:
            _decide(sample, Sample.State.REJECTED, by)
    return sample


def is_read(sample: Sample) -> bool:
    """Whether all drawn texts were read."""
    return not sample.items.filter(place__isnull=False, verdict="").exists()


def why_not_accepted(sample: Sample, by) -> str:
    """Why the person cannot accept the batch now, or ""."""
    if not roles.may(by, "review"):
        return _("You do not have the permission for “%(step)s”.") % {"step": _("Accept the batch")}
    if sample.state == Sample.State.REJECTED:
        return _("The sample was rejected: nothing of the batch is approved with it.")
    if not is_read(sample):
        return _("Not all of the drawn texts have been read.")
    return ""


def accept(sample: Sample, *, by, acknowledged: bool = False) -> Iterator[Outcome]:
    """Approve the batch of a sample that was read: the good drawn texts for those who read them, the rest as sampled.

    Each text in a transaction of its own, by the rules of its step; what is left out says why. Asked again it goes on
    with what is not approved yet. Raises Refused, before anything is done, when the sample cannot be accepted.
    """
    with transaction.atomic():
        current = Sample.objects.select_for_update().get(pk=sample.pk)
        if reason := why_not_accepted(current, by):
            raise Refused(reason)
        if current.state == Sample.State.OPEN:
            _decide(current, Sample.State.ACCEPTED, by)
    return _accepted(current, by, acknowledged)


def remaining(sample: Sample) -> QuerySet[SampleItem]:
    """What of the batch is not approved yet and was not rejected."""
    rows = sample.items.exclude(verdict=SampleItem.Verdict.REJECTED)
    return rows.exclude(revision__status__in=(Status.APPROVED, Status.PUBLISHED, Status.DISCARDED))


def left_out(sample: Sample, by) -> dict[str, int]:
    """{changed, failing, own: how many unread texts of the batch would be left out for it}, as far as tables know."""
    unread = remaining(sample).filter(place=None)
    return unread.aggregate(
        changed=Count("pk", Q(revision__saved_at__gt=sample.at)),
        failing=Count("pk", Q(revision__verdict__errors__gt=0)),
        own=Count("pk", history.worked_on(by, "revision")),
    )


def _accepted(sample: Sample, by, acknowledged: bool) -> Iterator[Outcome]:
    numbers = list(remaining(sample).values_list("pk", flat=True))
    for at in range(0, len(numbers), CHUNK):
        rows = sample.items.filter(pk__in=numbers[at : at + CHUNK]).select_related("revision__post", "by")
        for item in rows.defer("revision__html", "revision__text", "revision__toc").order_by("place", "pk"):
            try:
                _approve(sample, item, by, acknowledged)
                yield Outcome(item)
            except Refused as refused:
                yield Outcome(item, str(refused))


def _approve(sample: Sample, item: SampleItem, by, acknowledged: bool) -> None:
    if item.place is None:
        perform("accept_batch", item.revision, by=by, sample=sample, acknowledged=acknowledged, quiet=True)
        return
    if item.by is None:
        raise Refused(_("Whoever read this text has no account any more. Have it reviewed again."))
    with transaction.atomic():
        said = _("Read for sample %(number)s, “%(label)s”.") % {"number": sample.pk, "label": sample.label}
        done = perform("approve", item.revision, by=item.by, comment=said, acknowledged=True, quiet=True)
        if done.seal != item.seal:
            raise Refused(acceptance.changed())


def _unreadable(sample: Sample, item: SampleItem, by, verdict: str, comment: str) -> str:
    revision, now = item.revision, timezone.now()
    if sample.state != Sample.State.OPEN or item.place is None:
        return _("This sample is decided, or the text was not drawn.")
    if item.verdict:
        return _("%(name)s has read this text already.") % {"name": item.by_name}
    if verdict not in (SampleItem.Verdict.GOOD, SampleItem.Verdict.REJECTED):
        return _("Say whether the text is good or rejected.")
    if not (roles.may(by, "review") and roles.may_see(by, revision.post)):
        return _("You do not have the permission for “%(step)s”.") % {"step": _("Read for a sample")}
    if reason := guards.not_own_work(revision, by, guards.Ask(now=now, at=now)):
        return reason
    if verdict == SampleItem.Verdict.REJECTED:
        return "" if comment.strip() else _("Give a reason.")
    if revision.status not in REVIEWED or revision.seal_now() != item.seal:
        return _("The text is no longer the one that was drawn; it can only be rejected.")
    return ""


def _sealed(rows: QuerySet[Revision]) -> Iterator[tuple[int, str]]:
    """The candidates with their seals; what the checks have not judged as it stands is judged now."""
    numbers, old = list(rows.values_list("pk", flat=True)), 0
    for at in range(0, len(numbers), CHUNK):
        part = Revision.objects.filter(pk__in=numbers[at : at + CHUNK])
        for revision in part.for_documents().select_related("verdict").order_by("pk"):
            if not quality.is_fresh(revision):
                old += 1
                if old > JUDGED:
                    raise Refused(
                        _(
                            "The checks have not been asked about many of these texts yet. Run check_posts first."
                        )
                    )
                if any(one.severity == "error" for one in quality.refresh(revision)):
                    continue
            yield revision.pk, revision.seal_now()


def _decide(sample: Sample, state: str, by) -> None:
    sample.state, sample.decided_at, sample.decided_by_name = state, timezone.now(), roles.name_of(by)[:150]
    sample.save(update_fields=["state", "decided_at", "decided_by_name"])
