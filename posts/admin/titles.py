"""Finding articles by words of their titles and addresses, read and folded as readers' search does it."""

from collections.abc import Iterator
from functools import lru_cache

from posts import folding, roles, search
from posts.models import Post, Revision, Status

MOST = 5_000  # articles that one search finds, the newest ones


def matching(user, words: str) -> Iterator[int]:
    """Primary keys of the articles the person may see whose title or slug holds what is asked for, newest first.

    Words, phrases and exclusions as in `search.read`. A title counts that stands in any text of the article that was
    not discarded.
    """
    wish = search.read(words)
    unwanted = [word.folded for word in wish.unwanted]
    rows = Revision.objects.exclude(status=Status.DISCARDED).order_by("-post_id", "-number")
    if not roles.may(user, "see_every"):
        rows = rows.filter(post__in=roles.visible_posts(user, Post.objects.all()))
    found: set[int] = set()
    for post, title, slug in rows.values_list("post_id", "title", "post__slug").iterator(chunk_size=2000):
        if post in found:
            continue
        held = _folded(f"{title} {slug}")
        if all(word in held for word in wish.folded) and not any(word in held for word in unwanted):
            found.add(post)
            yield post


@lru_cache(maxsize=40_000)  # folding all titles takes longer than reading them; a process folds each once
def _folded(words: str) -> str:
    return folding.fold(words)
