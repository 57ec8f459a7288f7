"""Verdicts of many texts at once: first what each text says by itself, at the end what it shares with the others.

What `judge` and `keep` do for one text; a test holds the two against each other.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from posts.checks import CHECKS, ERROR, SEVERITIES, Around, Finding, Other, Prepared, check, is_locked
from posts.document import Document
from posts.models import KeptFinding, ParagraphHash, Revision, Verdict

from . import neighbours
from .crowd import Crowd, Facts, Number, crowd
from .house import House
from .judging import basis, row
from .settled import all_settled

CHUNK = 200  # texts of one transaction


@dataclass(frozen=True)
class Text:
    """What is known of a text that was checked by itself; `head` is its document without the body.

    `paragraphs`: posts.checks.paragraph_hashes; `targets`: the paths of this site that it links to.
    """

    head: Document
    found: Sequence[Finding]
    paragraphs: Sequence[int]
    targets: Sequence[str] = ()


@dataclass(frozen=True)
class Kept:
    """What is remembered of a stored text until all are there; `basis` is that of its verdict."""

    revision: int
    post: int
    basis: str
    lang: str
    paragraphs: "array[int]"
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Tally:
    """How many texts were judged, which have errors, and of how many each check speaks: {(severity, id): texts}.

    `errors`: {revision, or file for one that is not stored: ids of the checks}.
    """

    texts: int = 0
    errors: Mapping[Any, Sequence[str]] = field(default_factory=dict)
    checks: Mapping[tuple[str, str], int] = field(default_factory=dict)


def keep_alone(texts: Sequence[tuple[Revision, Text]], house: House) -> list[Kept]:
    """Store the findings of each text and what others compare with; a verdict without a basis is none yet."""
    done = all_settled({revision.post_id for revision, _text in texts}, timezone.now())
    rows = {
        revision.pk: [
            row(revision, one, (one.id, one.fingerprint) in done.get(revision.post_id, ()))
            for one in _wanted(text.found, revision)
        ]
        for revision, text in texts
    }
    for model in (Verdict, KeptFinding, ParagraphHash):
        model.objects.filter(revision__in=rows).delete()
    Verdict.objects.bulk_create(_verdict(revision, text, rows[revision.pk]) for revision, text in texts)
    KeptFinding.objects.bulk_create(one for each in rows.values() for one in each)
    ParagraphHash.objects.bulk_create(
        ParagraphHash(revision=revision, hash64=number)
        for revision, text in texts
        for number in text.paragraphs
    )
    return [
        Kept(
            revision.pk,
            revision.post_id,
            basis(revision, house),
            text.head.lang,
            array("q", text.paragraphs),
            tuple(text.targets),
        )
        for revision, text in texts
    ]


def complete(kept: Sequence[Kept], house: House, tick: Callable[[], None] = lambda: None) -> None:
    """Add what the texts share with the stock, and make their verdicts whole; each chunk in its transaction."""
    at = timezone.now()  # what others save from now on is not among what they are compared with
    stock = crowd() if kept else None
    for chunk in _chunks(kept):
        assert stock
        with transaction.atomic():
            _complete(chunk, stock, house, at)
        for _one in chunk:
            tick()


def tally(kept: Sequence[Kept]) -> Tally:
    """What the stored findings of these texts say; what is waived or dismissed is not counted."""
    checks: Counter[tuple[str, str]] = Counter()
    errors: dict[int, list[str]] = {}
    for chunk in _chunks(kept):
        rows = KeptFinding.objects.filter(revision__in=[one.revision for one in chunk])
        for severity, name, is_settled, revision in rows.values_list(
            "severity", "check_id", "is_settled", "revision"
        ):
            if not is_settled or is_locked(name):
                checks[severity, name] += 1
                if severity == ERROR:
                    errors.setdefault(revision, []).append(name)
    return Tally(len(kept), errors, checks)


def foreseen(texts: Mapping[Number, Text], without: Collection[int], house: House) -> Tally:
    """The same for texts that are not stored, by their files; `without`: articles that they take the place of.

    Whether their links lead somewhere is not asked: the files that they lead to are not there yet.
    """
    stock = crowd(
        {n: Facts.of(text.head.title, text.head.summary, text.paragraphs) for n, text in texts.items()},
        without,
    )
    titles = {number: text.head.title for number, text in texts.items()}
    checks: Counter[tuple[str, str]] = Counter()
    errors: dict[Number, list[str]] = {}
    for number, text in texts.items():
        added = _added(number, text.head, text.paragraphs, frozenset(), stock, titles, house)
        found = {one.id: one for one in (*text.found, *added)}.values()
        if names := [one.id for one in found if one.severity == ERROR]:
            errors[number] = names
        checks.update((one.severity, one.id) for one in found)
    return Tally(len(texts), errors, checks)


def _complete(chunk: Sequence[Kept], stock: Crowd, house: House, at: datetime) -> None:
    missing = neighbours.unknown(target for one in chunk for target in one.targets)
    revisions = Revision.objects.select_related("category", "verdict").defer("html", "text", "toc", "extra")
    rows = revisions.in_bulk([one.revision for one in chunk])
    names = neighbours.called({n for one in chunk for n in stock.named(one.post) if isinstance(n, int)})
    done = all_settled({one.post for one in chunk}, timezone.now())
    news: dict[int, list[KeptFinding]] = {}
    for one in chunk:
        revision = rows.get(one.revision)
        if revision is None or not hasattr(revision, "verdict") or revision.verdict.basis:
            continue  # somebody has just saved another text into it, which is judged by itself
        gone = missing.intersection(one.targets)
        head = Document(
            title=revision.title,
            summary=revision.summary,
            body=revision.body if gone else "",
            format=revision.format,
            lang=one.lang,
        )
        added = _added(one.post, head, one.paragraphs, gone, stock, names, house)
        news[one.revision] = [
            row(revision, finding, (finding.id, finding.fingerprint) in done.get(one.post, ()))
            for finding in _wanted(added, revision)
        ]
    _add({number: rows[number].verdict for number, new in news.items() if new}, news)
    for name in {one.basis for one in chunk}:
        numbers = [one.revision for one in chunk if one.basis == name]
        Verdict.objects.filter(revision__in=numbers, basis="").update(basis=name, at=at)


def _added(
    number: Number,
    head: Document,
    paragraphs: Iterable[int],
    missing: frozenset[str],
    stock: Crowd,
    names: Mapping[Number, str],
    house: House,
) -> list[Finding]:
    """What the others add to the findings of one text."""
    shares = tuple(_other(one, names, count) for one, count in stock.shares(number))
    shared = {one.number: one.shared for one in shares}
    same = tuple(
        replace(one, shared=shared.get(one.number, 0))
        for one in (_other(other, names) for other in stock.same_title(number))
    )
    near = tuple(_other(one, names) for one in stock.near_title(number))
    summaries = stock.same_summary(number)
    asked = {
        "title.duplicate": same or near,
        "cross.duplicate": shares,
        "excerpt.boilerplate": summaries >= 2,
        "link.broken": missing,
    }
    only = [name for name, is_asked in asked.items() if is_asked]
    if not only:
        return []
    around = Around(
        same_title=same,
        near_title=near,
        same_summary=summaries,
        shares=shares,
        paragraphs=stock.shared.counted(paragraphs),
        missing=missing,
        off=house.off,
        severities=house.severities,
    )
    return check(Prepared(head), around, only)


def _other(number: Number, names: Mapping[Number, str], shared: int = 0) -> Other:
    """One that is not stored yet has no number."""
    return Other(number if isinstance(number, int) else 0, names.get(number, ""), shared)


def _add(verdicts: Mapping[int, Verdict], news: Mapping[int, Sequence[KeptFinding]]) -> None:
    """Put new findings into the place of those of the same checks."""
    names = {number: {one.check_id for one in news[number]} for number in verdicts}
    old = KeptFinding.objects.filter(revision__in=verdicts).values_list("pk", "revision", "check_id")
    KeptFinding.objects.filter(pk__in=[pk for pk, number, name in old if name in names[number]]).delete()
    KeptFinding.objects.bulk_create(one for number in verdicts for one in news[number])
    for number, verdict in verdicts.items():
        kept = [KeptFinding(**one) for one in verdict.said if one["check_id"] not in names[number]]
        _count(verdict, sorted([*kept, *news[number]], key=_order))
    Verdict.objects.bulk_update(verdicts.values(), ["errors", "warnings", "infos", "said"])


def _verdict(revision: Revision, text: Text, rows: Sequence[KeptFinding]) -> Verdict:
    facts = Facts.of(text.head.title, text.head.summary, ())
    verdict = Verdict(
        revision=revision,
        basis="",
        at=timezone.now(),
        indexed_at=timezone.now(),
        title_key=facts.title,
        summary_hash=facts.summary,
        paragraphs=len(text.paragraphs),
    )
    _count(verdict, rows)
    return verdict


def _count(verdict: Verdict, rows: Sequence[KeptFinding]) -> None:
    counts = Counter(one.severity for one in rows if not one.is_settled)
    verdict.errors, verdict.warnings, verdict.infos = (counts[severity] for severity in SEVERITIES)
    verdict.said = [{name: getattr(one, name) for name in KeptFinding.SAID} for one in rows]


def _order(one: KeptFinding) -> tuple[int, int]:
    return SEVERITIES.index(one.severity), list(CHECKS).index(one.check_id) if one.check_id in CHECKS else 999


def _wanted(found: Iterable[Finding], revision: Revision) -> list[Finding]:
    """Without what the section of the text has switched off."""
    off = revision.category.checks_off if revision.category else ()
    return [one for one in found if one.id not in off or is_locked(one.id)]


def _chunks(kept: Sequence[Kept]) -> Iterator[Sequence[Kept]]:
    return (kept[at : at + CHUNK] for at in range(0, len(kept), CHUNK))
