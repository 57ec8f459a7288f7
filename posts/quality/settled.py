"""Which findings hold nothing up any more: those that somebody has waived or dismissed."""

from datetime import datetime

from posts.models import Waiver

Key = tuple[str, str]  # id of the check, fingerprint


def settled(post_id: int, at: datetime) -> set[Key]:
    """The findings of an article that a waiver or dismissal covers at a moment."""
    return set(Waiver.objects.filter(post=post_id).holding(at).values_list("check_id", "fingerprint"))
