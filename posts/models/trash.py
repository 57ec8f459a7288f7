"""The trash: articles whose every text was discarded. What was public once never is in it."""

from django.db.models import Exists, OuterRef

from .choices import Status
from .post import PostQuerySet
from .revision import Revision

_TEXTS = Revision.objects.filter(post=OuterRef("pk"))
_LIVING = _TEXTS.exclude(status=Status.DISCARDED)


def at_desk(posts: PostQuerySet) -> PostQuerySet:
    """Articles with a text that was not discarded."""
    return posts.filter(Exists(_LIVING))


def in_trash(posts: PostQuerySet) -> PostQuerySet:
    """Articles that have texts, all of them discarded."""
    return posts.filter(Exists(_TEXTS), ~Exists(_LIVING))
