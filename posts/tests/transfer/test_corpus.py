"""Real archives, where the data folder lies beside the repository (specs/import.md 8)."""

import re
from pathlib import Path

import pytest
from django.db.models import Count

from posts.models import Post, Revision
from posts.transfer.discover import discover
from posts.transfer.read import Reader
from posts.transfer.run import Order, run

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not DATA.is_dir(), reason="no data folder beside the repository"),
]
POSTS = DATA / "corpora" / "allforces" / "_posts"


def test_seed_becomes_the_draft_that_was_promised():
    report = run(Order([DATA / "seed"]))
    revision = Revision.objects.get()
    document = revision.to_document()
    assert report.counts["created"] == 1 and report.results[0].url is None
    assert document.title == "「米政府がMeta Llamaを試用承認"
    assert f"{document.date:%Y-%m-%d %H:%M:%S %z}" == "2025-09-22 22:00:52 +0900"
    assert (document.category, document.author) == ("投資分析", "ALLFORCES編集部")
    assert document.tags == ("AI", "最新ニュース", "技術動向", "Meta", "投資")
    assert 19 <= revision.minutes <= 21
    source = next((DATA / "seed").glob("*.md")).read_text()
    assert document.body == source.split("---\n", 2)[2].strip()
    told = [problem for problem in report.results[0].problems if problem.rule == "reading_time.differs"]
    assert told[0].params == {"claimed": 8, "computed": revision.minutes}
    assert revision.status == "draft" and not Revision.objects.published().exists()


def test_allforces_comes_in_whole_and_stays_the_same():
    report = run(Order([POSTS], publish=True, jobs=2))
    assert report.counts["created"] == len(report.results) == 203
    for revision in Revision.objects.published().iterator():
        visible = re.sub(r"<(pre|code)\b.*?</\1>", "", revision.html, flags=re.S)
        assert not re.search(r"\{%|\{\{|\{:", visible), revision.post.source
    assert sum(bool(post.date) for post in Post.objects.all()) == 203
    assert not Post.objects.values("date", "slug").annotate(n=Count("pk")).filter(n__gt=1)
    again = run(Order([POSTS], publish=True))
    assert again.counts["unchanged"] == 203


@pytest.mark.parametrize(("folder", "count"), [("allforces/_posts", 203), ("18f/content/posts", 509)])
def test_every_header_of_the_corpora_is_read(folder, count):
    found = discover([DATA / "corpora" / folder])
    headers = [Reader().header(item) for item in found if not item.skip]
    assert len(headers) == count and all(header.place.day and header.place.slug for header in headers)
