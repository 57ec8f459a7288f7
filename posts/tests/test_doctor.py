"""manage.py doctor: what the program writes is sound, and each fault is found where something breaks it."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation

from posts import workflow
from posts.management import doctor
from posts.management.doctor import database, files, rendered, services
from posts.management.doctor import settings as installed
from posts.management.doctor import stock as walks
from posts.models import Category, HistoryEntry, Notice, Revision, Tag
from posts.rendering import render_safely
from posts.roles import SYSTEM

from .make import NOON, PAGE, advance, import_post, make_page, make_post, make_user
from .rooms import stored_picture

DAY = timedelta(days=1)


def told(*names: str) -> set[str]:
    """Names of the errors and warnings of these walks and parts; of all walks when none is named."""
    tables = doctor.PARTS | doctor.WALKS
    found = set()
    for name in names or doctor.WALKS:
        part = tables[name]
        for one in doctor.examined(
            name, part if name in doctor.PARTS else lambda part=part: part(lambda total: None)
        ):
            assert one.level == doctor.FINE or (one.cause and one.remedy)
            found |= {one.name} if one.level != doctor.FINE else set()
    return found


def sql(statement: str, *values) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


# --- what the program writes is sound --------------------------------------------------------------------------------


def test_all_that_the_program_does_is_sound(clock):
    """A control for every test below: each state, and each act that changes frozen texts."""
    for number, status in enumerate(["draft", "in_review", "returned", "approved", "published", "discarded"]):
        make_post(status, slug=f"s{number}", category="経済", tags=["半導体", "電力"], author="北見")
    publisher, editor = make_user("publisher"), make_user("editor")
    live = make_post(
        "published", slug="live", also_in=["電力市場"], category="政治", coauthors=["甲"], lang="ja"
    )
    make_post("published", slug="en", translation_of=live.post.reference, lang="en")
    make_post("published", slug="later", at=NOON + DAY)
    make_page("published")
    imported = import_post(slug="old", date=NOON - DAY)
    workflow.perform("adopt", imported, by=SYSTEM, at=NOON - DAY)
    clock.shift(60)
    second = advance(
        workflow.start_revision(live.post, by=make_user("writer"), page=PAGE), "published", at=NOON + DAY
    )
    workflow.perform("cancel", second, by=publisher)
    ended = workflow.perform(
        "unpublish", Revision.objects.get(post__slug="s4"), by=publisher, comment="古い", at=NOON + DAY
    )
    workflow.perform("keep", ended, by=publisher)
    retracted = make_post("published", slug="gone")
    clock.shift(60)
    workflow.perform(
        "retract", retracted, by=publisher, comment="誤りが多いため取り下げる", notice="取り下げました。"
    )
    workflow.restore(
        HistoryEntry.objects.filter(post=retracted.post, step="create").get(), by=make_user("writer")
    )
    workflow.merge([Tag.objects.get(name="電力")], Tag.objects.get(name="半導体"), by=editor)
    workflow.merge([Category.objects.get(name="電力市場")], Category.objects.get(name="政治"), by=editor)
    section = Category.objects.get(name="経済")
    section.name = "経済・産業"
    workflow.save_name(section, by=editor)
    assert Revision.objects.count() > 12
    assert told("search", "pages", "migrations", *doctor.WALKS) == set()


# --- each invariant is broken past the program -----------------------------------------------------------------------


def public(**fields) -> Revision:
    return make_post("published", **{"title": "公開", "slug": "live", "tags": ["a"], **fields})


def adopted() -> Revision:
    return workflow.perform(
        "adopt", import_post(slug="old", date=NOON - DAY, tags=["a"]), by=SYSTEM, at=NOON - DAY
    )


BROKEN_TEXTS = {
    "a public text": (
        public,
        "UPDATE posts_revision SET body = 'changed' WHERE id = %s",
        {"text.seal", "text.history"},
    ),
    "its title": (
        public,
        "UPDATE posts_revision SET title = 'changed' WHERE id = %s",
        {"text.seal", "text.history"},
    ),
    "its tags": (
        public,
        "DELETE FROM posts_taggedrevision WHERE content_object_id = %s",
        {"text.seal", "text.history"},
    ),
    "its seal": (
        public,
        "UPDATE posts_revision SET seal = 'x' WHERE id = %s",
        {"text.seal", "text.approval"},
    ),
    "no seal": (public, "UPDATE posts_revision SET seal = '' WHERE id = %s", {"text.approval"}),
    "a text taken over": (
        adopted,
        "UPDATE posts_revision SET body = 'changed' WHERE id = %s",
        {"text.history"},
    ),
    "its lists": (adopted, "DELETE FROM posts_taggedrevision WHERE content_object_id = %s", {"text.history"}),
    "a draft": (make_post, "UPDATE posts_revision SET body = 'changed' WHERE id = %s", {"text.history"}),
    "an end": (
        public,
        "UPDATE posts_revision SET live_until = '2099-01-01 00:00:00+00' WHERE id = %s",
        {"interval.history"},
    ),
    "a status": (
        make_post,
        "UPDATE posts_revision SET status = 'in_review' WHERE id = %s",
        {"interval.history"},
    ),
    "a public draft": (
        make_post,
        "UPDATE posts_revision SET status = 'published', live_from = '2026-01-01 00:00:00+00', "
        "published_at = '2026-01-01 00:00:00+00' WHERE id = %s",
        {"interval.history", "text.entrance", "text.approval"},
    ),
    "an approved draft": (
        make_post,
        "UPDATE posts_revision SET status = 'approved' WHERE id = %s",
        {"interval.history", "text.approval"},
    ),
    "a saved text": (
        make_post,
        "UPDATE posts_historyentry SET text = 'changed' WHERE revision_id = %s",
        {"text.history"},
    ),
    "a count of saves": (make_post, "UPDATE posts_revision SET version = 2 WHERE id = %s", {"history.saves"}),
    "the act of publishing": (
        public,
        "DELETE FROM posts_historyentry WHERE step = 'publish' AND revision_id = %s",
        {"interval.history", "text.entrance"},
    ),
    "all of the history": (
        make_post,
        "DELETE FROM posts_historyentry WHERE revision_id = %s",
        {"history.none", "history.saves"},
    ),
}


@pytest.mark.parametrize(("make", "statement", "expected"), BROKEN_TEXTS.values(), ids=BROKEN_TEXTS)
def test_what_is_changed_past_the_program_is_found(make, statement, expected):
    other, row = make_post("published", slug="other", tags=["a"]), make()
    Notice.objects.all().delete()
    assert told() == set()
    assert sql(statement, row.pk)
    found = [one for part in doctor.WALKS.values() for one in part(lambda total: None)]
    assert {one.name for one in found} == expected
    assert {one.revision for one in found} == {row.pk} != {other.pk}


def test_a_text_with_a_seal_made_to_fit_is_found():
    row = public()
    sql("UPDATE posts_revision SET body = 'changed' WHERE id = %s", row.pk)
    sql(
        "UPDATE posts_revision SET seal = %s WHERE id = %s",
        Revision.objects.get(pk=row.pk).seal_now(),
        row.pk,
    )
    assert told() == {"text.approval", "text.history"}


def test_texts_that_are_public_at_once_are_found_and_that_their_guard_is_gone(clock):
    first = public()
    clock.shift(60)
    second = advance(workflow.start_revision(first.post, by=make_user("writer"), page=PAGE), "published")
    assert told("database", "intervals") == set()
    if connection.vendor == "sqlite":
        for name in database.TRIGGERS:
            sql(f"DROP TRIGGER {name}")
    else:
        sql("SET CONSTRAINTS ALL IMMEDIATE")  # or the table could not be altered with checks pending
        sql("ALTER TABLE posts_revision DROP CONSTRAINT rev_no_overlap")
    sql("UPDATE posts_revision SET live_until = %s WHERE id = %s", second.live_from + DAY, first.pk)
    assert told("database", "intervals") == {"database.guard", "interval.overlap"}


BROKEN_COPIES = {
    "the lists of tags": (
        "pages",
        "UPDATE posts_taggedrevision SET live_until = '2099-01-01 00:00:00+00'",
        "pages.copies",
    ),
    "the index": ("search", "DELETE FROM posts_searchtext", "search.index"),
    "pages of before": ("pages", "UPDATE posts_revision SET rendered_with = '0'", "pages.old"),
    "no page": ("pages", "UPDATE posts_revision SET rendered_with = ''", "pages.bare"),
}


@pytest.mark.parametrize(("part", "statement", "expected"), BROKEN_COPIES.values(), ids=BROKEN_COPIES)
def test_copies_that_have_fallen_behind_are_found(part, statement, expected):
    public()
    assert told(part) == set()
    assert sql(statement)
    assert told(part) == {expected}


def test_a_public_page_that_was_written_past_the_program_is_found():
    row = make_post("draft", slug="live")
    row = workflow.save_draft(
        row,
        row.to_document().replace(body="ほんもの"),
        by=make_user("writer"),
        version=1,
        page=render_safely("ほんもの", "markdown", "ja"),
    )
    row = advance(row, "published")
    assert [one.name for one in rendered.pages(lambda total: None)] == []
    sql("UPDATE posts_revision SET html = '<p>にせもの</p>' WHERE id = %s", row.pk)
    assert [one.name for one in rendered.pages(lambda total: None)] == ["pages.changed"]
    assert told() == set()  # the seal is over the text: only making the page anew tells


def test_a_change_between_two_questions_is_no_fault(monkeypatch):
    """The row is read, then somebody saves: history is ahead of what was read."""
    row = make_post("draft")
    plain = walks._trails

    def late(keys):
        current = Revision.objects.get(pk=row.pk)
        if current.version == 1:
            workflow.save_draft(
                current,
                current.to_document().replace(title="新"),
                by=make_user("writer"),
                version=1,
                page=PAGE,
            )
        return plain(keys)

    monkeypatch.setattr(walks, "_trails", late)
    assert told("texts") == set()


def test_the_walk_asks_few_questions_however_many_texts_there_are(django_assert_max_num_queries):
    for number in range(20):
        make_post("published", slug=f"n{number}", tags=["a"])
    with django_assert_max_num_queries(10):
        told("texts")


# --- the installation ------------------------------------------------------------------------------------------------

GOOD = {
    "SITE_URL": "https://news.example.com",
    "ALLOWED_HOSTS": ["news.example.com"],
    "TLS": True,
    "DEBUG": False,
}
GOOD |= {
    "SECRET_KEY": "".join(map(chr, range(40, 100))),
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
}
GOOD |= {"METRICS_ALLOW": [], "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
WRONG = {
    "DEBUG": ({"DEBUG": True}, "settings.debug"),
    "a short key": ({"SECRET_KEY": "short"}, "settings.key"),
    "a plain key": ({"SECRET_KEY": "x" * 60}, "settings.key"),
    "no TLS": (
        {"SITE_URL": "http://news.example.com", "TLS": False, "SECURE_PROXY_SSL_HEADER": None},
        "settings.tls",
    ),
    "this machine": ({"SITE_URL": "https://localhost", "ALLOWED_HOSTS": ["localhost"]}, "settings.site"),
    "any host": ({"ALLOWED_HOSTS": ["*"]}, "settings.hosts"),
    "another host": ({"ALLOWED_HOSTS": ["x.example.com"]}, "settings.hosts"),
    "no proxy": ({"SECURE_PROXY_SSL_HEADER": None}, "settings.proxy"),
    "metrics by a proxy": ({"METRICS_ALLOW": ["127.0.0.0/8"]}, "settings.metrics"),
    "no mail": ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "settings.mail"),
}


@pytest.fixture
def installation(settings):
    for name, value in GOOD.items():
        setattr(settings, name, value)
    return settings


def test_a_good_installation_has_nothing_to_hear(installation):
    assert [one for one in installed.look() if one.level != doctor.FINE] == []


@pytest.mark.parametrize(("given", "expected"), WRONG.values(), ids=WRONG)
def test_settings_that_protect_nobody_are_found(given, expected, installation):
    for name, value in given.items():
        setattr(installation, name, value)
    found = [one for one in installed.look() if one.level != doctor.FINE]
    assert [one.name for one in found] == [expected]


def test_a_database_that_takes_no_changes_is_found():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no such switch inside a transaction")
    sql("PRAGMA query_only = ON")
    try:
        assert told("database") == {"database.writable"}
    finally:
        sql("PRAGMA query_only = OFF")


@pytest.mark.parametrize(
    ("seconds", "level"), [(0.5, None), (-1.9, None), (5, "warning"), (-5, "warning"), (40, "error")]
)
def test_clocks_apart_are_found(seconds, level):
    assert next((one.level for one in database.apart(seconds)), None) == level


def test_an_act_of_tomorrow_tells_of_a_wrong_clock(clock):
    clock.shift(3600)
    make_post()
    standing = {"clock.apart"}  # PostgreSQL's own clock does not stand still with ours
    assert told("clock") - standing == set()
    clock.shift(-7200)
    assert told("clock") - standing == {"clock.back"}


def test_a_cache_that_forgets_is_found(settings):
    assert told("cache") == set()
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert told("cache") == {"cache.answers"}


def test_a_mail_server_that_is_away_is_found_and_no_mail_is_sent(settings, mailoutbox):
    assert told("mail") == set() and not mailoutbox
    assert [one.name for one in services.mail("a@example.com")] == ["mail.sent"]
    assert len(mailoutbox) == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    assert told("mail") == {"mail.server"}


def test_notices_that_wait_too_long_are_found(clock):
    row = make_post("draft")
    now = timezone.now()
    notice = Notice.objects.create(
        entry=row.post.history.first(),
        user=make_user("editor"),
        channel="mail",
        why="x",
        created_at=now,
        due_at=now,
    )
    assert told("outbox") == set()
    clock.shift(3700)
    assert told("outbox") == {"outbox.late"}
    Notice.objects.filter(pk=notice.pk).update(tries=3, error="refused", due_at=timezone.now())
    assert told("outbox") == {"outbox.stuck"}


def test_a_folder_of_pictures_that_is_none_and_pictures_that_are_gone_are_found(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    image = stored_picture()
    assert told("media") == set()
    image.file.storage.delete(image.file.name)
    assert told("media") == {"media.gone"}
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = str(tmp_path / "file")
    assert told("media") == {"media.gone", "media.writable"}


def test_a_disk_that_is_full_soon_is_found(monkeypatch):
    monkeypatch.setattr(files, "SCARCE", 1 << 60)
    assert {name.partition(".")[0] for name in told("disk")} == {"disk"}


def test_static_files_that_are_not_collected_are_found(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    assert told("static") == {"static.manifest"}
    (tmp_path / "staticfiles.json").write_text(
        '{"paths": {"x.css": "x.1.css"}, "version": "1.1", "hash": "x"}'
    )
    assert told("static") == {"static.missing"}


# --- the command -----------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    out, status = io.StringIO(), 0
    try:
        call_command("doctor", *arguments, stdout=out, verbosity=0)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue()


@pytest.fixture
def sound(monkeypatch):
    """An installation in which nothing is wrong but what a test breaks."""
    parts = {name: doctor.PARTS[name] for name in ("database", "search")}
    monkeypatch.setattr(doctor, "PARTS", parts)


def test_the_status_says_whether_there_are_errors(sound):
    row = public()
    assert run() == (0, run()[1]) and "エラー0件" in run()[1]
    sql("UPDATE posts_revision SET body = 'changed' WHERE id = %s", row.pk)
    status, said = run()
    assert status == 1 and "[text.seal]" in said and f"{row.pk}" in said
    assert run("--fast")[0] == 0


def test_warnings_are_no_errors(sound, monkeypatch):
    monkeypatch.setattr(doctor, "PARTS", {"clock": lambda: database.apart(5)})
    assert run("--fast")[0] == 0 and "警告1件" in run("--fast")[1]


def test_programs_read_json(sound):
    row = public()
    sql("UPDATE posts_revision SET body = 'changed' WHERE id = %s", row.pk)
    found = json.loads(run("--json")[1])
    assert {"error", "fine"} == {one["level"] for one in found}
    wrong = [one for one in found if one["level"] == "error"]
    assert {one["revision"] for one in wrong} == {row.pk} and {one["article"] for one in wrong} == {
        row.post_id
    }
    assert all(one["remedy"] for one in wrong)


def test_a_hundred_faults_of_a_kind_are_counted(sound):
    for number in range(25):
        make_post("published", slug=f"n{number}")
    sql("UPDATE posts_revision SET body = 'changed'")
    _status, said = run()
    assert said.count("[text.seal]") == 20 and "エラー50件" in said


def test_a_part_that_cannot_be_looked_at_ends_nothing(sound, monkeypatch):
    def broken():
        yield from ()
        raise OSError("gone")

    monkeypatch.setattr(doctor, "PARTS", {"first": broken, **doctor.PARTS})
    status, said = run("--fast")
    assert status == 1 and "[first]" in said and "[search.index]" in said


def test_it_speaks_english_too(sound):
    with translation.override("en"):
        assert "0 errors, 0 warnings" in run("--fast")[1]


def test_an_address_that_is_none_is_refused(sound):
    with pytest.raises(CommandError):
        run("--mail", "nobody")
