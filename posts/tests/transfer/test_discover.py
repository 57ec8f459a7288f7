"""Which files are found, and that nothing outside the root is read."""

import os
from pathlib import Path

import pytest

from posts.transfer import files
from posts.transfer.discover import DiscoverError, discover
from posts.transfer.problems import SourceError


def sources(found):
    return {item.source: item.skip.rule if item.skip else "" for item in found}


def test_files_are_found_with_their_path_as_identity(tmp_path):
    for name in (
        "b.md",
        "a/x.markdown",
        "a/y.mkd",
        "z.html",
        "z.txt",
        ".hidden.md",
        ".git/g.md",
        "old.rst",
        "_index.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = discover([tmp_path], "blog")
    assert sources(found) == {
        ".hidden.md": "source.hidden",
        "_index.md": "source.not_a_post",
        "a/x.markdown": "",
        "a/y.mkd": "",
        "b.md": "",
        "old.rst": "source.format",
        "z.html": "",
    }
    assert [item.source for item in found] == sorted(item.source for item in found)
    assert {item.site for item in found} == {"blog"}


def test_the_label_is_the_folders_name_and_one_file_is_its_own_root(tmp_path):
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog" / "a.md").write_text("x")
    for path in (tmp_path / "blog", tmp_path / "blog" / "a.md"):
        assert [item.key for item in discover([path])] == [("blog", "a.md")]


def test_names_are_compared_composed(tmp_path):
    for name in ("か\u3099.md", "が.md"):
        (tmp_path / name).write_text("x")
    assert sorted(filter(None, sources(discover([tmp_path])).values())) == ["source.same_name"]


def test_name_that_is_no_utf8_is_refused(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).write_text("x")
    assert [item.skip.rule for item in discover([tmp_path])] == ["source.name"]


def test_two_roots_with_one_label_are_wrong_use(tmp_path):
    for name in ("a/posts", "b/posts"):
        (tmp_path / name).mkdir(parents=True)
    with pytest.raises(DiscoverError):
        discover([tmp_path / "a/posts", tmp_path / "b/posts"])


def test_links_are_followed_inside_the_root_only(tmp_path):
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret.md").write_text("canary")
    (root / "in" / "a.md").write_text("x")
    (root / "loop").symlink_to(root)
    (root / "away").symlink_to(tmp_path / "out")
    (root / "file.md").symlink_to(tmp_path / "out" / "secret.md")
    found = sources(discover([root]))
    assert set(found) == {"file.md", "in/a.md"}
    with pytest.raises(SourceError) as caught:
        files.read(root / "file.md", [root], 100)
    assert caught.value.problem.rule == "file.outside"


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "sparse", "loop", "missing"])
def test_only_regular_files_of_a_size_are_read(tmp_path, kind):
    path = tmp_path / "x.md"
    expected = "file.not_regular"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
        expected = "file.outside"
    elif kind == "sparse":
        path.touch()
        os.truncate(path, 1 << 30)
        expected = "file.size"
    elif kind == "loop":
        path.symlink_to(path)
        expected = "file.unreadable"
    else:
        expected = "file.missing"
    with pytest.raises(SourceError) as caught:
        files.read(path, [tmp_path], 1000)
    assert caught.value.problem.rule == expected
