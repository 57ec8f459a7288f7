"""What is known about a text before anybody reads it: whether it can be shown, and the house's targets."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from posts.models import Revision

from ..editor import TARGETS

PROBLEMS = ("error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """One thing to know. `level` is one of PROBLEMS."""

    level: str
    words: str


def findings(revision: Revision) -> list[Finding]:
    """The findings about a text, the gravest first."""
    found = [*_shown(revision), *_length(revision)]
    return sorted(found, key=lambda one: PROBLEMS.index(one.level))


def _shown(revision: Revision) -> list[Finding]:
    if revision.rendered_with:
        return []
    return [Finding("error", _("The text cannot be shown yet. Simplify it and save it again."))]


def _length(revision: Revision) -> list[Finding]:
    found = []
    title, summary = len(revision.title), len(revision.summary.strip())
    aim, room = TARGETS["title"], TARGETS["summary"]
    if title > aim["max"]:
        words = _("The title has %(count)d characters; the house aims for at most %(max)d.")
        found.append(Finding("warning", words % {"count": title, "max": aim["max"]}))
    if not summary:
        found.append(Finding("warning", _("There is no summary. Lists show the beginning of the text.")))
    elif not room["min"] <= summary <= room["max"]:
        words = _("The summary has %(count)d characters; the house aims for %(min)d to %(max)d.")
        found.append(Finding("info", words % {"count": summary, "min": room["min"], "max": room["max"]}))
    return found
