"""manage.py import_markdown: options, exit status, report and summary."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from posts.models import Post, Revision
from posts.tests.transfer.stages import Alone
from posts.transfer import run as running
from posts.transfer.problems import Problem
from posts.transfer.wording import WORDS, printable, words

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(running, "Crew", Alone)  # rendering is tested where it lives


@pytest.fixture
def blog(tmp_path):
    root = tmp_path / "blog"
    root.mkdir()
    (root / "2025-04-01-harbour.md").write_text("---\ntitle: 港\nlayout: post\n---\n本文です。\n")
    return root


def test_report_has_counts_files_and_addresses(blog, tmp_path):
    (blog / "open.md").write_text("---\ntitle: x\n")
    with pytest.raises(CommandError) as caught:
        call_command("import_markdown", str(blog), publish=True, report=str(tmp_path / "r.json"), verbosity=0)
    assert caught.value.returncode == 1 and Post.objects.count() == 1
    report = json.loads((tmp_path / "r.json").read_text())
    counts = {"created": 1, "updated": 0, "unchanged": 0, "conflict": 0, "skipped": 0, "failed": 1}
    assert report["counts"] == counts
    good, bad = report["files"]
    assert (good["outcome"], good["url"]) == ("created", "/2025/04/01/harbour/")
    assert set(good["problems"][0]) == {"severity", "rule", "line", "message"}
    assert (good["problems"][0]["rule"], good["problems"][0]["line"]) == ("key.unknown", 3)
    assert (bad["outcome"], bad["url"]) == ("failed", None)
    assert (bad["problems"][0]["rule"], bad["problems"][0]["line"]) == ("frontmatter.unclosed", 1)


def test_summary_counts_and_names_what_failed(blog, capsys):
    (blog / "open.md").write_text("---\ntitle: x\n")
    with pytest.raises(CommandError):
        call_command("import_markdown", str(blog))
    told = capsys.readouterr().out
    assert "[key.unknown]" in told and "open.md:1: [frontmatter.unclosed]" in told


@pytest.mark.parametrize(
    "wrong",
    [
        ["/nowhere"],
        ["."] + ["--jobs", "0"],
        ["."] + ["--site", "x" * 101],
        ["."] + ["--report", "/nowhere/r.json"],
        ["."] + ["--encoding", "rot13"],
        ["."] + ["--authors", "/nowhere/authors.yml"],
        ["."] + ["--map", "dek=nothing"],
        ["."] + ["--map", "dek"],
    ],
    ids=["path", "jobs", "label", "report", "encoding", "authors", "field", "no field"],
)
def test_wrong_use_ends_with_two_and_writes_nothing(wrong):
    with pytest.raises(CommandError) as caught:
        call_command("import_markdown", *wrong)
    assert caught.value.returncode == 2 and not Post.objects.exists()


def test_label_and_jobs_are_taken(blog):
    call_command("import_markdown", str(blog), "--site", "archive", "--jobs", "3", verbosity=0)
    assert Post.objects.get().site == "archive"


def test_authors_encoding_and_map_are_taken(blog, tmp_path):
    (tmp_path / "authors.yml").write_text("---\nmaki: {name: 牧 花子, url: x}\nken: Ken Example\n")
    text = "---\ntitle: 港\ndate: 2025-04-01\nwriter: maki, ken\n---\n本文です。\n"
    (blog / "b.md").write_bytes(text.encode("euc-jp"))
    authors = str(tmp_path / "authors.yml")
    options = ["--authors", authors, "--encoding", "euc-jp", "--map", "writer=author", "--strict", "--expiry"]
    call_command("import_markdown", str(blog), *options, verbosity=0)
    document = Revision.objects.get(post__source="b.md").to_document()
    assert (document.author, document.coauthors) == ("牧 花子", ("Ken Example",))


@pytest.mark.parametrize("text", ["- a list\n", "a: {b: c}\n", "a: &x b\n", "a: [\n"])
def test_authors_that_cannot_be_read_are_wrong_use(blog, tmp_path, text):
    (tmp_path / "authors.yml").write_text(text)
    with pytest.raises(CommandError) as caught:
        call_command("import_markdown", str(blog), "--authors", str(tmp_path / "authors.yml"))
    assert caught.value.returncode == 2 and not Post.objects.exists()


def test_folder_that_is_known_under_another_label_is_wrong_use_with_the_remedy(blog):
    call_command("import_markdown", str(blog), verbosity=0)
    with pytest.raises(CommandError) as caught:
        call_command("import_markdown", str(blog), "--site", "another")
    assert caught.value.returncode == 2 and Post.objects.count() == 1
    assert "--site blog" in str(caught.value) and "source.root" in str(caught.value)


def test_names_are_printed_escaped():
    assert printable("a\nb\x1b[2J\udcff") == "a\\nb\\x1b[2J\\udcff"
    assert printable("-rf.md") == "./-rf.md"


@pytest.mark.parametrize("rule", WORDS)
def test_every_sentence_can_be_said(rule):
    params = dict.fromkeys(
        "kind reason limit encoding offset detail format key title value day file_day field code tag address "
        "claimed computed path count errors".split(),
        "100% ",
    )
    assert "%(" not in words(Problem("info", rule, 0, params))


@pytest.mark.walk
def test_closed_pipe_and_plain_terminal_leave_no_traceback(blog, tmp_path):
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    reader, writer = os.pipe()
    os.close(reader)
    command = [*manage, "import_markdown", str(blog)]
    closed = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    plain = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (closed.returncode, closed.stderr) == (0, b"")
    assert (plain.returncode, plain.stderr) == (0, b"") and plain.stdout.isascii()


def test_drafts_that_an_unchanged_publish_leaves_are_named(tmp_path):
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "2026-01-05-a.md").write_text("---\ntitle: a\n---\n\n本文\n", encoding="utf-8")
    report = tmp_path / "report.json"
    call_command("import_markdown", str(folder), verbosity=0)
    call_command("import_markdown", str(folder), publish=True, report=str(report), verbosity=0)
    (file,) = json.loads(report.read_text())["files"]
    assert (file["outcome"], [problem["rule"] for problem in file["problems"]]) == (
        "unchanged",
        ["hold.unchanged"],
    )


def test_an_empty_path_is_wrong_use():
    with pytest.raises(CommandError) as caught:
        call_command("import_markdown", "", verbosity=0)
    assert caught.value.returncode == 2


def test_another_sites_folder_of_the_same_name_is_not_taken_for_the_first(tmp_path):
    for site, word in (("one", "a"), ("two", "b")):
        folder = tmp_path / site / "_posts"
        folder.mkdir(parents=True)
        for day in range(10, 22):
            name = "x" if day == 10 else f"{word}{day}"
            (folder / f"2026-01-{day}-{name}.md").write_text(
                f"---\ntitle: {word}\n---\n\n本文{day}{word}\n", "utf-8"
            )
    call_command("import_markdown", str(tmp_path / "one" / "_posts"), verbosity=0)
    with pytest.raises(CommandError) as caught:
        call_command("import_markdown", str(tmp_path / "two" / "_posts"), verbosity=0)
    assert (caught.value.returncode, "--site" in str(caught.value)) == (2, True)
    assert not Revision.objects.filter(title="b").exists()
    call_command("import_markdown", str(tmp_path / "two" / "_posts"), site="two", verbosity=0)
    assert Revision.objects.filter(title="b").count() == 12
