"""What PostgreSQL refuses and SQLite takes: asked of each value, so that a move names its bad rows beforehand."""

import json
from typing import Any

from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.translation import gettext_lazy as _

WORDS = {
    "nul": _("holds a NUL character"),
    "long": _("is longer than its column"),
    "range": _("is a number outside the range of its column"),
    "half": _("holds half a character"),
    "odd": _("has a value that does not belong there"),
}
_RANGES = BaseDatabaseOperations.integer_field_ranges


def refused(field: Any, value: Any) -> str:
    """Why PostgreSQL would not take the value of a row: nul, long, range or half; "" when it does."""
    if isinstance(value, str):
        return _text(field, value)
    if isinstance(field, models.JSONField):
        return _tree(value)
    if isinstance(value, int) and not isinstance(value, bool):
        lowest, highest = _RANGES.get(field.get_internal_type(), (-(2**63), 2**63 - 1))
        return "" if lowest <= value <= highest else "range"
    return ""


def _text(field: Any, value: str) -> str:
    if "\0" in value:
        return "nul"
    limit = getattr(field, "max_length", None)
    return "long" if limit and len(value) > limit and not isinstance(field, models.TextField) else ""


def _tree(value: Any) -> str:
    if not value:
        return ""
    text = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in text and _holds_nul(value):
        return "nul"
    return "half" if any("\ud800" <= letter <= "\udfff" for letter in text) else ""


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(inner) for key, inner in value.items())
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value
