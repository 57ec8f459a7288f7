"""Backup and restore: what comes back is what was, and what is not whole changes nothing (attacks G01-G10)."""

import fcntl
import io
import json
import os
import stat
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from PIL import Image as Pillow

from posts import backup as room
from posts import pictures, search
from posts.backup import archive, limits, rows, sequences, tables
from posts.models import HouseRule, Image, Notice, Post, Redirect, Restoration, Revision, SiteStamp
from posts.tests.make import NOON, advance, make_post, make_user
from posts.workflow import outbox

pytestmark = pytest.mark.usefixtures("clock")
PASSWORD = "a password of theirs"
LATER = timedelta(days=40)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "store"
    return settings.MEDIA_ROOT


@pytest.fixture
def newsroom(media):
    """Articles in every state, a picture with smaller forms, and what stands beside them."""
    for role in ("writer", "editor", "publisher"):
        make_user(role, email=f"{role}@example.com")
    image = Image.objects.take(picture(), alt="港", credit="Photo")
    for status in ("draft", "in_review", "returned", "approved", "published", "discarded"):
        make_post(
            status, slug=status, tags=["港", "Tag, with comma"], category="経済", extra={"b": 1, "a": [2.0]}
        )
    live = make_post("published", slug="live", cover=image.address, title="👩‍👩‍👧 が\u3099")
    make_post("published", slug="later", at=NOON + LATER)
    Redirect.objects.create(path="/old/", post=live.post)
    user = make_user("writer")
    user.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1)
    user.save()
    kind = ContentType.objects.get_for_model(Post)
    LogEntry.objects.create(user=user, content_type=kind, object_id="1", object_repr="x", action_flag=1)
    Session.objects.create(session_key="k" * 32, session_data="x", expire_date=NOON + LATER)
    return live


@pytest.fixture
def file(newsroom, tmp_path):
    path = tmp_path / "newsroom.backup"
    room.backup(path)
    return path


@pytest.fixture
def small(media, tmp_path):
    """A backup of one article with one picture."""
    image = Image.objects.take(picture())
    make_post("published", slug="live", cover=image.address)
    room.backup(tmp_path / "small.backup")
    return tmp_path / "small.backup"


def picture(number: int = 1) -> pictures.Picture:
    data = io.BytesIO()
    Pillow.new("RGB", (900, 600), (number, 90, 9)).save(data, "PNG")
    return pictures.take(data.getvalue())


def told() -> dict[str, list[bytes]]:
    """Every row of every table that a backup holds; the stamp is raised by each restore."""
    names = rows.Names()
    kept = [rows.Table(model, names) for model in tables.tables() if model is not SiteStamp]
    return {table.label: [table.told(table.data(values)) for values in table.rows()] for table in kept}


def bring_back(path: Path, *, replace: bool = True, **more):
    with path.open("rb") as stream:
        return room.restore(stream, room.check(stream, **more), replace=replace)


def files(media: Path) -> dict[str, bytes]:
    return {str(path.relative_to(media)): path.read_bytes() for path in media.rglob("*") if path.is_file()}


def rewritten(path: Path, change) -> Path:
    """The same archive with a change of its members: (name, bytes, TarInfo) -> the same, or None to leave it out."""
    target = path.with_suffix(".changed")
    with tarfile.open(path) as old, tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as new:
        for info in old:
            data = old.extractfile(info).read()
            for name, data_, info_ in change(info.name, data, info):
                info_.name, info_.size = name, len(data_)
                info_.pax_headers = {"comment": info.pax_headers["comment"]}
                new.addfile(info_, io.BytesIO(data_))
    return target


# --- what comes back ------------------------------------------------------------------------------------------------


def test_G01_restore_gives_back_every_row_and_every_date(file, newsroom, media, clock):
    before, shown = told(), files(media)
    clock.shift(LATER)  # a date that the program set on the way would be another one
    Post.objects.create(slug="new", created_by=make_user("writer"))
    Image.objects.take(picture(2))
    done = bring_back(file)
    assert told() == before
    assert shown.items() <= files(media).items() and done.pictures_kept == len(shown)
    assert done.rows == sum(len(lines) for lines in before.values()) + SiteStamp.objects.count()


def test_G01_second_backup_says_the_same(file, tmp_path):
    with file.open("rb") as stream:
        first = room.check(stream).manifest
    bring_back(file)
    second = room.backup(tmp_path / "second").manifest
    same = [name for name in first.tables if name != "posts.SiteStamp"]
    assert [first.tables[name] for name in same] == [second.tables[name] for name in same]


def test_control_a_changed_value_is_another_dump(newsroom):
    before = told()
    Revision.objects.filter(pk=newsroom.pk).update(summary="x")
    assert told() != before


