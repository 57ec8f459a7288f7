"""What the checks say of one file, worked out where its text is; what other articles add to it comes at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from posts import text
from posts.checks import Around, Finding, Prepared, check, paragraph_hashes
from posts.checks.links import targets
from posts.checks.rules import Rule, findings_of, ranked
from posts.document import Document
from posts.rendering import Rendered, RenderError


@dataclass(frozen=True)
class Wanted:
    """How the house wants its checks, as far as a process without a database can ask them."""

    severities: Mapping[str, str] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Checked:
    """The findings of the text alone, and what it is compared with others by.

    `title` and `summary` as they stand; `paragraphs`: posts.checks.paragraph_hashes; `targets`: the paths of this site
    that it links to.
    """

    found: tuple[Finding, ...]
    lang: str
    title: str
    summary: str
    paragraphs: tuple[int, ...]
    targets: tuple[str, ...]


def checked(document: Document, page: Rendered | RenderError, year: int, wanted: Wanted) -> Checked:
    """All checks and rules over the document as it will be stored. `year`: that of its publication."""
    tags = {text.key(tag): tag for tag in reversed(document.tags)}  # rows of tags are one for each key
    prepared = Prepared(document.replace(tags=tuple(reversed(tags.values()))))
    plain = page.text if isinstance(page, Rendered) else None
    around = Around(year=year, plain=plain, off=wanted.off, severities=wanted.severities)
    found = [*check(prepared, around), *(findings_of(rule, prepared) for rule in wanted.rules)]
    return Checked(
        found=tuple(ranked(found)),
        lang=prepared.lang,
        title=prepared.title,
        summary=prepared.summary,
        paragraphs=tuple(paragraph_hashes(prepared)),
        targets=tuple(target for target in targets(prepared) if target.startswith("/")),
    )
