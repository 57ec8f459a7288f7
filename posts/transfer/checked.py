"""What the checks say of one file, worked out where its text is; what other articles add to it comes at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from posts import text
from posts.checks import Around, Prepared
from posts.checks.alone import Alone as Checked
from posts.checks.alone import alone
from posts.checks.rules import Rule
from posts.document import Document
from posts.rendering import Rendered, RenderError

__all__ = ["Checked", "Wanted", "checked"]


@dataclass(frozen=True)
class Wanted:
    """How the house wants its checks, as far as a process without a database can ask them."""

    severities: Mapping[str, str] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()


def checked(document: Document, page: Rendered | RenderError, year: int, wanted: Wanted) -> Checked:
    """All checks and rules over the document as it will be stored. `year`: that of its publication."""
    tags = {text.key(tag): tag for tag in reversed(document.tags)}  # rows of tags are one for each key
    prepared = Prepared(document.replace(tags=tuple(reversed(tags.values()))))
    plain = page.text if isinstance(page, Rendered) else None
    around = Around(year=year, plain=plain, off=wanted.off, severities=wanted.severities)
    return alone(prepared, around, wanted.rules)
