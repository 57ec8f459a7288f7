"""What a stage has to say about a file: rule ids with parameters; posts/transfer/wording.py has the words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posts.document import DocumentError
from posts.document.frontmatter import FrontMatterError


@dataclass(frozen=True)
class Problem:
    """`severity` is info, warning or error; `line` counts in the file from 1, 0 when it concerns the whole file."""

    severity: str
    rule: str
    line: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)


class SourceError(ValueError):
    """A file that is not taken; the others go on."""

    outcome = "failed"
    severity = "error"

    def __init__(self, rule: str, line: int = 0, **params: Any):
        super().__init__(rule)
        self.problem = Problem(self.severity, rule, line, params)


class Skipped(SourceError):
    """A file that is no post."""

    outcome = "skipped"
    severity = "info"


class Notes:
    """Collects the problems of one file while it goes through the stages."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def info(self, rule: str, line: int = 0, **params: Any) -> None:
        self.problems.append(Problem("info", rule, line, params))

    def warn(self, rule: str, line: int = 0, **params: Any) -> None:
        self.problems.append(Problem("warning", rule, line, params))

    def error(self, rule: str, line: int = 0, **params: Any) -> None:
        self.problems.append(Problem("error", rule, line, params))


def problem_of(error: Exception) -> Problem:
    """An exception of the stages as a problem; what nobody foresaw names its class, never its text."""
    if isinstance(error, SourceError):
        return error.problem
    if isinstance(error, FrontMatterError):
        return Problem("error", error.rule, error.line, {"detail": error.message, "cause": error.cause})
    if isinstance(error, DocumentError):
        return Problem("error", f"document.{error.code}", 0, {"field": error.field, "limit": error.limit})
    return Problem("error", "unexpected", 0, {"kind": type(error).__name__})


@dataclass(frozen=True)
class Failure:
    """A file that is not taken: skipped or failed, and why."""

    outcome: str
    problem: Problem

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        return cls(getattr(error, "outcome", "failed"), problem_of(error))
