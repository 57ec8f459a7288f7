"""A legal erasure: nothing of the article is left, and the file does not come back."""

import io
from datetime import timedelta

import PIL.Image
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from posts import pictures, workflow
from posts.models import (
    Author,
    Buffer,
    HistoryEntry,
    Image,
    ImportReport,
    Look,
    Note,
    Notice,
    Post,
    Presence,
    PreviewLink,
    PreviewVisit,
    Redirect,
    Remark,
    Revision,
    Tag,
)
from posts.roles import SYSTEM

from .make import make_document, make_post, make_user

REASON = "裁判所の命令による消去"
CANARY = "カナリア"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def picture(colour: str) -> Image:
    file = io.BytesIO()
    PIL.Image.new("RGB", (8, 8), colour).save(file, "PNG")
    return Image.objects.take(pictures.take(file.getvalue()))


def full_post(**fields) -> Revision:
    """A public article with everything that may hang on one."""
    fields = {"title": CANARY, "slug": "canary", "tags": [CANARY], **fields}
    revision = make_post("published", **fields)
    post, user, now = revision.post, make_user("editor"), timezone.now()
    note = Note.objects.create(revision=revision, author=user, text=CANARY, created_at=now)
    Note.objects.create(revision=revision, author=user, text=CANARY, created_at=now, parent=note)
    link = PreviewLink.objects.create(
        revision=revision, created_by=user, created_at=now, expires_at=now + timedelta(days=1)
    )
    PreviewVisit.objects.create(link=link, at=now)
    Remark.objects.create(link=link, name=CANARY, text=CANARY, at=now)
    Buffer.objects.create(user=user, post=post, fields={"body": CANARY}, saved_at=now)
    Presence.objects.create(user=user, post=post, since=now, seen_at=now)
    entry = post.history.first()
    Look.objects.update_or_create(user=user, post=post, defaults={"entry": entry, "at": now})
    Notice.objects.create(entry=entry, user=user, channel="mail", why="x", created_at=now, due_at=now)
    Redirect.objects.create(path=f"/old/{post.slug}/", post=post)
    return revision


def test_nothing_is_left_but_who_when_and_why(chief, editor):
    post = full_post(body="本文").post
    address = post.get_absolute_url()
    assert Client().get(address).status_code == 200
    gone = workflow.purge(post, by=chief, reason=REASON)
    post.refresh_from_db()
    for model in (
        Revision,
        Note,
        PreviewLink,
        PreviewVisit,
        Remark,
        Buffer,
        Presence,
        Look,
        Notice,
        Redirect,
    ):
        assert model.objects.count() == 0, model
    entry = HistoryEntry.objects.get()
    assert (entry.step, entry.actor, entry.comment) == ("purge", chief, REASON)
    assert (post.slug, post.date, post.created_by) == (f"erased-{post.pk}", None, None)
    assert post.erased_at
    assert gone.counts["notes"] == 2
    assert CANARY not in str(list(Post.objects.values())) + str(list(HistoryEntry.objects.values()))
    for path in (address, "/old/canary/", Tag.objects.get().get_absolute_url()):
        assert Client().get(path).status_code == 404


def test_every_table_that_points_at_an_article_is_emptied_for_it(chief):
    post = full_post().post
    other = full_post(slug="other", title="別の記事", tags=["別"]).post
    workflow.purge(post, by=chief, reason=REASON)
    for relation in Post._meta.related_objects:
        if relation.field.name != "translation_of":
            rows = relation.related_model._default_manager.filter(**{relation.field.name: post})
            assert rows.count() == (1 if relation.related_model is HistoryEntry else 0), relation
    assert other.revisions.count() == 1
    assert other.history.count() > 2
    assert other.presences.count() == 1


def test_pictures_go_only_when_nothing_else_shows_them(chief):
    mine, face, shared, old = (picture(colour) for colour in ("red", "green", "blue", "black"))
    Author.objects.create(name="a", portrait=face)
    body = f"![]({mine.address}) ![]({face.address}) ![]({shared.address})"
    post = full_post(body=body, cover=old.address).post
    make_post("draft", body=f"![]({shared.address})", slug="other")
    assert workflow.purge(post, by=chief, reason=REASON).files == (old.file.name, mine.file.name)
    assert set(Image.objects.all()) == {face, shared}


def test_files_go_when_the_act_stands(chief, django_capture_on_commit_callbacks):
    mine = picture("purple")
    post = full_post(body=f"![]({mine.address})").post
    storage = mine.file.storage
    assert storage.exists(mine.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        workflow.purge(post, by=chief, reason=REASON)
    assert not storage.exists(mine.file.name)


@pytest.mark.parametrize("role", ["writer", "editor", "publisher", ""])
def test_only_the_admin_role_erases(role):
    post = make_post("draft").post
    user = make_user(role, name="somebody")
    with pytest.raises(workflow.Refused):
        workflow.purge(post, by=user, reason=REASON)
    with pytest.raises(workflow.Refused):
        workflow.purge(post, by=SYSTEM, reason=REASON)
    path = reverse("admin:posts_post_purge", args=[post.pk])
    data = {"title": "見出し", "reason": REASON}
    assert browser(user).get(path).status_code == 404
    assert browser(user).post(path, data).status_code == 404
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "短い", " " * 30])
def test_a_reason_is_demanded(reason, chief):
    post = make_post("draft").post
    with pytest.raises(workflow.Refused):
        workflow.purge(post, by=chief, reason=reason)
    assert post.history.count() == 1


