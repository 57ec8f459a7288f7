"""What somebody wrote into a form that cannot be taken: it is shown again, so that nothing is lost. No Django."""

from collections.abc import Mapping

_WORDS = ("title", "summary", "body", "update_note", "disclosure", "slug")


def typed(form: Mapping[str, str]) -> list[str]:
    """Running text and reasons; only fields that hold words, no password."""
    named = [form.get(name, "") for name in _WORDS]
    reasons = [value for name, value in form.items() if name.endswith(("comment", "notice"))]
    return [value for value in [*named, *reasons] if value.strip()]
