"""Filters of the desk: acts in words, readable addresses."""

from urllib.parse import unquote

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from posts import roles, workflow
from posts.models import HistoryEntry, Revision

register = template.Library()

_OTHER_ACTS = {
    "create": _("New article"),
    "start": _("New draft started"),
    "save": _("Saved"),
    "conflict": _("Refused text kept"),
    "decline": _("File's text declined"),
    "import": _("Imported"),
    "change_address": _("Address changed"),
    "card": _("Plan changed"),
    "assign": _("Assigned"),
    "note": _("Note"),
    "reply": _("Answer to a note"),
    "resolve": _("Note settled"),
    "reopen": _("Note open again"),
    "remark": _("Remark of an outside reader"),
    "share": _("Shared preview"),
    "waive": _("Error waived"),
    "dismiss": _("Finding dismissed"),
    "unwaive": _("Waiver ended"),
    "reseal": _("Sealed anew after a merge"),
    "purge": _("Erased"),
}


@register.filter
def act(entry: HistoryEntry) -> str | Promise:
    """What was done, in the reader's words."""
    if entry.step == "conflict" and entry.digest:
        return _("Changed file waiting")
    step = workflow.STEPS.get(entry.step)
    return step.label if step else _OTHER_ACTS.get(entry.step, entry.step)


_SIGNS = {
    "create": "✎", "start": "✎", "save": "✎", "conflict": "!", "decline": "×", "import": "⇩",
    "submit": "→", "claim": "☞", "release": "☜", "approve": "✓", "accept_batch": "☑",
    "request_changes": "↩", "withdraw": "←",
    "publish": "●", "adopt": "●", "cancel": "◌", "keep": "∞", "unpublish": "○", "retract": "×", "discard": "×",
    "comment": "❝", "note": "❝", "reply": "❝", "remark": "❝", "resolve": "✓", "reopen": "↻",
    "card": "▤", "assign": "☞", "change_address": "⇄", "share": "⤴", "reseal": "§", "purge": "×",
    "waive": "⚑", "dismiss": "⚐", "unwaive": "⚑",
}  # fmt: skip


@register.filter
def act_sign(entry: HistoryEntry) -> str:
    """One sign beside the words of an act."""
    return _SIGNS.get(entry.step, "·")


@register.filter
def has_text(entry: HistoryEntry) -> bool:
    """Whether the entry holds a text of its own that can be compared and restored."""
    return entry.step in workflow.RESTORABLE


@register.filter
def readable(address: str) -> str:
    """An address without percent signs."""
    return unquote(address)


@register.filter
def return_reason(revision: Revision) -> HistoryEntry | None:
    """The newest entry that returned a revision."""
    return revision.history.filter(step="request_changes").first()


@register.filter
def name_of(user) -> str:
    """What the desk calls a person; "" for nobody."""
    return roles.name_of(user) if user else ""
