"""One text judged: the checks, the house's rules, what other articles share; and the verdict that lists read."""

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from posts.checks import SEVERITIES, Around, Finding, Prepared, check, norm, paragraph_hashes
from posts.checks.finding import ranked
from posts.checks.rules import findings_of
from posts.checks.table import VERSION
from posts.document import Document
from posts.models import KeptFinding, ParagraphHash, Revision, Verdict

from . import neighbours
from .house import House, the_house
from .settled import settled


def judge(
    revision: Revision, *, document: Document | None = None, house: House | None = None
) -> list[Finding]:
    """What is to be said of a text now, the gravest first; nothing stored is asked.

    `document` is another text for the revision's place (one that is being typed). Waived findings are among them.
    """
    text = Prepared(document or revision.to_document())
    return judged(text, revision, house or the_house(), is_shown=document is None)


def judged(text: Prepared, revision: Revision, house: House, *, is_shown: bool = True) -> list[Finding]:
    """The same for a text made ready. `is_shown`: the revision's page is that of this text."""
    around = surroundings(text, revision, house, is_shown=is_shown)
    return ranked([*check(text, around), *(findings_of(rule, text) for rule in house.rules)])


def judge_alone(revision: Revision, checks: Collection[str]) -> list[Finding]:
    """What some checks say of a text that need no other article."""
    around = around_alone(revision, the_house())
    return check(Prepared(revision.to_document()), around, checks)


def surroundings(text: Prepared, revision: Revision, house: House, *, is_shown: bool = True) -> Around:
    """What the checks have to know beyond the text: some four queries."""
    others = neighbours.beside(text, revision.post_id)
    return replace(
        around_alone(revision, house, is_shown=is_shown),
        same_title=others.same_title,
        near_title=others.near_title,
        same_summary=others.same_summary,
        shares=others.shares,
        paragraphs=others.paragraphs,
        missing=neighbours.leading_nowhere(text),
    )


def around_alone(revision: Revision, house: House, *, is_shown: bool = True) -> Around:
    """That part of it for which no other article is asked."""
    day = revision.date or revision.published_at or timezone.now()
    return Around(
        year=timezone.localtime(day).year,
        plain=revision.text if is_shown and revision.rendered_with else None,
        off=house.off | frozenset(revision.category.checks_off if revision.category else ()),
        severities=house.severities,
    )


def refresh(revision: Revision, house: House | None = None) -> list[Finding]:
    """Judge a text and keep the verdict; its findings."""
    house = house or the_house()
    text = Prepared(revision.to_document())
    found = judged(text, revision, house)
    keep(revision, text, found, house)
    return found


def keep(revision: Revision, text: Prepared, found: list[Finding], house: House) -> None:
    """Write the verdict of one text, its findings, and what other articles compare with."""
    done = settled(revision.post_id, timezone.now())
    counts = {
        severity: sum(1 for one in found if one.severity == severity and key(one) not in done)
        for severity in SEVERITIES
    }
    rows = [row(revision, one, key(one) in done) for one in found]
    with transaction.atomic():
        index(revision, text)
        Verdict.objects.filter(revision=revision).update(
            basis=basis(revision, house),
            at=timezone.now(),
            errors=counts["error"],
            warnings=counts["warning"],
            infos=counts["info"],
            said=[{name: getattr(one, name) for name in KeptFinding.SAID} for one in rows],
        )
        KeptFinding.objects.filter(revision=revision).delete()
        KeptFinding.objects.bulk_create(rows)


def index(revision: Revision, text: Prepared) -> None:
    """Let other articles find this one's paragraphs, title and summary. A verdict without a basis is none yet."""
    hashes = paragraph_hashes(text)
    said = {
        "title_key": norm(text.title)[:500],
        "summary_hash": neighbours.summary_hash(text.summary),
        "paragraphs": len(hashes),
        "indexed_at": timezone.now(),
    }
    none_yet = said | {"basis": "", "at": timezone.now()}
    Verdict.objects.update_or_create(revision=revision, defaults=said, create_defaults=none_yet)
    ParagraphHash.objects.filter(revision=revision).delete()
    ParagraphHash.objects.bulk_create(ParagraphHash(revision=revision, hash64=number) for number in hashes)


def basis(revision: Revision, house: House) -> str:
    """What a verdict rests on; while it is the same, the text, its section's switches and the house are."""
    off = ",".join(sorted(revision.category.checks_off)) if revision.category else ""
    parts = (house.digest, VERSION, revision.version, revision.rendered_with, revision.category_id or 0, off)
    return ":".join(map(str, parts))[:200]


def last_said(revision: Revision) -> list[KeptFinding] | None:
    """The findings of the verdict, not to be saved, while it speaks of the text as it stands; None otherwise."""
    return [KeptFinding(**one) for one in revision.verdict.said] if is_fresh(revision) else None


def is_fresh(revision: Revision) -> bool:
    """Whether a verdict speaks of the text as it stands. The house is not asked: `forget` clears what it changes."""
    verdict = getattr(revision, "verdict", None)
    return (
        verdict is not None and verdict.basis.partition(":")[2] == basis(revision, House()).partition(":")[2]
    )


def may_warn(revision: Revision) -> bool:
    """Whether warnings may stand: as a fresh verdict says, else nobody knows. For forms, not for steps."""
    return not is_fresh(revision) or revision.verdict.warnings > 0


def forget() -> None:
    """A rule or a setting has changed: every verdict is to be written anew."""
    Verdict.objects.exclude(basis="").update(basis="")


def key(finding: Finding) -> tuple[str, str]:
    return finding.id, finding.fingerprint


def row(revision: Revision, one: Finding, is_settled: bool) -> KeptFinding:
    """A finding as it is kept; not saved."""
    return KeptFinding(
        revision=revision,
        check_id=one.id,
        severity=one.severity,
        field=one.field,
        line=one.line,
        count=one.count,
        fingerprint=one.fingerprint,
        is_settled=is_settled,
        snippet=one.snippet,
        params=dict(one.params),
    )
