"""manage.py export_markdown: what is written, what stays as it is, and where nothing is written."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image as Pillow

from posts import pictures, workflow
from posts.models import Image, Post, Redirect
from posts.tests.make import NOON, advance, make_post, make_user
from posts.transfer import export as exporting
from posts.transfer import native
from posts.transfer.export import export
from posts.transfer.filing import Article, file_paths, in_order, path
from posts.transfer.outlet import Outlet
from posts.transfer.problems import SourceError

ROOT = Path(__file__).parents[3]
DAY = timedelta(days=1)
TODAY = date(2026, 3, 1)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "store"
    return settings.MEDIA_ROOT


def public(slug="port", **fields):
    return make_post("published", slug=slug, **fields)


def follow(revision, status="draft", *, at=None, **fields):
    """A next revision of the article, with other words, brought to `status`."""
    writer = make_user("writer")
    next_one = workflow.start_revision(revision.post, by=writer)
    document = next_one.to_document().replace(**{"body": "次の本文。", **fields})
    next_one = workflow.save_draft(next_one, document, by=writer, version=next_one.version)
    return advance(next_one, status, at=at)


def end(revision, at=None):
    return workflow.perform("unpublish", revision, by=make_user("publisher"), comment="終了", at=at)


def retract(revision, notice="記事を取り下げました。誤りがありました。"):
    publisher = make_user("publisher")
    return workflow.perform(
        "retract", revision, by=publisher, comment="重大な誤りがありました。", notice=notice
    )


def files(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def read(out: Path, name: str) -> tuple:
    return native.read((out / name).read_text("utf-8"))[:2]


def picture(number=1, **more) -> Image:
    data = BytesIO()
    Pillow.new("RGB", (8, 8), (number, 9, 9)).save(data, "PNG")
    return Image.objects.take(pictures.take(data.getvalue()), **more)


# --- which articles, and how they stand ------------------------------------------------------------------------------
def test_public_article_becomes_a_file_of_its_year(out):
    revision = public(tags=["港"], author="牧 花子")
    Redirect.objects.create(path="/old/港/", post=revision.post)
    Redirect.objects.create(path="/archive/1", post=revision.post)
    make_post("draft", slug="secret")
    done = export(out)
    assert (done.written, list(files(out))) == (1, ["2026/2026-03-01-port.md"])
    document, standing = read(out, "2026/2026-03-01-port.md")
    assert document == revision.to_document()
    assert (standing.permalink, standing.is_public) == ("/2026/03/01/port/", True)
    assert (standing.live_from, standing.live_until, standing.first_live) == (NOON, None, None)
    assert standing.redirect_from == ("/archive/1", "/old/港/")
    assert 'live_from: "2026-03-01 12:00:00 +0900"' in (out / "2026/2026-03-01-port.md").read_text()


def make_all_kinds(clock):
    """One article in each state a reader or an editor can find it in."""
    later = NOON + 9 * DAY
    kinds = {
        "live": public("live"),
        "replaced": public("replaced"),
        "ended": public("ended"),
        "retracted": public("retracted"),
        "open": public("open"),
        "waiting": public("waiting"),
        "first": make_post("published", slug="first", at=later),
        "draft": make_post("draft", slug="draft"),
        "discarded": make_post("discarded", slug="discarded"),
    }
    clock.shift(DAY)
    follow(kinds["replaced"], "published")
    end(kinds["ended"])
    retract(kinds["retracted"])
    follow(kinds["open"], "draft")
    follow(kinds["waiting"], "published", at=later)
    clock.shift(DAY)


CHOICES = {
    (): "live replaced open waiting",
    ("drafts",): "live replaced open waiting first draft",
    ("newest",): "live replaced open waiting first ended retracted",
    ("newest", "drafts"): "live replaced open waiting first ended retracted draft",
}


@pytest.mark.parametrize("options", CHOICES, ids=lambda options: "+".join(options) or "default")
def test_options_choose_articles(out, clock, options):
    make_all_kinds(clock)
    export(out, **dict.fromkeys(options, True))
    slugs = {native.read(data.decode())[0].slug for data in files(out).values()}
    assert slugs == set(CHOICES[options].split())


def test_newest_revision_stands_with_its_own_interval(out, clock):
    make_all_kinds(clock)
    export(out, newest=True)
    found = {name[16:-3]: read(out, name) for name in files(out)}
    stands = {
        slug: (
            s.is_public,
            s.live_from and (s.live_from - NOON).days,
            s.live_until and (s.live_until - NOON).days,
        )
        for slug, (_document, s) in found.items()
    }
    assert stands == {
        "live": (True, 0, None),
        "replaced": (True, 1, None),
        "ended": (False, 0, 1),
        "retracted": (False, 0, 1),
        "open": (False, None, None),
        "waiting": (False, 9, None),
        "first": (False, 9, None),
    }
    assert found["open"][1].permalink == "/2026/03/01/open/" and found["open"][0].body == "次の本文。"
    assert found["waiting"][1].first_live == NOON == found["replaced"][1].first_live
    assert found["open"][1].first_live is None is found["live"][1].first_live


def test_end_that_only_a_successor_sets_is_not_written(out, clock):
    follow(public("replaced"), "published", at=NOON + 9 * DAY)
    ending = public("ending")
    end(ending, at=NOON + 3 * DAY)
    export(out)
    assert read(out, "2026/2026-03-01-replaced.md")[1].live_until is None
    assert read(out, "2026/2026-03-01-ending.md")[1].live_until == NOON + 3 * DAY


def test_article_that_came_from_elsewhere_keeps_its_first_day(out):
    revision = public()
    Post.objects.filter(pk=revision.post_id).update(first_live=NOON - 99 * DAY)
    export(out)
    assert read(out, "2026/2026-03-01-port.md")[1].first_live == NOON - 99 * DAY


def test_notice_of_a_retraction_is_written_word_for_word(out, clock):
    notice = "---\r\n\"取り下げ\": '誤り' # と\n...\n---\u2028\ttab"
    revision = public(body="---\ntitle: x\n---\n本文")
    clock.shift(DAY)
    retract(revision, notice)
    assert export(out, newest=True).failed == []
    document, standing = read(out, "2026/2026-03-01-port.md")
    assert standing.notice == notice.replace("\r\n", "\n") and standing.notice_at == NOON + DAY
    assert (standing.is_public, standing.live_until) == (False, NOON + DAY)
    assert document == revision.to_document()


def test_unknown_front_matter_comes_back_even_under_names_of_ours(out):
    extra = {
        "permalink": "/x/",
        "published": False,
        "editorial": 2,
        "extra": {"b": 1, "a": [None, "no"]},
        "z": "1",
    }
    revision = public(extra=extra)
    assert export(out).failed == []
    document, standing = read(out, "2026/2026-03-01-port.md")
    assert document.extra == extra and standing.permalink == "/2026/03/01/port/" and standing.is_public
    assert document == revision.to_document()


def test_nothing_private_is_in_the_files(out, clock):
    writer = make_user("writer", name="canary-user", email="canary@example.com", last_name="canary-name")
    revision = make_post("published", slug="port", by=writer)
    workflow.perform("comment", revision, by=make_user("editor"), comment="canary-comment")
    desk = {
        "assignee": writer,
        "priority": 7777,
        "due": NOON,
        "source": "canary-source",
        "site": "canary-site",
    }
    Post.objects.filter(pk=revision.post_id).update(**desk)
    make_post("draft", slug="other")
    export(out, newest=True, drafts=True)
    text = b"".join(files(out).values())
    assert b"canary" not in text and b"7777" not in text
    keys = {line.partition(b":")[0] for line in text.splitlines() if b": " in line}
    assert keys == set(b"title slug editorial permalink published live_from".split())


# --- names -----------------------------------------------------------------------------------------------------------
def test_translation_names_the_file_of_a_draft(out):
    original = make_post("draft", slug="original")
    reference = original.post.reference
    make_post("draft", slug="copy", translation_of=reference)
    public("copy", translation_of=reference)
    public("of-public", translation_of=public("港").post.reference)
    export(out, drafts=True)
    assert read(out, "drafts/copy.md")[0].translation_of == "drafts/original.md"
    assert read(out, "2026/2026-03-01-copy.md")[0].translation_of == "drafts/original.md"
    assert read(out, "2026/2026-03-01-of-public.md")[0].translation_of == "/2026/03/01/港/"
    export(out)
    assert read(out, "2026/2026-03-01-copy.md")[0].translation_of == ""


def test_drafts_of_one_slug_are_numbered_by_age(out):
    for title in ("一", "二", "三"):
        make_post("draft", slug="same", title=title)
    export(out, drafts=True)
    titles = {name: native.read(data.decode())[0].title for name, data in files(out).items()}
    assert titles == {"drafts/same.md": "一", "drafts/same-2.md": "二", "drafts/same-3.md": "三"}


def article(pk, slug, day=TODAY):
    return Article(pk, pk, day, slug)


def test_names_that_some_disk_takes_for_one_get_numbers():
    slugs = ["Port", "port", "port-2", "PORT", "caf\u00e9", "cafe\u0301", "stra\u00dfe", "STRASSE"]
    made = file_paths(in_order(article(pk, slug) for pk, slug in enumerate(slugs)))
    assert [made[pk][16:-3] for pk in range(8)] == [
        "Port-2",
        "port-3",
        "port-2-2",
        "PORT",
        "caf\u00e9-2",
        "cafe\u0301",
        "stra\u00dfe-2",
        "STRASSE",
    ]
    assert len({name.casefold() for name in made.values()}) == 8


@pytest.mark.parametrize(
    "slug", ["港" * 200, "か\u3099" * 100, "👨‍👩‍👧" * 30, "e" + "\u0301" * 199, "x" * 200]
)
@pytest.mark.parametrize("day", [TODAY, None], ids=["public", "draft"])
def test_long_names_are_cut_between_characters(slug, day):
    for number in (1, 2, 12345):
        name = path(article(1, slug, day), number).split("/")[1]
        assert len(name.encode()) <= 200
        kept, mark, rest = name.removeprefix("2026-03-01-").partition("~")
        assert mark and slug.startswith(kept) and len(rest.split(".")[0].split("-")[0]) == 8
        assert len(kept) % {"か": 2, "👨": 5}.get(slug[0], 1) == 0


def test_slug_of_200_bytes_less_its_frame_stays_whole():
    assert path(article(1, "x" * 186)) == f"2026/2026-03-01-{'x' * 186}.md"
    assert "~" in path(article(1, "x" * 187))


@pytest.mark.parametrize("slug", ["../../x", "/etc/x", ".editorial-x", ".", "..", "a\x00b", "a\\b", "c:d"])
def test_slug_never_leads_out_of_its_folder(slug):
    folder, name = path(article(1, slug, None)).split("/")
    assert folder == "drafts" and not name.startswith(".") and not set(name) & set("\\:\x00/")


def test_long_slugs_stand_whole_in_the_front_matter(out):
    public("港" * 60), public("港" * 59 + "湾")
    assert export(out).failed == []
    assert {native.read(data.decode())[0].slug for data in files(out).values()} == {
        "港" * 60,
        "港" * 59 + "湾",
    }


# --- pictures --------------------------------------------------------------------------------------------------------
def test_pictures_of_text_and_cover_stand_beside(out, media):
    first, second = picture(1), picture(2)
    public(body=f"![港]({first.address})", cover=second.address)
    done = export(out)
    assert (done.pictures_written, done.missing) == (2, [])
    for image in (first, second):
        assert (out / "media" / image.file.name).read_bytes() == (media / image.file.name).read_bytes()
    assert export(out).pictures_unchanged == 2


def test_addresses_of_a_cdn_become_those_of_the_files(out, media, settings):
    settings.MEDIA_URL = "https://cdn.example/x/"
    image = picture()
    other = f"https://archive.example/https://cdn.example/x/{image.file.name}"
    body = f'![]({image.address}) <img src={image.address}> "{image.address}" {other} {image.address}x'
    public(body=body, cover=image.address, summary=image.address)
    export(out)
    document, _ = read(out, "2026/2026-03-01-port.md")
    here = f"/media/{image.file.name}"
    assert document.body == f'![]({here}) <img src={here}> "{here}" {other} {image.address}x'
    assert (document.cover, document.summary) == (here, image.address)


def test_picture_that_is_missing_is_reported_and_the_article_written(out, media, capsys):
    gone, unknown = picture(), f"/media/images/ab/{'c' * 24}.png"
    public(body=f"![]({gone.address}) ![]({unknown})"), public("second", cover=gone.address)
    default_storage.delete(gone.file.name)
    call_command("export_markdown", str(out))
    told = capsys.readouterr()
    assert len(files(out)) == 2
    assert (
        told.out.count(gone.address) == 2 and told.out.count(unknown) == 1 and "picture.missing" in told.out
    )
    assert "2" in told.err and "2026/2026-03-01-second.md" in told.out


def test_store_that_cannot_be_read_fails_for_the_picture_only(out, media, monkeypatch):
    class Broken(Exception):
        pass

    def open_(self, name, mode="rb"):
        raise Broken("no connection")

    image = picture()
    public(body=f"![]({image.address})")
    monkeypatch.setattr(type(default_storage._wrapped), "open", open_)
    done = export(out)
    assert [(name, problem.rule) for name, problem in done.failed] == [
        (f"media/{image.file.name}", "picture.unreadable")
    ]
    assert done.written == 1


def test_damaged_picture_is_written_anew(out, media):
    image = picture()
    public(body=f"![]({image.address})")
    export(out)
    there = out / "media" / image.file.name
    there.write_bytes(b"damaged")
    assert export(out).pictures_written == 1
    assert there.read_bytes() == (media / image.file.name).read_bytes()


def test_stored_picture_with_other_bytes_is_copied_as_it_is_and_then_left(out, media):
    image = picture()
    public(body=f"![]({image.address})")
    (media / image.file.name).write_bytes(b"other")
    assert export(out).pictures_written == 1
    assert export(out).pictures_unchanged == 1


# --- again -----------------------------------------------------------------------------------------------------------
def test_second_export_changes_no_byte_and_no_time(out, tmp_path, media, clock):
    make_all_kinds(clock)
    public("shown", body=f"![]({picture().address})", extra={"b": 1, "a": {"d": 1, "c": 2}})
    first = export(out, newest=True, drafts=True)
    times = {name: (out / name).stat().st_mtime_ns for name in files(out)}
    second = export(out, newest=True, drafts=True)
    assert (second.written, second.unchanged) == (0, first.written)
    assert times == {name: (out / name).stat().st_mtime_ns for name in files(out)}
    export(tmp_path / "other", newest=True, drafts=True)
    assert files(tmp_path / "other") == files(out)


def test_changed_article_is_written_over_its_earlier_file(out, clock):
    revision = public()
    export(out)
    clock.shift(DAY)
    follow(revision, "published")
    done = export(out)
    assert (done.written, done.unchanged, done.left_over) == (1, 0, [])
    assert read(out, "2026/2026-03-01-port.md")[0].body == "次の本文。"


def test_files_of_an_earlier_export_are_named_and_pruned_on_request(out, capsys):
    kept, gone = public("kept"), public("gone")
    make_post("draft", slug="draft")
    export(out, drafts=True)
    (out / "2026" / "mine.md").write_text("---\ntitle: mine\n---\n\neditorial: 1\n")
    (out / "2026" / "notes.txt").write_text("---\neditorial: 1\n---\n")
    (out / "other").mkdir()
    (out / "other" / "copy.md").write_bytes((out / "drafts" / "draft.md").read_bytes())
    Post.objects.filter(pk=gone.post_id).update(slug="moved")
    before = set(files(out))
    call_command("export_markdown", str(out))
    assert "drafts/draft.md" in capsys.readouterr().out and before < set(files(out))
    done = export(out, prune=True)
    assert done.left_over == ["2026/2026-03-01-gone.md", "drafts/draft.md"]
    assert set(files(out)) == before - set(done.left_over) | {"2026/2026-03-01-moved.md"}
    assert export(out).left_over == [] and kept.post.slug == "kept"


def test_file_of_an_article_that_failed_is_not_left_over(out, monkeypatch):
    public()
    export(out)
    monkeypatch.setattr(exporting.native, "read", lambda text: (None, None, None))
    done = export(out, prune=True)
    assert [problem.rule for _path, problem in done.failed] == ["export.changes"]
    assert (done.left_over, len(files(out))) == ([], 1)


def test_left_over_of_a_killed_run_is_removed(out, media):
    public(body=f"![]({picture().address})")
    export(out)
    before = files(out)
    for folder in ("2026", next((out / "media/images").iterdir()).relative_to(out)):
        (out / folder / ".editorial-0123").write_bytes(b"half")
    (out / "2026/.editorial-folder").mkdir()
    export(out)
    assert files(out) == before and (out / "2026/.editorial-folder").is_dir()


SUICIDE = """
import hashlib, os, signal, sys
from pathlib import Path
from posts.transfer.outlet import Outlet

