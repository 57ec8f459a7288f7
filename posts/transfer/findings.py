"""What the checks say of the files of a run: kept while they are written, made whole at the end; and the gate.

An import is never blocked by a finding. With `gate`, what has a standing error stays a draft (docs/importing.md).
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q

from posts import quality, workflow
from posts.document import Document
from posts.models import Post, Revision
from posts.roles import SYSTEM
from posts.workflow import Interval, Refused, history

from . import write
from .checked import Checked, Wanted
from .plan import Key
from .problems import Problem
from .wording import words
from .work import Work

log = logging.getLogger(__name__)

UNCHECKED = "checks.failed"
BATCH = 100  # articles that become public in one transaction
TAKEN = ("created", "updated")
Decided = tuple[
    str, list[Problem]
]  # the new outcome, or "" for the one that it has; and what is to be said of it


@dataclass(frozen=True)
class Asking:
    """A file's draft that becomes public when nothing refuses it."""

    key: Key
    revision: Revision
    interval: Interval
    told: Sequence[Problem]


class Findings:
    """The checks of one run."""

    def __init__(self, dry_run: bool, gate: bool):
        self.dry_run, self.gate = dry_run, gate
        self.house = quality.the_house()
        self.wanted = Wanted(self.house.severities, self.house.off, self.house.rules)
        self.kept: list[quality.Kept] = []
        self.asking: list[Asking] = []
        self.foreseen: dict[Key, quality.Text] = {}
        self.public: set[Key] = set()  # files that would ask, when nothing is written
        self.tally = quality.Tally()

    def foresee(self, works: Iterable[Work], outcomes: Iterable[str]) -> None:
        """Remember what a dry run has seen."""
        for work, outcome in zip(works, outcomes, strict=True):
            if work.checked and (outcome in TAKEN or work.gated):
                self.foreseen[work.key] = _text(work, work.checked)
                if work.gated and work.is_public:
                    self.public.add(work.key)

    def keep(self, works: Sequence[Work], outcomes: Sequence[str]) -> dict[Key, list[Problem]]:
        """Store the findings of the files that were just written, in their transaction; what there is to be said."""
        taken = {work.key: work for work, outcome in zip(works, outcomes, strict=True) if outcome in TAKEN}
        again = {
            work.key: work
            for work, outcome in zip(works, outcomes, strict=True)
            if outcome == "unchanged" and work.gated
        }
        found = _texts_of([*taken, *again])
        said = {}
        for key in again:
            revision = found.get(key)
            if revision and history.touched_since(revision.post, _import_of(revision.post)):
                del found[key]
                said[key] = [Problem("info", "gate.desk")]
        both = taken | again
        told = [(found[key], work) for key, work in both.items() if key in found]
        try:
            with transaction.atomic():
                self.kept += quality.keep_alone(
                    [(revision, _text(work, work.checked)) for revision, work in told if work.checked],
                    self.house,
                )
        except (DataError, IntegrityError):  # no file is left out because of what is said of it
            log.exception("the findings of %d files could not be kept", len(told))
        self.asking += [
            Asking(work.key, revision, write.interval(work), write.told_end(replace(work, gated=False), ""))
            for revision, work in told
            if work.gated and work.is_public and revision.is_open
        ]
        return said

    def finish(self, known: Mapping[Key, int], tick: Callable[[int], None]) -> dict[Key, Decided]:
        """What other articles add; then the gate. `known`: articles of files that were here before a dry run."""
        if self.dry_run:
            without = [known[key] for key in self.foreseen if key in known]
            self.tally = quality.foreseen(self.foreseen, without, self.house)
            return {key: _refused(self.tally.errors[key]) for key in self.public if key in self.tally.errors}
        quality.complete(self.kept, self.house, lambda: tick(len(self.kept)))
        self.tally = quality.tally(self.kept)
        return self._decided() if self.gate else {}

    def _decided(self) -> dict[Key, Decided]:
        judged = {one.revision for one in self.kept}
        decided: dict[Key, Decided] = {}
        fit: list[Asking] = []
        for one in self.asking:
            errors = self.tally.errors.get(one.revision.pk, ())
            if errors or one.revision.pk not in judged:
                decided[one.key] = _refused(errors or [UNCHECKED])
            else:
                fit.append(one)
        for at in range(0, len(fit), BATCH):
            batch = fit[at : at + BATCH]
            for one, reason in zip(batch, _adopt(batch), strict=True):
                decided[one.key] = _held(reason) if reason else ("updated", [*one.told])
        return decided


def _adopt(batch: Sequence[Asking]) -> list[str]:
    """Make the drafts public; for each the reason why not, or ""."""
    shown = Revision.objects.filter(post__in=[one.revision.post_id for one in batch], status="published")
    before = set(shown.values_list("post", flat=True))
    new = [one for one in batch if one.revision.post_id not in before]
    reasons: dict[Key, str] = {}
    try:
        with transaction.atomic():
            found = workflow.adopt_drafts([(one.revision, one.interval) for one in new])
            reasons = dict(zip((one.key for one in new), found, strict=True))
    except (Refused, IntegrityError, DataError):
        reasons = {one.key: _adopted(one) for one in new}
    return [reasons[one.key] if one.key in reasons else _adopted(one) for one in batch]


def _adopted(one: Asking) -> str:
    """One of them by the step itself: the article has been public before, or the others stood in its way."""
    current = Revision.objects.get(pk=one.revision.pk)
    if current.version != one.revision.version:
        return words(Problem("info", "gate.desk"))
    try:
        workflow.perform("adopt", current, by=SYSTEM, until=one.interval.end)
    except Refused as refused:
        return str(refused)
    return ""


def _refused(errors: Iterable[str]) -> Decided:
    return "", [Problem("warning", "gate.refused", 0, {"errors": ", ".join(errors)})]


def _held(reason: str) -> Decided:
    return "", [Problem("warning", "hold.refused", 0, {"reason": reason})]


def _text(work: Work, said: Checked) -> quality.Text:
    head = Document(title=said.title, summary=said.summary, lang=said.lang)
    return quality.Text(head, said.found, said.paragraphs, said.targets)


def _texts_of(keys: Iterable[Key]) -> dict[Key, Revision]:
    """The text of the stock that each file's article has now."""
    sources: dict[str, list[str]] = {}
    for site, source in keys:
        sources.setdefault(site, []).append(source)
    wanted = Q(pk__in=[])
    for site, names in sources.items():
        wanted |= Q(site=site, source__in=names)
    posts = {post.pk: post for post in Post.objects.filter(wanted)}
    rows = quality.in_stock().filter(post__in=posts).select_related("category").order_by("number")
    found = {}
    for revision in rows.defer("body", "html", "text", "toc", "extra"):
        revision.post = posts[revision.post_id]
        found[str(revision.post.site), str(revision.post.source)] = revision
    return found


def _import_of(post: Post):
    return post.history.filter(step="import").first()