def test_every_table_is_in_a_backup_or_says_why_not():
    there = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    kept = {model._meta.label for model in tables.tables()}
    assert kept.isdisjoint(tables.LEFT_OUT) and kept | set(tables.LEFT_OUT) == there


def test_pictures_come_back_into_an_empty_store(file, media, settings, tmp_path):
    before = files(media)
    assert len(before) == len(Image.objects.get().form_names) + 1 > 2
    settings.MEDIA_ROOT = tmp_path / "other"
    bring_back(file)
    assert files(tmp_path / "other") == before


def test_restored_newsroom_is_found_signed_in_to_and_published(file, newsroom, client, clock):
    was_public = list(Revision.objects.published().values_list("pk", flat=True))
    bring_back(file)
    assert list(Revision.objects.published().values_list("pk", flat=True)) == was_public
    assert list(search.find(Revision.objects.published(), search.read("が"))) == [newsroom.pk]
    assert client.login(username="writer", password=PASSWORD)
    assert newsroom.seal == Revision.objects.get(pk=newsroom.pk).seal_now()


def test_what_follows_a_restore_gets_numbers_of_its_own(file):
    rule = HouseRule.objects.create(name="n", pattern="p")
    HouseRule.objects.filter(pk=rule.pk).delete()
    bring_back(file)
    assert HouseRule.objects.create(name="n", pattern="p").pk > rule.pk  # waivers name rules by their numbers
    assert advance(make_post(slug="after"), "published").post.get_absolute_url()


def test_constraints_hold_in_a_restored_database(file, newsroom):
    bring_back(file)
    twin = {"number": 9, "status": "published", "title": "x", "saved_at": NOON, "published_at": NOON}
    with pytest.raises(Exception, match="(?i)rev_no_overlap"):
        Revision.objects.create(post=newsroom.post, live_from=NOON, live_until=NOON + LATER, **twin)


def test_stamp_is_above_what_readers_may_have_kept(file):
    SiteStamp.objects.update(value=10**12)
    bring_back(file)
    assert SiteStamp.objects.get().value > 10**12


def test_values_of_json_are_compared_as_any_database_keeps_them(newsroom):
    table = rows.Table(Revision, rows.Names())
    ours = {"extra": {"b": 1e22, "a": [1, 0.5, True]}, "toc": []}
    theirs = {"extra": {"a": [1.0, 0.5, True], "b": 10**22}, "toc": []}
    assert table.told(ours) == table.told(theirs) and table.line(ours) != table.line(theirs)
    assert table.told(ours) != table.told({"extra": {"b": 1e22, "a": [1, 0.5, 1]}, "toc": []})


# --- the file -------------------------------------------------------------------------------------------------------


def test_file_is_for_its_owner_only_and_whole_or_not_there(file, tmp_path, monkeypatch):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(room.BackupError):
        room.backup(file)
    before = file.read_bytes()

    def full(*args, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.Writer, "close", full)
    with pytest.raises(OSError, match="space"):
        room.backup(file, force=True)
    assert file.read_bytes() == before and [path.name for path in tmp_path.glob(".*")] == []


def test_left_over_of_a_killed_run_is_taken_over_and_a_running_one_is_not(newsroom, tmp_path):
    part = tmp_path / ".out.part"
    part.write_bytes(b"x" * 10**6)
    with part.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(room.BackupError):
            room.backup(tmp_path / "out")
    assert room.backup(tmp_path / "out").size == (tmp_path / "out").stat().st_size
    assert not part.exists()


def test_link_in_place_of_the_unfinished_file_is_not_followed(newsroom, tmp_path):
    (tmp_path / "precious").write_text("x")
    (tmp_path / ".out.part").symlink_to("precious")
    with pytest.raises(OSError):
        room.backup(tmp_path / "out")
    assert (tmp_path / "precious").read_text() == "x"


