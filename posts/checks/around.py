"""What a check needs to know beyond the text: other articles, the house's rules, what a section switches off."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Other:
    """Another article: its number, its title, and how many paragraphs of ours it has."""

    number: int
    title: str
    shared: int = 0


@dataclass(frozen=True)
class Around:
    """The surroundings of one article. The empty one leaves out what only the newsroom's database knows.

    `year` is that of its publication; `plain` what readers see as plain text, None when that is not known; `paragraphs`
    how many of its paragraphs count for `shares` (boilerplate does not); `missing` the addresses of our own that lead
    nowhere; `off` ids of checks that are switched off; `severities` {id: severity} where the house sets another one.
    """

    year: int | None = None
    plain: str | None = None
    same_title: tuple[Other, ...] = ()
    near_title: tuple[Other, ...] = ()
    same_summary: int = 0
    shares: tuple[Other, ...] = ()
    paragraphs: int = 0
    missing: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    severities: Mapping[str, str] = field(default_factory=dict)


NOWHERE = Around()
