"""Which findings hold nothing up any more: those that somebody has waived or dismissed."""

from collections.abc import Iterable
from datetime import datetime

from posts.models import Waiver

Key = tuple[str, str]  # id of the check, fingerprint


def settled(post_id: int, at: datetime) -> set[Key]:
    """The findings of an article that a waiver or dismissal covers at a moment."""
    return set(Waiver.objects.filter(post=post_id).holding(at).values_list("check_id", "fingerprint"))


def all_settled(posts: Iterable[int], at: datetime) -> dict[int, set[Key]]:
    """{number of an article: the same} for those that have any."""
    found: dict[int, set[Key]] = {}
    rows = Waiver.objects.filter(post__in=list(posts)).holding(at)
    for post, check_id, fingerprint in rows.values_list("post", "check_id", "fingerprint"):
        found.setdefault(post, set()).add((check_id, fingerprint))
    return found