def test_bytes_that_a_disk_lost_are_seen_before_the_file_counts(newsroom, tmp_path, monkeypatch):
    usual = archive.Writer.close

    def lossy(writer):
        usual(writer)
        writer._tar.fileobj.seek(3000)
        writer._tar.fileobj.write(b"\0" * 64)
        writer._tar.fileobj.seek(0, os.SEEK_END)

    monkeypatch.setattr(archive.Writer, "close", lossy)
    with pytest.raises(room.BackupError):
        room.backup(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_G10_files_that_are_missing_are_named(newsroom, media, tmp_path, capsys):
    lost = next(name for name in files(media) if name.endswith("-480.webp"))
    (media / lost).unlink()
    path = tmp_path / "out"
    call_command("backup", str(path))
    assert lost in capsys.readouterr().err
    with path.open("rb") as stream:
        checked = room.check(stream)
    assert checked.manifest.missing == checked.missing == [lost]
    before = told()
    with pytest.raises(CommandError):
        call_command("restore", str(path), "--replace", "--yes")
    assert lost in capsys.readouterr().err and not Restoration.objects.exists()
    call_command("restore", str(path), "--replace", "--yes", "--accept-missing", verbosity=0)
    assert told() == before


# --- what is refused before anything is touched ---------------------------------------------------------------------


def only(name: str, **fields):
    """Change the JSON of a member, with the hash that belongs to it: as somebody would who wants to be believed."""

    def change(path, data, info):
        if path == name:
            data = json.dumps({**json.loads(data), **fields}).encode()
        return [(path, data, info)]

    return change


def added(name: str, data: bytes = b"x", **about):
    def change(path, old, info):
        if path != archive.MANIFEST:
            return [(path, old, info)]
        more = tarfile.TarInfo()
        for key, value in about.items():
            setattr(more, key, value)
        return [(name, data, more), (path, old, info)]

    return change


def without(start: str):
    return lambda path, data, info: [] if path.startswith(start) else [(path, data, info)]


def twice(start: str):
    return lambda path, data, info: [(path, data, info)] * (2 if path.startswith(start) else 1)


def damaged(start: str):
    return lambda path, data, info: [
        (path, data[:-9] + b"123456789", info) if path.startswith(start) else (path, data, info)
    ]


TEXTS = next(
    f"rows/{place:02}-"
    for place, model in enumerate(tables.tables())
    if model._meta.label == "posts.Revision"
)
TRICKS = {
    "another form": only(archive.HEAD, format=99),
    "no backup": only(archive.HEAD, kind="x"),
    "another version": only(archive.HEAD, migrations=["posts.0001_initial"]),
    "out of the folder": added("media/../../evil.png"),
    "absolute": added("/etc/cron.d/evil"),
    "backslash": added("media/..\\evil.png"),
    "hidden": added("media/.htaccess"),
    "empty part": added("media//evil.png"),
    "line break": added("media/a\nb.png"),
    "a link": added("media/evil.png", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a hard link": added("media/evil.png", b"", type=tarfile.LNKTYPE, linkname="head.json"),
    "a device": added("media/evil.png", b"", type=tarfile.CHRTYPE),
    "a table of nobody": added("rows/99-posts.Nothing/00000.jsonl.gz"),
    "sessions": added("rows/99-sessions.Session/00000.jsonl.gz"),
    "more after the end": lambda path, data, info: [(path, data, info)] * (2 if path == archive.MANIFEST else 1),
    "without head": without(archive.HEAD),
    "without manifest": without(archive.MANIFEST),
    "without texts": without(TEXTS),
    "texts twice": twice(TEXTS),
    "without a picture": without("media/"),
    "damaged rows": damaged(TEXTS),
    "damaged picture": damaged("media/"),
    "damaged manifest": damaged(archive.MANIFEST),
}  # fmt: skip


def unchanged_after_refusal(path: Path, media: Path, *options: str) -> str:
    before, shown = told(), files(media)
    with pytest.raises(CommandError) as refused:
        call_command("restore", str(path), "--replace", "--yes", *options, verbosity=0)
    assert told() == before and files(media) == shown and not Restoration.objects.exists()
    return str(refused.value)


@pytest.mark.parametrize("trick", TRICKS)
def test_G08_what_is_not_a_whole_backup_of_ours_changes_nothing(small, media, trick):
    assert unchanged_after_refusal(rewritten(small, TRICKS[trick]), media)


@pytest.mark.parametrize("share", [0, 0.001, 0.1, 0.5, 0.9, 0.99])
def test_G08_cut_off_file_changes_nothing(small, media, share):
    small.write_bytes(small.read_bytes()[: int(small.stat().st_size * share)])
    assert unchanged_after_refusal(small, media)


def test_G08_backup_of_another_site_has_to_be_meant(file, media, settings):
    settings.SITE_URL = "https://staging.example.com"
    assert "--other-site" in unchanged_after_refusal(file, media)
    call_command("restore", str(file), "--replace", "--yes", "--other-site", verbosity=0)
    assert Restoration.objects.get().site_url == "http://testserver"


def test_G08_dry_run_checks_and_changes_nothing(file, media, capsys):
    Post.objects.create(slug="new")
    before = told()
    call_command("restore", str(file), "--dry-run")
    assert told() == before and not Restoration.objects.exists()
    assert "--dry-run" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("restore", str(rewritten(file, TRICKS["damaged rows"])), "--dry-run", verbosity=0)


def test_control_the_archive_that_is_only_rewritten_is_taken(file):
    bring_back(rewritten(file, lambda path, data, info: [(path, data, info)]))


@pytest.mark.parametrize("options", [[], ["--replace"]], ids=["plain", "replace unasked"])
def test_database_in_use_is_replaced_only_when_that_is_said_twice(file, options):
    before = told()
    with pytest.raises(CommandError):
        call_command("restore", str(file), *options, verbosity=0)
    assert told() == before


def test_restore_that_fails_at_its_end_leaves_everything_as_it_was(
    file, media, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path / "other"
    Post.objects.create(slug="new")
    before = told()

    def fails(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sequences, "go_on_after", fails)
    with pytest.raises(CommandError, match="No space"):
        call_command("restore", str(file), "--replace", "--yes", verbosity=0)
    assert told() == before and files(tmp_path / "other") == {} and not Restoration.objects.exists()


def test_damaged_file_in_the_store_is_mended(file, media):
    name = next(iter(files(media)))
    whole = files(media)[name]
    (media / name).write_bytes(b"x")
    bring_back(file)
    assert files(media)[name] == whole


# --- a restored copy is silent --------------------------------------------------------------------------------------


def test_G09_restored_copy_tells_nobody_until_it_is_switched_on(file, clock, capsys):
    waiting = Notice.objects.waiting().count()
    assert waiting
    bring_back(file)
    clock.shift(3600)
    call_command("send_notices", "--digest")
    make_post("in_review", slug="after")  # a step at the copy
    assert outbox.send(digest=True) == outbox.Tally()
    assert mail.outbox == [] and not Session.objects.exists()
    call_command("send_notices", "--switch-on", "--digest", verbosity=0)
    assert Notice.objects.failed().filter(tries=0).exclude(error="").count() >= waiting
    sent = Notice.objects.sent()
    assert {notice.entry.post.slug for notice in sent} == {"after"} and sent.count() == len(mail.outbox) == 2


def test_control_without_a_restore_the_notices_go(newsroom):
    assert outbox.send(digest=True).sent and mail.outbox


def test_desk_says_that_the_outbox_is_held(file, client, chief, clock):
    bring_back(file)
    client.force_login(make_user("admin", name="chief"))
    assert "--switch-on" in client.get("/admin/notices/").content.decode()
    outbox.switch_on()
    assert "--switch-on" not in client.get("/admin/notices/").content.decode()


# --- a move to PostgreSQL -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, value, why",
    [
        ("title", "あ" * 500, ""),
        ("title", "あ" * 5000, "long"),
        ("title", "a\0b", "nul"),
        ("body", "a\0b", "nul"),
        ("body", "あ" * 200_000, ""),
        ("extra", {"a": ["x\0"]}, "nul"),
        ("extra", {"a\0": 1}, "nul"),
        ("extra", {"a": "\\u0000"}, ""),
        ("extra", {"a": "\ud83d"}, "half"),
        ("minutes", 2**31, "range"),
        ("minutes", -1, "range"),
        ("number", 7, ""),
        ("live_from", datetime(9999, 12, 31, 23, 59, tzinfo=UTC), ""),
    ],
)
def test_G02_values_that_postgresql_refuses_are_known(name, value, why):
    assert limits.refused(Revision._meta.get_field(name), value) == why


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite takes such a row")
def test_G02_bad_rows_are_listed_before_a_move(newsroom, tmp_path, capsys, monkeypatch):
    Revision.objects.filter(pk=newsroom.pk).update(title="あ" * 5000, summary="a\0b")
    call_command("backup", str(tmp_path / "out"))
    listed = capsys.readouterr().err
    assert (
        f"posts.Revision {newsroom.pk} title" in listed and f"posts.Revision {newsroom.pk} summary" in listed
    )
    monkeypatch.setattr(connection, "vendor", "postgresql")  # where the file is to be taken
    with (tmp_path / "out").open("rb") as stream:
        checked = room.check(stream)
    assert checked.bad_count == 2
    with pytest.raises(CommandError):
        call_command("restore", str(tmp_path / "out"), "--replace", "--yes", verbosity=0)
    assert f"posts.Revision {newsroom.pk} title" in capsys.readouterr().err
    monkeypatch.undo()
    bring_back(tmp_path / "out")  # its own kind takes it back as it was
    assert Revision.objects.get(pk=newsroom.pk).summary == "a\0b"


def test_year_9999_and_the_first_year_come_back(newsroom, tmp_path):
    last = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    Post.objects.filter(pk=newsroom.post_id).update(embargo_until=last, due=datetime(1, 1, 2, tzinfo=UTC))
    room.backup(tmp_path / "out")
    Post.objects.filter(pk=newsroom.post_id).update(embargo_until=None, due=timezone.now())
    bring_back(tmp_path / "out")
    assert Post.objects.get(pk=newsroom.post_id).embargo_until == last
    assert Post.objects.get(pk=newsroom.post_id).due.year == 1
