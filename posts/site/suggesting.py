"""Where a search finds nothing: other spellings and fewer words that find something, tags, and the newest articles."""

import re
from itertools import islice

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from posts import search, text
from posts.models import Revision, Tag, TaggedRevision

MOST_WORDS, MOST_TAGS, MOST_ARTICLES = 8, 12, 5
LATELY = 50  # the newest articles, whose tags are offered
# What is written in two ways; specs/readers.md 4 leaves these apart, so that both are found only where both are asked
_WAYS = [
    (re.compile("(?<=[ァ-ヺ])ー$"), ""),
    (re.compile("(?<=[ァ-ヺ])[・ー]"), ""),
    (re.compile("ヴァ"), "バ"),
    (re.compile("ヴィ"), "ビ"),
    (re.compile("ヴェ"), "ベ"),
    (re.compile("ヴォ"), "ボ"),
    (re.compile("ヴ"), "ブ"),
    (re.compile("[-‐－]"), ""),
    (re.compile("(?<=[A-Za-z]{3})(?:ies|es|s)$", re.I), ""),
]


def instead(public: QuerySet[Revision], asked) -> dict:
    """What the page offers. Everything in it is public: words that find something, tags that stand on something."""
    words = () if asked.is_narrowed else asked.wish.words
    found = {"near": _near(public, words), "newest": _newest(public), "tags": []}
    if not asked.is_narrowed:
        found["tags"] = _tags(public, words)
    return found


def _near(public: QuerySet[Revision], words) -> list[tuple[str, int]]:
    tried = list(islice(_other_words(words), MOST_WORDS))
    counts = search.count_each(public, tried)
    return [(word.typed, count) for word, count in zip(tried, counts, strict=True) if count]


def _other_words(words):
    """Each word in its other spellings, then alone, then without its last characters; each once."""
    asked = {word.folded for word in words} if len(words) == 1 else set()
    typed = [re.sub(pattern, other, word.typed) for word in words for pattern, other in _WAYS]
    typed += [word.typed for word in words]
    typed += [word.typed[:length] for word in words for length in range(len(word.typed) - 1, 1, -1)]
    for one in typed:
        for word in search.read(f'"{one}"').words:
            if word.folded not in asked:
                asked.add(word.folded)
                yield word


def _tags(public: QuerySet[Revision], words) -> list[Tag]:
    """Tags of public articles: those that share something with the words, then those of the newest articles."""
    named = Q(pk__in=[])
    for word in words:
        for part in {word.typed, word.typed[:2]}:
            named |= Q(key__contains=text.key(part))
    newest = public.latest_first().values("pk")[:LATELY]
    recent = TaggedRevision.objects.filter(content_object__in=newest).values("tag")
    used = Exists(TaggedRevision.objects.filter(tag=OuterRef("pk"), content_object__in=public))
    near = Case(When(named, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(Tag.objects.filter(named | Q(pk__in=recent)).filter(used).order_by(near, "name")[:MOST_TAGS])


def _newest(public: QuerySet[Revision]) -> list[Revision]:
    return list(public.latest_first().for_cards()[:MOST_ARTICLES])
