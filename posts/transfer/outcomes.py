"""What is asked of an import, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from posts.quality import Tally

from .discover import MAX_FILES
from .plan import Key
from .problems import Problem
from .wishes import Wishes

OUTCOMES = ("created", "updated", "unchanged", "conflict", "skipped", "failed")


@dataclass(frozen=True)
class Order:
    """What is asked for. `media_roots`: further folders that pictures may come from; `strict`: stop at a failure;
    `gate`: with `publish`, only what no error of the checks refuses becomes public."""

    paths: Sequence[Path]
    site: str = ""
    publish: bool = False
    gate: bool = False
    dry_run: bool = False
    jobs: int = 1
    media_roots: Sequence[Path] = ()
    strict: bool = False
    max_files: int = MAX_FILES
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True)
class Result:
    """What became of one file; `url` is its address when a reader can open it now."""

    path: Path
    key: Key
    outcome: str
    problems: tuple[Problem, ...] = ()
    url: str | None = None


@dataclass(frozen=True)
class Report:
    """`missing`: files that were imported once and are no longer there; `findings`: what the checks say of the new and
    changed texts."""

    results: tuple[Result, ...]
    missing: tuple[Key, ...] = ()
    findings: Tally = field(default_factory=Tally)

    @property
    def counts(self) -> dict[str, int]:
        return {name: sum(result.outcome == name for result in self.results) for name in OUTCOMES}
