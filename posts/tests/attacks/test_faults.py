"""Disks that are full or read only, processes that are killed, clocks that differ: all or nothing, in words."""

import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture

from editorial import steady
from posts import workflow
from posts.admin.forms import StepForm
from posts.models import HistoryEntry, Image, ImportReport, Notice, Post, Revision
from posts.site import errors
from posts.workflow import Refused, outbox

from ..make import NOON, PAGE, make_post, make_user
from .racing import IS_POSTGRES, alone, at_once, empty, rounds, shared, winners

__all__ = ["empty", "shared"]
pytestmark = pytest.mark.django_db(transaction=IS_POSTGRES)
ROOT = Path(__file__).resolve().parents[3]
TYPED = "届かなかった本文の一行。"


@contextmanager
def full_disk():
    """The database takes no more pages, as on a disk that is full."""
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@contextmanager
def read_only():
    """The database refuses every write, as one in a file that may not be written."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only = OFF")


DISKS = {"full": full_disk, "read only": read_only}
on_sqlite = pytest.mark.skipif(IS_POSTGRES, reason="SQLite's own switches make the fault")


@pytest.fixture
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def blog(tmp_path):
    """Thirty files with a picture; more than fits into the free pages of a database."""
    root = tmp_path / "blog"
    root.mkdir()
    Picture.new("RGB", (40, 30), (9, 9, 90)).save(root / "port.png")
    for number in range(30):
        head = f"title: 港 {number}\ndate: 2025-04-01 20:00 +0000\nslug: p{number}"
        (root / f"p{number:02}.md").write_text(f"---\n{head}\n---\n\n![港](port.png)\n\n" + "文です。" * 2000)
    return root


def run(blog, **more) -> str:
    """The import's last words. Raises CommandError."""
    said = StringIO()
    call_command("import_markdown", str(blog), jobs=1, publish=True, stdout=said, stderr=said, **more)
    return said.getvalue()


# --- C44: disks ---


@on_sqlite
@pytest.mark.parametrize("disk", DISKS)
def test_C44_a_save_that_the_disk_refuses_shows_the_text_and_readers_go_on(disk, quiet, settings):
    writer = make_user("writer")
    draft, public = make_post(by=writer), make_post("published", slug="a")
    client = Client(raise_request_exception=False)
    client.force_login(writer)
    path = reverse("admin:posts_post_change", args=[draft.post_id])
    body = TYPED + "文です。" * 20_000
    sent = {"_save": "1", "_draft": draft.pk, "version": draft.version, "title": "見出し", "body": body}
    with DISKS[disk]():
        answer = client.post(path, sent | {"format": "markdown", "lang": "ja"})
        read = Client().get(public.post.get_absolute_url())
        desk = client.get(path)
    said = answer.content.decode()
    assert (answer.status_code, read.status_code, desk.status_code) == (503, 200, 200)
    assert TYPED in said and "保存されていません" in said and "Traceback" not in said
    draft.refresh_from_db()
    assert (draft.version, draft.body) == (1, "本文です。")
    assert [entry.step for entry in draft.post.history.all()] == ["create"]
    assert client.post(path, sent | {"format": "markdown", "lang": "ja"}).status_code == 302  # the control


def test_C44_the_text_is_shown_at_the_desk_only(quiet):
    """A form of readers is not ours; and a fault in reading the form is no second one."""
    request = Client().get("/").wsgi_request
    request.method, request.path_info = "POST", "/tags/x/"
    request._post = {"title": TYPED}
    assert TYPED not in errors.server_error(request).content.decode()
    request.path_info = "/admin/posts/post/1/change/"
    assert TYPED in errors.server_error(request).content.decode()
    del request._post
    request._read_started, request._stream = True, None
    assert errors.server_error(request).status_code == 500


@on_sqlite
@pytest.mark.parametrize("disk", DISKS)
def test_C44_an_import_on_such_a_disk_ends_with_the_reason_and_can_be_run_again(disk, blog):
    with DISKS[disk](), pytest.raises(CommandError) as stopped:
        run(blog)
    assert stopped.value.returncode == 1
    assert {"full": "full", "read only": "readonly"}[disk] in str(stopped.value)
    assert (Post.objects.count(), HistoryEntry.objects.count()) == (0, 0)
    run(blog)
    assert Post.objects.count() == 30


def test_C44_a_report_that_cannot_be_kept_is_told_and_what_came_in_stays(blog, tmp_path, monkeypatch):
    monkeypatch.setattr(ImportReport.objects, "create", _no_space)
    with pytest.raises(CommandError) as stopped:
        run(blog)
    assert stopped.value.returncode == 1 and "No space left" in str(stopped.value)
    assert Post.objects.count() == 30


