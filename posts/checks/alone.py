"""A text by itself: what the checks and the house's rules find in it, and what other articles compare it by."""

from collections.abc import Iterable
from dataclasses import dataclass

from .across import paragraph_hashes
from .around import Around
from .finding import Finding, ranked
from .links import targets
from .prepared import Prepared
from .rules import Rule, findings_of
from .run import check


@dataclass(frozen=True)
class Alone:
    """The findings of the text alone, and what it is compared with others by.

    `title` and `summary` as they stand; `paragraphs`: `paragraph_hashes`; `targets`: the paths of this site that it
    links to.
    """

    found: tuple[Finding, ...]
    lang: str
    title: str
    summary: str
    paragraphs: tuple[int, ...]
    targets: tuple[str, ...]


def alone(text: Prepared, around: Around, rules: Iterable[Rule]) -> Alone:
    """All checks and rules over the text; `around` knows no other article."""
    return _alone(text, ranked([*check(text, around), *(findings_of(rule, text) for rule in rules)]))


def compared(text: Prepared) -> Alone:
    """The same without any check."""
    return _alone(text, ())


def _alone(text: Prepared, found: Iterable[Finding]) -> Alone:
    return Alone(
        found=tuple(found),
        lang=text.lang,
        title=text.title,
        summary=text.summary,
        paragraphs=tuple(paragraph_hashes(text)),
        targets=tuple(target for target in targets(text) if target.startswith("/")),
    )
