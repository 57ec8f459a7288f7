"""What a check has found: hits while it looks, one finding when it is done."""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .prepared import norm

SNIPPET = 80  # characters of a snippet
PLACES = 50  # places that a finding keeps; `count` says how many there are
ERROR, WARNING, INFO = SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Place:
    """Where: a field of the document, the line of the body (from 1; 0 elsewhere), and the words that stand there."""

    line: int
    snippet: str
    field: str = "body"


@dataclass(frozen=True)
class Hit:
    """One thing that a check met. `severity` "" is the check's own; `counts` is how much it adds to the count."""

    line: int
    snippet: str
    field: str = "body"
    severity: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    counts: int = 1


@dataclass(frozen=True)
class Finding:
    """All that one check says of one article (specs/checks.md 2): the gravest severity met, and how often.

    `fingerprint` is a hash of the check and of the words at every place: it survives moved lines, and ends when the
    words near a place change or another place comes.
    """

    id: str
    severity: str
    field: str
    line: int
    snippet: str
    count: int
    params: Mapping[str, Any]
    fingerprint: str
    places: tuple[Place, ...]

    def as_json(self) -> dict[str, Any]:
        """What `check_posts --format json` writes of a finding."""
        names = ("id", "severity", "line", "count", "snippet", "field", "fingerprint")
        return {name: getattr(self, name) for name in names}


def gathered(check_id: str, hits: list[Hit], severity: str) -> Finding | None:
    """The hits of one check as one finding: counted are those of the gravest severity. None without hits."""
    if not hits:
        return None
    ranked = [(hit.severity or severity, hit) for hit in hits]
    gravest = min((rank for rank, _ in ranked), key=SEVERITIES.index)
    counted = [hit for rank, hit in ranked if rank == gravest]
    places = tuple(Place(hit.line, short(hit.snippet), hit.field) for hit in counted[:PLACES])
    first, count = places[0], sum(hit.counts for hit in counted)
    return Finding(
        id=check_id,
        severity=gravest,
        field=first.field,
        line=first.line,
        snippet=first.snippet,
        count=count,
        params={"n": count, "s": first.snippet, **counted[0].params},
        fingerprint=fingerprint(check_id, counted),
        places=places,
    )


def ranked(found: Iterable[Finding | None]) -> list[Finding]:
    """Findings of several sources in one list, the gravest first; None is left out."""
    return sorted(filter(None, found), key=lambda one: SEVERITIES.index(one.severity))


def fingerprint(check_id: str, hits: list[Hit]) -> str:
    """32 hexadecimal digits over the check and the normalised words of all hits, in no order."""
    words = sorted(norm(hit.snippet) or hit.snippet.strip() for hit in hits)
    return hashlib.blake2b("\0".join([check_id, *words]).encode(), digest_size=16).hexdigest()


def short(words: str) -> str:
    """A snippet: one line of at most SNIPPET characters."""
    line = " ".join(words.split())
    return line if len(line) <= SNIPPET else line[: SNIPPET - 1] + "…"