def test_C44_a_report_file_on_a_full_disk_is_told(blog):
    with pytest.raises(CommandError) as stopped:
        run(blog, report="/dev/full")
    assert stopped.value.returncode == 1 and "No space left" in str(stopped.value)
    assert Post.objects.count() == 30


def _no_space(*args, **more):
    raise OSError(errno.ENOSPC, "No space left on device")


def _half(self, name, content):
    """The first bytes are written, then the disk is full."""
    place = Path(self.path(name))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content.read(20))
    _no_space()


@pytest.mark.parametrize("fault", [_half, _no_space])
def test_C44_a_picture_that_did_not_fit_is_written_whole_by_the_next_run(
    fault, blog, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path / "media"
    with monkeypatch.context() as patch, pytest.raises(CommandError) as stopped:
        patch.setattr(FileSystemStorage, "_save", lambda self, name, content: fault(self, name, content))
        run(blog)
    assert stopped.value.returncode == 1 and "No space left" in str(stopped.value)
    assert (Post.objects.count(), Image.objects.count()) == (0, 0)
    run(blog)
    image = Image.objects.get()
    with Picture.open(image.file.path) as shown:
        shown.load()
    files = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert (Post.objects.count(), len(files)) == (30, 1 + len(image.variants))


# --- C43: an import while somebody edits ---


@pytest.mark.usefixtures("shared")
@rounds(2, 40)
def test_C43_an_import_never_writes_over_what_somebody_saves_meanwhile(count, tmp_path):
    root = tmp_path / "blog"
    root.mkdir()
    writer = alone(lambda: make_user("writer"))

    def file(number: int, text: str):
        head = f"title: 港\ndate: 2025-04-01\nslug: p{number}"
        (root / f"p{number}.md").write_text(f"---\n{head}\n---\n\n{text}\n")

    def take():
        call_command("import_markdown", str(root), jobs=1, site="x", verbosity=0)

    for number in range(count):
        file(number, "元の本文です。")
        alone(take)
        draft = alone(lambda number=number: Revision.objects.get(post__source=f"p{number}.md"))
        file(number, "ファイルの新しい本文です。")
        document = alone(draft.to_document).replace(body="机の新しい本文です。")

        def save(draft=draft, document=document):
            return workflow.save_draft(draft, document, by=writer, version=draft.version, page=PAGE)

        answers = at_once(take, save)

        def look(draft=draft, answers=answers):
            now, steps = Revision.objects.get(pk=draft.pk), [e.step for e in draft.post.history.all()]
            if winners(answers) == "11":  # the desk was first: the file waits
                assert (now.body, steps.count("conflict")) == ("机の新しい本文です。", 1)
            else:  # the file was first: the desk's text is kept
                assert "ファイル" in now.body
            texts = "".join(entry.text for entry in draft.post.history.all())
            assert "机の新しい" in texts and "ファイルの新しい" in texts and "元の" in texts

        alone(look)


# --- D06, D07: clocks ---


def test_D06_a_clock_that_is_set_back_hides_what_has_not_begun_and_breaks_nothing(clock, publisher):
    revision = make_post("published", slug="a")
    path = revision.post.get_absolute_url()
    assert Client().get(path).status_code == 200
    clock.move_to(NOON - timedelta(seconds=1))
    assert Client().get(path).status_code == 404
    with pytest.raises(Refused):
        workflow.perform("unpublish", revision, by=publisher, comment="時計が戻りました。確認します。")
    clock.move_to(NOON)
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize(
    ("typed", "offset"),
    [("2026-03-29T01:59", 1), ("2026-03-29T03:00", 2), ("2026-10-25T01:59", 2), ("2026-10-25T03:00", 1)],
)
def test_D06_a_moment_beside_a_change_of_the_clock_is_the_one_that_was_typed(typed, offset, clock, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    form = StepForm({"publish-1-at": typed}, prefix="publish-1", zone="Europe/Berlin")
    form.is_valid()
    assert form.cleaned_data["at"] == datetime.fromisoformat(f"{typed}:00+0{offset}:00")


@pytest.mark.parametrize("typed", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_D06_a_moment_that_is_missing_or_twice_is_refused_or_one_of_the_two(typed, clock, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    form = StepForm({"publish-1-at": typed}, prefix="publish-1", zone="Europe/Berlin")
    if form.is_valid():
        assert abs(form.cleaned_data["at"] - datetime.fromisoformat(f"{typed}:00+01:00")) <= timedelta(
            hours=1
        )
    else:
        assert form.errors["at"]


def test_D07_a_host_whose_clock_is_behind_shows_a_text_later_and_refuses_in_words(clock, publisher):
    clock.move_to(NOON + timedelta(seconds=30))  # the host that publishes is ahead
    revision = make_post("published", slug="a")
    clock.move_to(NOON)  # and this one is behind
    assert Client().get(revision.post.get_absolute_url()).status_code == 404
    for step in ("unpublish", "retract"):
        with pytest.raises(Refused) as refused:
            words = {"comment": "事実に誤りがありました。", "notice": "お知らせ"}
            workflow.perform(step, revision, by=publisher, **words)
        assert str(refused.value)
    clock.move_to(NOON + timedelta(seconds=30))
    assert Client().get(revision.post.get_absolute_url()).status_code == 200
    revision.refresh_from_db()
    entry = revision.history.first()
    assert (entry.target, entry.live_from) == (revision.status, revision.live_from)


@pytest.mark.usefixtures("shared")
def test_D07_two_senders_on_two_hosts_send_each_notice_once(settings):
    def prepare():
        make_user("editor", email="editor@example.com")
        make_post("in_review", by=make_user("writer"))
        return Notice.objects.count()

    waiting = alone(prepare)
    tallies = at_once(*(lambda: _send() for _host in range(3)))
    assert sum(tallies) == waiting > 0
    assert alone(lambda: Notice.objects.filter(sent_at=None).count()) == 0


def _send() -> int:
    return outbox.send().sent


# --- D09, D10: an editor, an import and readers at once ---


@pytest.fixture(scope="module")
def together() -> str:
    """What `bench/together.py` says of some seconds (BENCH_SECONDS, 15 here) on SQLite with two workers."""
    environment = {"BENCH_SECONDS": "15", **os.environ}
    command = [sys.executable, "-m", "bench.together"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True).stdout


@pytest.mark.walk
def test_D09_an_editor_an_import_and_readers_meet_no_error(together):
    """How long a save takes is the program's to judge: a busy machine says nothing about it (decision 43)."""
    assert "ok   answers that were errors" in together and "ok   imports that failed" in together
    assert "('save', 302)" in together or "('save', 200)" in together


@pytest.mark.walk
def test_D10_a_reader_who_stays_does_not_let_the_log_grow_without_end(together):
    assert "ok   write-ahead log at its longest" in together


# --- D12: killed in the middle of a save ---


def killed_at(number: int, act) -> bool:
    """Do the act in a child that kills itself before its `number`th statement; whether it came to that."""
    pid = os.fork()
    if not pid:
        left = [number]

        def count(execute, sql, params, many, context):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        def work():
            with connection.execute_wrapper(count):
                act()

        try:
            alone(work)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


@pytest.mark.usefixtures("shared")
def test_D12_a_worker_that_is_killed_anywhere_in_a_save_leaves_all_or_nothing():
    """Killed before each statement in turn, until the save is through: the text and its entry stand, or neither."""
    writer = alone(lambda: make_user("writer"))
    draft = alone(lambda: make_post(by=writer))
    document = draft.to_document().replace(body=TYPED, tags=["港", "電力"])
    seen = []
    for number in range(200):

        def save():
            workflow.save_draft(draft, document, by=writer, version=draft.version, page=PAGE)

        was_killed = killed_at(number, save)

        def look():
            now = Revision.objects.get(pk=draft.pk)
            held = (now.version, now.body == TYPED, now.tags.count(), now.post.history.count())
            assert held in [(1, False, 0, 1), (2, True, 2, 2)]
            assert now.history.first().target == now.status
            return held[0]

        seen.append(alone(look))
        if seen[-1] == 2:
            break
        assert was_killed
    assert (
        seen[-1] == 2 and len(seen) > 10
    )  # the control: it was killed many times, and came through in the end


# --- D13: a cache that is full ---


@pytest.mark.pure
def test_D13_a_cache_that_is_full_costs_no_answer():
    """A Redis at its limit of memory refuses every write."""
    steady._again.clear()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_refuse, args=(server,), daemon=True).start()
        cache = steady.SteadyRedis(f"redis://127.0.0.1:{server.getsockname()[1]}/0", {})
        cache.set("a", 1, 60)
        assert cache.get("a") == 1 and cache.incr("a") == 2
    steady._again.clear()


def _refuse(server):
    while True:
        try:
            caller, _address = server.accept()
            while caller.recv(65536):
                caller.sendall(b"-OOM command not allowed when used memory > 'maxmemory'.\r\n")
        except OSError:
            return
