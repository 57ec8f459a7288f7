"""Two edits of one paragraph woven into one, where they lie in different sentences."""

from dataclasses import dataclass

from .tokens import STOPS, tokens
from .words import changed_runs


@dataclass(frozen=True)
class _Edit:
    start: int  # tokens of the base that are replaced
    end: int
    new: tuple[str, ...]
    is_ours: bool


def woven_text(base: str, ours: str, theirs: str) -> str | None:
    """The paragraph with the edits of both, None where two of them touch the same sentence."""
    pieces = tokens(base)
    edits = _all(base, ours, theirs)
    for one, two in zip(edits, edits[1:], strict=False):
        if one.is_ours != two.is_ours and not any(piece in STOPS for piece in pieces[one.end : two.start]):
            return None
    row: list[str] = []
    at = 0
    for edit in edits:
        row += [*pieces[at : edit.start], *edit.new]
        at = edit.end
    return "".join([*row, *pieces[at:]])


def _all(base: str, ours: str, theirs: str) -> list[_Edit]:
    """The edits of both in their order; what both did alike is one."""
    mine = changed_runs(base, ours)
    edits = [_Edit(*run, is_ours=True) for run in mine]
    edits += [_Edit(*run, is_ours=False) for run in changed_runs(base, theirs) if run not in mine]
    return sorted(edits, key=lambda edit: (edit.start, edit.end))
