"""Search over the 203 posts: what is found is what holds the words, whichever database looks."""

import os
import random
from pathlib import Path

import pytest

from posts import folding, search
from posts.models import Revision
from posts.tests.transfer.stages import Alone
from posts.transfer import run as running
from posts.transfer.run import Order, run

DATA = Path(os.environ.get("EDITORIAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not DATA.is_dir(), reason="no data folder beside the repository"),
]


def drawn(texts: list[str], count: int, seed: int) -> list[str]:
    """Stretches of 1 to 3 characters of the texts that a query can be: no blank, nothing that means something to it."""
    pick, found = random.Random(seed), []
    while len(found) < count:
        text, length = pick.choice(texts), pick.randint(1, 3)
        start = pick.randrange(len(text) - length)
        query = text[start : start + length]
        if (
            not any(c.isspace() for c in query)
            and not query.startswith(("-", "－"))
            and query[0] not in '"“「＂'
        ):
            found.append(query)
    return found


def test_recall_and_precision_are_1_for_100_drawn_queries(monkeypatch):
    monkeypatch.setattr(running, "Crew", Alone)
    run(Order([DATA / "corpora/allforces/_posts"], publish=True, jobs=2))
    rows = list(Revision.objects.published())
    assert len(rows) == 203
    folded = {row.pk: (folding.fold(row.title), folding.fold(f"{row.summary}\n{row.text}")) for row in rows}
    for query in drawn([f"{row.title}{row.text}" for row in rows], 100, seed=203):
        word = folding.fold(query)
        wanted = {pk for pk, texts in folded.items() if any(word in text for text in texts)}
        found = search.find(Revision.objects.published(), search.read(query))
        assert len(found) == len(set(found)) and set(found) == wanted, query
        if word:
            first = [pk for pk in found if word in folded[pk][0]]
            assert found[: len(first)] == first, query