def test_at_the_desk_the_title_is_typed_as_a_consent(chief, editor):
    post = full_post().post
    path = reverse("admin:posts_post_purge", args=[post.pk])
    client = browser(chief)
    assert path in client.get(reverse("admin:posts_post_change", args=[post.pk])).content.decode()
    assert (
        path not in browser(editor).get(reverse("admin:posts_post_change", args=[post.pk])).content.decode()
    )
    assert client.get(path).status_code == 200
    assert client.post(path, {"title": "別の題", "reason": REASON}).status_code == 422
    assert client.post(path, {"title": CANARY, "reason": "短い"}).status_code == 422
    assert client.post(path, {}).status_code == 422
    assert Revision.objects.count() == 1
    stone = client.post(path, {"title": CANARY, "reason": REASON}, follow=True).content.decode()
    assert REASON in stone
    assert CANARY not in stone


def test_a_tombstone_is_seen_by_the_admin_role_only_and_does_nothing(chief, editor, writer):
    post = full_post().post
    workflow.purge(post, by=chief, reason=REASON)
    post.refresh_from_db()
    page = reverse("admin:posts_post_change", args=[post.pk])
    assert browser(chief).get(page).status_code == 200
    assert browser(chief).post(page, {"_start": "now"}).status_code == 409
    for user in (editor, writer):
        assert browser(user).get(page).status_code == 404
    for name in ("history", "purge", "record", "difference"):
        assert browser(chief).get(reverse(f"admin:posts_post_{name}", args=[post.pk])).status_code == 404
    lists = reverse("admin:posts_post_changelist")
    assert f"erased-{post.pk}" in browser(chief).get(lists, {"status": "erased"}).content.decode()
    assert f"erased-{post.pk}" not in browser(chief).get(lists).content.decode()
    assert f"erased-{post.pk}" not in browser(editor).get(lists, {"status": "erased"}).content.decode()
    with pytest.raises(workflow.Refused):
        workflow.start_revision(post, by=chief, base=make_document())
    with pytest.raises(workflow.Refused):
        workflow.purge(post, by=chief, reason=REASON)


def command(*args, **options):
    return call_command("purge", *args, **{"by": "admin", "reason": REASON, **options})


def test_the_command_shows_first_and_erases_with_yes(chief, capsys):
    post = full_post().post
    command(post.pk)
    shown = capsys.readouterr().out
    assert CANARY in shown
    assert "notes" in shown
    assert Revision.objects.count() == 1
    command(post.pk, yes=True)
    assert Revision.objects.count() == 0


@pytest.mark.parametrize(
    ("args", "options", "code"),
    [
        ((99,), {}, 2),
        ((1,), {"by": "editor"}, 2),
        ((1,), {"by": "nobody"}, 2),
        ((1,), {"reason": "x", "yes": True}, 1),
    ],
)
def test_wrong_use_of_the_command_erases_nothing(args, options, code, chief, editor):
    post = make_post("draft").post
    numbers = [post.pk if number == 1 else number for number in args]
    with pytest.raises(CommandError) as caught:
        command(*numbers, **options)
    assert caught.value.returncode == code
    assert Revision.objects.count() == 1


def test_an_erased_article_does_not_come_back_by_import(chief, tmp_path):
    folder = tmp_path / "blog"
    folder.mkdir()
    (folder / "2026-01-05-canary.md").write_text("---\ntitle: カナリア\n---\n\n本文です。\n", "utf-8")
    options = {"verbosity": 0, "jobs": 1, "publish": True}
    call_command("import_markdown", str(folder), **options)
    workflow.purge(Post.objects.get(), by=chief, reason=REASON)
    assert "canary" not in str(ImportReport.objects.get().report)
    call_command("import_markdown", str(folder), **options)
    (folder / "2026-01-05-canary.md").write_text("---\ntitle: カナリア\n---\n\n別の本文。\n", "utf-8")
    call_command("import_markdown", str(folder), **options)
    (folder / "other.md").write_text("---\ntitle: カナリア\n---\n\n本文です。\n", "utf-8")
    call_command("import_markdown", str(folder), **options)
    assert Revision.objects.count() == 0
    rules = [one[1] for file in ImportReport.objects.first().report["files"] for one in file["problems"]]
    assert rules == ["purged", "purged"]


def test_an_erased_article_of_our_own_does_not_come_back_from_an_export(chief, clock, tmp_path):
    post = make_post("published", slug="canary", title=CANARY).post
    make_post("published", slug="other", title="別の記事")
    call_command("export_markdown", str(tmp_path / "out"), verbosity=0)
    workflow.purge(post, by=chief, reason=REASON)
    call_command("import_markdown", str(tmp_path / "out"), verbosity=0, jobs=1, publish=True)
    assert not Revision.objects.filter(title=CANARY).exists()


def test_the_page_that_asks_needs_few_queries_and_looks_closer_when_asked(
    chief, django_assert_max_num_queries
):
    mine = picture("orange")
    post = full_post(body=f"![]({mine.address})").post
    make_post("draft", slug="other", title="リンク元", body=f"[a]({post.get_absolute_url()})")
    path, client = reverse("admin:posts_post_purge", args=[post.pk]), browser(chief)
    with django_assert_max_num_queries(15):
        assert client.get(path).status_code == 200
    seen = client.get(path, {"look": "1"}).content.decode()
    assert mine.file.name in seen
    assert "リンク元" in seen
