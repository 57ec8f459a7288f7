"""Finding articles by words of their titles and addresses, however they are spelt: no database does NFKC."""

from collections.abc import Iterator

from posts import roles, text
from posts.models import Post, Revision, Status

MOST = 5_000  # articles that one search finds, the newest ones


def matching(user, words: str) -> Iterator[int]:
    """Primary keys of the articles the person may see whose title or slug holds each of the words, newest first.

    A title counts that stands in any text of the article that was not discarded.
    """
    keys = text.key(words).split()
    rows = Revision.objects.exclude(status=Status.DISCARDED).order_by("-post_id", "-number")
    if not roles.may(user, "see_every"):
        rows = rows.filter(post__in=roles.visible_posts(user, Post.objects.all()))
    found: set[int] = set()
    for post, title, slug in rows.values_list("post_id", "title", "post__slug").iterator(chunk_size=2000):
        if post in found:
            continue
        held = text.key(f"{title} {slug}")
        if all(key in held for key in keys):
            found.add(post)
            yield post