def parts():
    yield b"half" * 100_000
    os.kill(os.getpid(), signal.SIGKILL)

with Outlet(Path(sys.argv[1])) as outlet:
    outlet.put("2026/2026-03-01-port.md", "", parts(), lambda there: True)
"""


def test_killed_run_leaves_no_half_file_and_no_lock(out):
    public()
    killed = subprocess.run([sys.executable, "-c", SUICIDE, str(out)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    [left] = files(out)
    assert left.startswith("2026/.editorial-")
    assert export(out).written == 1 and list(files(out)) == ["2026/2026-03-01-port.md"]


# --- safety ----------------------------------------------------------------------------------------------------------
FOREIGN = {
    "text": lambda there: there.write_text("mine\n"),
    "front matter": lambda there: there.write_text("---\ntitle: mine\n---\neditorial: 1\n"),
    "other version": lambda there: there.write_text("---\neditorial: 2\n---\n"),
    "folder": lambda there: there.mkdir(),
    "pipe": lambda there: os.mkfifo(there),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_file_of_somebody_else_is_left_as_it_is(out, capsys, kind):
    public(), public("second")
    there = out / "2026/2026-03-01-port.md"
    there.parent.mkdir(parents=True)
    FOREIGN[kind](there)
    before = there.lstat()
    with pytest.raises(CommandError) as caught:
        call_command("export_markdown", str(out), prune=True)
    assert (
        caught.value.returncode == 1
        and "2026/2026-03-01-port.md: [export.foreign]" in capsys.readouterr().out
    )
    assert (there.lstat().st_ino, there.lstat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (out / "2026/2026-03-01-second.md").is_file()


@pytest.mark.parametrize("target", ["away", "missing", "."])
def test_link_in_place_of_a_folder_is_refused(out, tmp_path, target):
    public(), make_post("draft", slug="draft")
    out.mkdir()
    (tmp_path / "away").mkdir()
    (out / "2026").symlink_to(out if target == "." else tmp_path / target)
    done = export(out, drafts=True, prune=True)
    assert [(name, problem.rule) for name, problem in done.failed] == [
        ("2026/2026-03-01-port.md", "export.link")
    ]
    assert list((tmp_path / "away").iterdir()) == [] and not (tmp_path / "missing").exists()
    assert (out / "drafts/draft.md").is_file() and (out / "2026").is_symlink()


@pytest.mark.parametrize("link", ["media", "media/images"])
def test_link_in_place_of_a_picture_folder_is_refused(out, tmp_path, media, link):
    public(body=f"![]({picture().address})")
    (out / link).parent.mkdir(parents=True)
    (tmp_path / "away").mkdir()
    (out / link).symlink_to(tmp_path / "away")
    done = export(out)
    assert [problem.rule for _path, problem in done.failed] == ["export.link"] and done.written == 1
    assert list((tmp_path / "away").iterdir()) == []


def test_link_in_place_of_a_file_is_replaced_and_not_followed(out, tmp_path):
    public()
    (tmp_path / "victim").write_text("---\neditorial: 1\n---\n")
    (out / "2026").mkdir(parents=True)
    (out / "2026/2026-03-01-port.md").symlink_to(tmp_path / "victim")
    (out / "2026/2026-03-01-old.md").symlink_to(tmp_path / "victim")
    done = export(out, prune=True)
    assert done.written == 1 and done.left_over == []
    assert not (out / "2026/2026-03-01-port.md").is_symlink()
    assert (tmp_path / "victim").read_text() == "---\neditorial: 1\n---\n"


def test_folder_may_itself_be_reached_by_a_link(out, tmp_path):
    public()
    (tmp_path / "real").mkdir()
    out.symlink_to(tmp_path / "real")
    assert export(out).written == 1 and len(files(tmp_path / "real")) == 1


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/x", "./x", "a//x"])
def test_outlet_takes_no_path_that_leads_out(tmp_path, name):
    with Outlet(tmp_path / "out") as outlet, pytest.raises(SourceError):
        outlet.put(name, "", [b"x"], lambda there: True)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_two_exports_at_once_are_refused(out):
    with Outlet(out), pytest.raises(CommandError) as caught:
        call_command("export_markdown", str(out))
    assert caught.value.returncode == 1


@pytest.mark.parametrize(
    "make", [lambda p: p.write_text("x"), lambda p: p.parent.joinpath("y").write_text("x")]
)
def test_wrong_use_ends_with_two(tmp_path, make):
    folder = tmp_path / "x"
    make(folder)
    for name in ("", str(folder) if folder.exists() else str(tmp_path / "y/below")):
        with pytest.raises(CommandError) as caught:
            call_command("export_markdown", name)
        assert caught.value.returncode == 2


def test_full_disk_is_said_and_leaves_no_half_file(out, monkeypatch):
    public("first"), public("second")
    replace = os.replace

    def full(source, target, **more):
        if "second" in target:
            raise OSError(28, "No space left on device")
        replace(source, target, **more)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CommandError) as caught:
        call_command("export_markdown", str(out))
    assert caught.value.returncode == 1
    assert "No space left" in str(caught.value) and "2026/2026-03-01-second.md" in str(caught.value)
    assert list(files(out)) == ["2026/2026-03-01-first.md"]


def test_article_over_a_limit_fails_and_the_others_go_on(out):
    revision = public()
    public("second")
    Redirect.objects.bulk_create(
        Redirect(path=f"/{number:06}/" + "x" * 480, post=revision.post) for number in range(600)
    )
    done = export(out)
    assert [(name, problem.rule) for name, problem in done.failed] == [
        ("2026/2026-03-01-port.md", "frontmatter.size")
    ]
    assert list(files(out)) == ["2026/2026-03-01-second.md"]


# --- the command -----------------------------------------------------------------------------------------------------
def test_summary_counts_and_quiet_is_quiet(out, capsys):
    public(), make_post("draft", slug="draft")
    call_command("export_markdown", str(out), all=True, drafts=True)
    assert "      2  " in capsys.readouterr().out
    call_command("export_markdown", str(out), all=True, drafts=True, verbosity=0)
    assert capsys.readouterr() == ("", "")


@pytest.mark.walk
def test_closed_pipe_and_plain_terminal_leave_no_traceback(out, tmp_path):
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    blog = tmp_path / "blog"
    blog.mkdir()
    (blog / "2025-04-01-港.md").write_text("---\ntitle: 港\n---\n\n本文\n", encoding="utf-8")
    subprocess.run([*manage, "import_markdown", str(blog), "-v0"], cwd=ROOT, env=environment, check=True)
    reader, writer = os.pipe()
    os.close(reader)
    command = [*manage, "export_markdown", str(out), "--drafts"]
    closed = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    plain = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (closed.returncode, closed.stderr) == (0, b"")
    assert (plain.returncode, plain.stderr) == (0, b"") and plain.stdout.isascii()
    assert list(files(out)) == ["drafts/港.md"]


def test_empty_house_exports_nothing(out):
    assert export(out).written == 0 and list(out.iterdir()) == []


def test_queries_do_not_grow_with_the_articles(out, media, monkeypatch):
    def count() -> int:
        with CaptureQueriesContext(connection) as context:
            export(out, newest=True, drafts=True)
        return len([q for q in context if "SAVEPOINT" not in q["sql"]])

    def more(numbers):
        for n in numbers:
            image = picture(n)
            fields = {
                "author": "甲",
                "coauthors": ["乙"],
                "also_in": ["丙"],
                "category": "丁",
                "tags": ["戊"],
            }
            revision = public(f"p{n}", cover=image.address, body=f"![]({image.address})", **fields)
            Redirect.objects.create(path=f"/{n}", post=revision.post)
            make_post("draft", slug=f"d{n}", translation_of=revision.post.reference)

    more([1])
    first = count()
    more(range(2, 12))
    assert count() == first <= 14
    monkeypatch.setattr(exporting, "CHUNK", 11)
    assert count() - first <= 7  # a second chunk


@pytest.mark.django_db(transaction=True)
def test_export_shows_one_moment_and_holds_up_nobody(out, monkeypatch):
    """Alone, in a transaction of its own: read only on PostgreSQL, without the write lock on SQLite."""
    public()
    seen = []
    monkeypatch.setattr(exporting, "chosen", lambda *args, **more: seen.append(_transaction()) or [])
    export(out)
    assert seen == [("repeatable read", "on") if connection.vendor == "postgresql" else "DEFERRED"]
    assert getattr(connection, "transaction_mode", None) in (None, "IMMEDIATE")
    public("after")  # and writing goes on


def _transaction():
    if connection.vendor != "postgresql":
        return connection.transaction_mode
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
        )
        return cursor.fetchone()
