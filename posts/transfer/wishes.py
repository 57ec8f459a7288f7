"""What the operator says about an archive that its files do not say themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wishes:
    """`encoding` of files that are not UTF-8; `people`: author key -> name; `mapped`: key of the site -> key of ours.

    `expiry` makes an expiry date an end; `skip_empty` passes over files without a text; `allow_empty` lets a file that
    lost its text empty the article.
    """

    encoding: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    mapped: Mapping[str, str] = field(default_factory=dict)
    expiry: bool = False
    skip_empty: bool = False
    allow_empty: bool = False
