"""Group C: names, links and addresses in an archive that somebody else has packed."""

import socket
import threading
import zipfile
from pathlib import Path

import pytest

from posts.models import Post, Revision
from posts.tests.transfer.test_write import Blog, _quick, blog  # noqa: F401 - fixtures
from posts.transfer import files
from posts.transfer.problems import SourceError

CANARY = b"not for this archive"


def test_C14_odd_names_and_deep_folders_come_in_or_are_told(blog):  # noqa: F811
    deep = "/".join(["d"] * 200)
    (blog.root / deep).mkdir(parents=True)
    names = ["line\nbreak.md", "-rf.md", "a" * 252 + ".md", f"{deep}/deep.md", "$(touch x).md"]
    for number, name in enumerate(names):
        blog.write(name, head=f"title: 題{number}\ndate: 2025-04-0{number + 1}")
    outcomes = blog.run()
    assert {outcomes[name] for name in names} <= {"created", "skipped", "failed"}
    told = {result.key[1] for result in blog.report.results if result.problems}
    assert all(outcomes[name] == "created" or name in told for name in names)
    assert Post.objects.count() == [*outcomes.values()].count("created") > 0


@pytest.mark.pure
def test_C16_a_file_that_becomes_a_link_is_never_read_outside(tmp_path):
    """One thread swaps a picture for a link out of the folder again and again while another reads it."""
    root, secret = tmp_path / "root", tmp_path / "secret.png"
    root.mkdir()
    secret.write_bytes(CANARY)
    path, stop = root / "a.png", threading.Event()

    def swap():
        while not stop.is_set():
            for make in (lambda new: new.write_bytes(b"inside"), lambda new: new.symlink_to(secret)):
                new = root / "new"
                make(new)
                new.replace(path)

    path.write_bytes(b"inside")
    thread = threading.Thread(target=swap)
    thread.start()
    try:
        seen = {_read(path, root) for _try in range(10_000)}
    finally:
        stop.set()
        thread.join()
    assert CANARY not in seen
    assert b"inside" in seen and "file.outside" in seen  # a control: both were met


def _read(path: Path, root: Path) -> bytes | str:
    try:
        return files.read(path, [root], 100)
    except SourceError as error:
        return error.problem.rule


def test_C22_an_archive_among_the_posts_is_not_opened(blog):  # noqa: F811
    blog.write()
    with zipfile.ZipFile(blog.root / "more.zip", "w") as packed:
        packed.writestr("../../2025-04-02-out.md", "---\ntitle: 外\n---\n\n外です。\n")
    (blog.root / "2025-04-03-zip.md").write_bytes((blog.root / "more.zip").read_bytes())
    outcomes = blog.run()
    assert outcomes.pop("2025-04-01-harbour.md") == "created"
    assert set(outcomes.values()) <= {"failed", "skipped"}
    assert [*Revision.objects.values_list("title", flat=True)] == ["港の話"]


@pytest.fixture
def listener():
    """A server of this machine that counts who comes."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        yield server


def _callers(server: socket.socket) -> int:
    found = 0
    try:
        while True:
            server.accept()[0].close()
            found += 1
    except TimeoutError:
        return found


def test_C26_no_picture_is_fetched_from_anywhere(blog, listener):  # noqa: F811
    own = f"http://127.0.0.1:{listener.getsockname()[1]}/a.png"
    pictures = [own, "http://169.254.169.254/latest/meta-data/", "https://pictures.invalid/a.png"]
    head = f"title: 港の話\ndate: 2025-04-01\nimage: {own}"
    blog.write(head=head, body="\n\n".join(f"![図]({address})" for address in pictures))
    assert set(blog.run().values()) == {"created"}
    assert _callers(listener) == 0
    text = Revision.objects.get()
    assert all(address in text.body for address in pictures)
    assert text.cover is None
    with socket.create_connection(listener.getsockname()):  # a control: who comes is counted
        assert _callers(listener) == 1
