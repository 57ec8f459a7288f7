"""Real archives, where the data folder lies beside the repository (specs/import.md 8)."""

import contextlib
import re
from pathlib import Path

import pytest
from django.db.models import Count

from posts.models import HistoryEntry, Image, Post, Redirect, Revision
from posts.tests.transfer.stages import TOKYO, Alone
from posts.tests.transfer.test_roundtrip import empty, tree
from posts.transfer import run as running
from posts.transfer.discover import discover
from posts.transfer.export import export
from posts.transfer.problems import Skipped
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


def test_18f_comes_in_whole_and_stays_the_same():
    root = DATA / "corpora" / "18f" / "content" / "posts"
    report = run(Order([root], publish=True, jobs=2))
    assert report.counts["created"] == len(report.results) == 509
    assert (
        sum(problem.rule == "frontmatter.tabs" for result in report.results for problem in result.problems)
        < 2
    )
    assert_nothing_of_templates_is_visible()
    assert run(Order([root], publish=True)).counts["unchanged"] == 509


def test_rust_blog_comes_in_by_its_paths_with_its_pictures(client):
    root = DATA / "corpora" / "rust-blog" / "content"
    report = run(Order([root], publish=True, jobs=2))
    skipped = [result.key[1] for result in report.results if result.outcome == "skipped"]
    assert skipped == ["_index.md", "inside-rust/_index.md", "releases/_index.md", "releases/latest.md"]
    assert report.counts["created"] == len(report.results) - 4 == 750
    problems = [problem for result in report.results for problem in result.problems]
    refused = [problem for problem in problems if problem.rule == "image.not_an_image"]
    assert Image.objects.count() == 30 and len(refused) == 10
    assert all(problem.params["address"].endswith(".svg") for problem in refused)
    assert Revision.objects.published().count() == 750
    assert_nothing_of_templates_is_visible()
    aliased = Redirect.objects.filter(path__endswith=".html")
    assert aliased.values("post").distinct().count() == 598
    for old in aliased.order_by("path")[:40]:
        answer = client.get(old.path)
        assert answer.status_code == 301 and client.get(answer["location"]).status_code == 200
    assert run(Order([root], publish=True)).counts["unchanged"] == 750


def assert_nothing_of_templates_is_visible():
    """Outside code, and but for what the origin itself shows of braces with `raw`."""
    quoted = HistoryEntry.objects.filter(text__contains="endraw").values("post")
    for revision in Revision.objects.published().exclude(post__in=quoted).select_related("post").iterator():
        visible = re.sub(r"<(pre|code)\b.*?</\1>", "", revision.html, flags=re.S)
        assert not re.search(r"\{%|\{\{|\{:", visible), revision.post.source


@pytest.mark.parametrize(
    ("folder", "count", "aliased"),
    [("allforces/_posts", 203, 0), ("18f/content/posts", 509, None), ("rust-blog/content", 750, 619)],
)
def test_every_header_of_the_corpora_is_read(folder, count, aliased):
    headers = []
    for item in discover([DATA / "corpora" / folder]):
        with contextlib.suppress(Skipped):
            headers += [] if item.skip else [Reader(TOKYO, "/media/").header(item)]
    assert len(headers) == count and all(header.place.day and header.place.slug for header in headers)
    # 623 files of the third have the key `aliases`, four of them an empty list; `path` is one old path of each file
    assert aliased is None or sum(len(header.old_paths) > 1 for header in headers) == aliased


@pytest.mark.parametrize("folder", ["allforces/_posts", "18f/content", "rust-blog/content"])
def test_archives_come_back_whole_from_their_export(folder, tmp_path, monkeypatch, settings):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    if folder != "allforces/_posts":  # its pages are made for real
        monkeypatch.setattr(running, "Crew", Alone)
    run(Order([DATA / "corpora" / folder], publish=True, jobs=2))
    count = Post.objects.count()
    first = exported(tmp_path / "first")
    empty()
    report = run(Order([tmp_path / "first"], publish=True, jobs=2))
    assert report.counts["created"] == count == len(report.results)
    assert exported(tmp_path / "second") == first
    again = run(Order([tmp_path / "first"], publish=True, jobs=2))
    assert again.counts["unchanged"] == count


def exported(folder: Path) -> dict[str, bytes]:
    assert not export(folder, newest=True, drafts=True).failed
    return tree(folder)
