"""The gate as guards: which findings refuse a step, said in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts import quality
from posts.checks import Finding
from posts.models import Revision
from posts.quality.wording import sentence

from .guards import Ask

NAMED = 5  # findings that a refusal says in full


def no_errors_at(step: str):
    """A guard: no error that the step refuses stands; waivers are judged as of the moment the step takes effect."""

    def gate(revision: Revision, actor, ask: Ask) -> str:
        errors = quality.refused(step, ask.standing(revision))
        if not errors:
            return ""
        words = ngettext(
            "The text has %(count)d error: %(errors)s",
            "The text has %(count)d errors: %(errors)s",
            len(errors),
        )
        return words % {"count": len(errors), "errors": _listed(errors)}

    return gate


def warnings_seen(revision: Revision, actor, ask: Ask) -> str:
    """Whoever approves says that the warnings have been seen (specs/checks.md 2)."""
    warnings = [] if ask.acknowledged else quality.warned(ask.standing(revision))
    if not warnings:
        return ""
    words = ngettext(
        "The text has %(count)d warning. Say that you have seen it, or return the text: %(warnings)s",
        "The text has %(count)d warnings. Say that you have seen them, or return the text: %(warnings)s",
        len(warnings),
    )
    return words % {"count": len(warnings), "warnings": _listed(warnings)}


def _listed(findings: list[Finding]) -> str:
    said = [sentence(one) for one in findings[:NAMED]]
    more = len(findings) - NAMED
    return " ".join([*said, *([_("And %(count)d more.") % {"count": more}] if more > 0 else [])])
