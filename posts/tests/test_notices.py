"""Notices: who is told of what, how it goes out, and that no server can lose a step."""

import hmac
import json
import socketserver
import threading
import time
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from posts import roles, workflow
from posts.models import HistoryEntry, Notice, NoticeSettings, Post
from posts.roles import SYSTEM
from posts.workflow import history, mails, notices, outbox, sending

from .make import NOON, PAGE, advance, make_document, make_post, make_user

WHO = {
    "writer": "writer",
    "stranger": "writer",  # sees no draft of others
    "editor": "editor",
    "second": "editor",
    "publisher": "publisher",
    "admin": "admin",
}
EVERYBODY = ("editor", "second", "publisher", "admin")  # who sees every draft and may review


@pytest.fixture
def people(clock):
    return {name: make_user(role, name=name, email=f"{name}@example.com") for name, role in WHO.items()}


@pytest.fixture
def revision(people):
    """A draft of the writer's that `second` has commented on."""
    made = make_post("draft", by=people["writer"], title="秘密の記事")
    workflow.perform("comment", made, by=people["second"], comment="楽しみです")
    Notice.objects.all().delete()
    return made


def told(step: str = "") -> dict[str, str]:
    """{person: reason} of the last act that was told, or of the last one of that name."""
    rows = Notice.objects.filter(channel="mail").select_related("user", "entry").order_by("pk")
    rows = [row for row in rows if step in ("", row.entry.step)]
    last = max((row.entry_id for row in rows), default=None)
    found = [(row.user.username, row.why) for row in rows if row.entry_id == last]
    assert len(found) == len(dict(found)), "somebody is told twice of one act"
    return dict(found)


def run(step, by, **more):
    def act(revision, people):
        asked = {key: people[value] if key == "reviewer" else value for key, value in more.items()}
        return workflow.perform(step, revision, by=people[by], **asked)

    return act


def noted(revision, people):
    return workflow.add_note(revision, by=people["editor"], text="出典は", must=True)


def replied(revision, people):
    return workflow.reply(noted(revision, people), by=people["writer"], text="足しました")


def settled(revision, people):
    return workflow.resolve(noted(revision, people), by=people["second"])


def reopened(revision, people):
    return workflow.reopen(settled(revision, people), by=people["publisher"])


def assigned(revision, people):
    return workflow.change_card(revision.post, by=people["editor"], assignee=people["stranger"])


def planned(revision, people):
    return workflow.change_card(revision.post, by=people["editor"], due=NOON + timedelta(days=3))


def remarked(revision, people):
    link = workflow.share(revision, by=people["editor"], label="先生")
    return workflow.remark(link, name="山田", text="よいです")


def file_changed(revision, people):
    return history.note("conflict", revision.post, SYSTEM, revision=revision, text="x", digest="d")


def saved_too_late(revision, people):
    return workflow.keep_conflict(revision, make_document(), by=people["editor"])


def saved(revision, people):
    document = revision.to_document().replace(body="別の文")
    return workflow.save_draft(revision, document, by=people["editor"], version=revision.version, page=PAGE)


MINE = {"writer": "my_text"}
DECIDED = MINE | {"editor": "my_review"}
# (what, status before, the act, who is told and why). The writer's text; the editor has approved or published what is.
TABLE = [
    ("asked by name", "draft", run("submit", "writer", reviewer="second"), {"second": "review_asked"}),
    ("asked of all", "draft", run("submit", "writer"), dict.fromkeys(EVERYBODY, "pool")),
    ("submitted by another", "draft", run("submit", "editor"), MINE | dict.fromkeys(EVERYBODY[1:], "pool")),
    ("claimed", "in_review", run("claim", "editor"), MINE),
    (
        "approved",
        "in_review",
        run("approve", "editor", acknowledged=True),
        MINE | {"publisher": "ready", "admin": "ready"},
    ),
    ("returned", "in_review", run("request_changes", "editor", comment="直して"), MINE),
    ("returned by a third", "approved", run("request_changes", "second", comment="直して"), DECIDED),
    ("withdrawn by the writer", "approved", run("withdraw", "writer"), {"editor": "my_review"}),
    ("published", "approved", run("publish", "publisher"), DECIDED),
    ("scheduled", "approved", run("publish", "publisher", at=NOON + timedelta(days=1)), DECIDED),
    ("unpublished", "published", run("unpublish", "publisher", comment="誤報"), DECIDED),
    (
        "retracted",
        "published",
        run("retract", "publisher", comment="誤報のため取り下げます", notice="おわび"),
        DECIDED,
    ),
    ("discarded", "draft", run("discard", "editor"), MINE),
    (
        "commented",
        "approved",
        run("comment", "publisher", comment="よい"),
        DECIDED | {"second": "my_note"},
    ),
    ("noted", "in_review", noted, MINE),
    ("answered", "in_review", replied, {"editor": "my_note"}),
    ("settled", "in_review", settled, MINE | {"editor": "my_note"}),
    ("opened again", "in_review", reopened, MINE | {"editor": "my_note"}),
    ("assigned", "draft", assigned, MINE | {"stranger": "assigned"}),
    ("planned", "draft", planned, {"writer": "plan"}),
    ("remarked", "in_review", remarked, {"writer": "remark", "editor": "remark"}),
    ("a file has changed", "draft", file_changed, {"writer": "conflict"}),
    ("a save that came too late", "draft", saved_too_late, {}),
    ("saved by another", "draft", saved, {}),
]


@pytest.mark.parametrize(("status", "act", "expected"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE])
def test_who_is_told(status, act, expected, revision, people, clock):
    revision = advance(revision, status, by=people["writer"])
    clock.shift(timedelta(minutes=1))
    Notice.objects.all().delete()
    act(revision, people)
    assert told() == expected
    assert all(roles.may_see(row.user, Post.objects.get()) for row in Notice.objects.all())


def test_every_step_is_in_the_table_or_left_out_on_purpose():
    steps = {*workflow.STEPS, *(row for row in notices.TOLD)}
    assert steps - set(notices.TOLD) == {"adopt", "accept_batch"}  # of a batch nobody is told text by text
    assert {why for rows in notices.TOLD.values() for why, _people in rows} == set(notices.REASONS)
    assert {step for step, _why in mails._SAID} == set(notices.TOLD)


def test_rights_of_many_are_those_of_each(people, django_assert_num_queries):
    own = make_user(name="by hand")
    own.user_permissions.set(Permission.objects.filter(codename__in=["view_revision", "review_revision"]))
    make_user("editor", name="gone", is_active=False)
    make_user(name="owner", is_superuser=True)
    everybody = get_user_model().objects.order_by("pk")
    with django_assert_num_queries(4):
        many = roles.with_rights(everybody)
        found = {user.username: user.get_all_permissions() for user in many if not user.is_superuser}
    for user in everybody.exclude(is_superuser=True):
        assert found[user.username] == user.get_all_permissions()
    assert all(roles.may(user, "review") for user in many if user.is_superuser)


def test_a_step_that_is_refused_or_undone_tells_nobody(revision, people):
    with pytest.raises(workflow.Refused):
        workflow.perform("approve", revision, by=people["editor"], acknowledged=True)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        workflow.perform("submit", revision, by=people["writer"])
        raise ZeroDivisionError
    assert not Notice.objects.exists()


def test_a_thousand_files_tell_nobody(people):
    from posts.workflow import Arrival, Interval, arrive  # noqa: PLC0415

    document = make_document(date=NOON, slug="a")
    arrive([Arrival(document, PAGE, "site", "a.md", "d", "x", Interval(NOON))])
    assert HistoryEntry.objects.filter(step="adopt").exists()
    assert not Notice.objects.exists()


def test_a_replacement_and_a_move_in_the_calendar_are_one_notice_each(people):
    first = make_post("published", by=people["writer"])
    draft = workflow.start_revision(first.post, by=people["writer"], page=PAGE)
    second = advance(draft, "published", at=NOON + timedelta(days=1), by=people["writer"])
    assert (
        Notice.objects.filter(entry__step="publish", user=people["writer"], entry__revision=second).count()
        == 1
    )
    Notice.objects.all().delete()
    workflow.reschedule(second, by=people["publisher"], at=NOON + timedelta(days=2))
    assert Notice.objects.filter(user=people["writer"]).count() == 1
    assert told() == {"writer": "my_text", "editor": "my_review"}


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"is_staff": False}, {"email": ""}],
    ids=["inactive", "no desk", "no mail"],
)
def test_only_people_who_can_be_reached_are_told(change, revision, people):
    for name, value in change.items():
        setattr(people["second"], name, value)
    people["second"].save()
    advance(revision, "in_review", by=people["writer"])
    assert told() == dict.fromkeys({"editor", "publisher", "admin"}, "pool")


def test_what_is_muted_is_not_told_but_a_weaker_reason_is(revision, people):
    workflow.choose(people["editor"], pace="now", hour=8, muted=["pool"], lang="")
    workflow.choose(people["second"], pace="off", hour=8, muted=[], lang="")
    workflow.choose(people["publisher"], pace="now", hour=8, muted=["review_asked"], lang="")
    advance(revision, "in_review", by=people["writer"])
    assert set(told()) == {"publisher", "admin"}


def asked(people, title="記事", **more):
    """One notice that waits: the editor is asked for a review."""
    revision = make_post("draft", by=people["writer"], title=title, body="本文の全体は秘密です。")
    return workflow.perform("submit", revision, by=people["writer"], reviewer=people["editor"], **more)


def test_a_mail_says_who_what_why_and_where_and_never_the_text(people):
    post = make_post("draft", by=people["writer"], title="記事", body="本文の全体は秘密です。").post
    workflow.change_card(post, by=people["editor"], due=NOON + timedelta(days=2))
    revision = post.revisions.get()
    Notice.objects.all().delete()
    workflow.perform("submit", revision, by=people["writer"], reviewer=people["editor"], comment="急ぎ\nです")
    call_command("send_notices", verbosity=0)
    [message] = mail.outbox
    assert message.to == ["editor@example.com"]
    assert message.subject == "[Editorial] writerさんが「記事」のレビューをあなたに依頼しました"
    for words in (
        "> 急ぎ\n> です",
        "2026年3月3日 12:00",
        f"http://testserver/admin/posts/post/{post.pk}/review/",
    ):
        assert words in message.body
    assert "http://testserver/admin/notices/settings/" in message.body
    assert "秘密" not in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.extra_headers["References"] == f"<article.{post.pk}@testserver>"
    assert message.message()["Message-ID"] == f"<notice.{Notice.objects.get().pk}@testserver>"


def test_a_mail_is_in_the_language_of_who_reads_it(people):
    workflow.choose(people["editor"], pace="now", hour=8, muted=[], lang="en")
    asked(people)
    outbox.send()
    assert mail.outbox[0].subject == "[Editorial] writer asks you to review “記事”"


def test_no_title_name_or_comment_can_write_a_header(people):
    people["writer"].last_name = "A\r\nBcc: x@evil.example"
    people["writer"].save()
    revision = asked(people, comment="急ぎ\r\nBcc: y@evil.example")
    type(revision).objects.filter(pk=revision.pk).update(title="題\nBcc: z@evil.example\r\n\r\n本文")
    outbox.send()
    [message] = mail.outbox
    raw = message.message()
    assert raw["Bcc"] is None
    assert message.recipients() == ["editor@example.com"]
    assert "\n" not in message.subject
    assert set(raw.keys()) == {
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date",
        "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "References", "In-Reply-To",
    }  # fmt: skip


def test_a_long_comment_is_cut(people):
    asked(people, comment="あ" * 5000)
    outbox.send()
    assert mail.outbox[0].body.count("あ") <= mails.COMMENT_LIMIT + 10


@pytest.mark.parametrize("change", ["inactive", "no mail", "off", "muted", "reassigned"])
def test_what_was_written_is_asked_again_when_it_is_sent(change, people):
    revision = make_post("draft", by=people["editor"])
    workflow.change_card(revision.post, by=people["editor"], assignee=people["stranger"])
    assert told() == {"stranger": "assigned"}
    stranger = people["stranger"]
    if change == "inactive":
        stranger.is_active = False
    if change == "no mail":
        stranger.email = ""
    stranger.save()
    if change in ("off", "muted"):
        workflow.choose(
            stranger, pace="off" if change == "off" else "now", hour=8, muted=["assigned"], lang=""
        )
    if change == "reassigned":
        workflow.change_card(revision.post, by=people["editor"], assignee=people["writer"])
    tally = outbox.send()
    assert "stranger@example.com" not in [to for message in mail.outbox for to in message.to]
    row = Notice.objects.get(user=stranger, why="assigned")
    assert (tally.dropped, bool(row.given_up_at), row.sent_at) == (1, True, None)
    assert row.error


def test_two_runs_send_once(people):
    asked(people)
    assert (outbox.send().sent, outbox.send().sent) == (1, 0)
    assert len(mail.outbox) == 1


def test_what_one_sender_has_another_does_not_take(people):
    asked(people)
    [key] = Notice.objects.values_list("pk", flat=True)
    assert [row.pk for row in outbox._claim([key])] == [key]
    assert outbox._claim([key]) == []
    assert outbox.send().sent == 0


def test_a_sender_that_died_holds_nothing_for_ever(people, clock):
    asked(people)
    outbox._claim(list(Notice.objects.values_list("pk", flat=True)))
    clock.shift(outbox.LEASE + timedelta(minutes=2))
    assert outbox.send().sent == 1


def test_many_at_once_come_in_one_mail(people):
    for _number in range(outbox.BUNDLE):
        asked(people)
    outbox.send()
    [message] = mail.outbox
    assert message.subject == f"[Editorial] 通知 {outbox.BUNDLE}件"
    assert message.body.count("/review/") == outbox.BUNDLE
    assert "References" not in message.extra_headers


def test_many_of_one_article_are_one_mail_in_its_thread(people, revision):
    for number in range(outbox.BUNDLE):
        workflow.perform("comment", revision, by=people["editor"], comment=f"その {number}")
    Notice.objects.exclude(user=people["writer"]).delete()
    outbox.send()
    [message] = mail.outbox
    assert message.subject == f"[Editorial] 「秘密の記事」の通知 {outbox.BUNDLE}件"
    assert message.extra_headers["References"] == f"<article.{revision.post_id}@testserver>"


def tokyo(hour, day=1, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Tokyo"))


def test_the_daily_mail_comes_at_the_persons_hour_once(people, clock):
    workflow.choose(people["editor"], pace="digest", hour=18, muted=[], lang="")
    for _number in range(2):
        asked(people)
    sent = {}
    for hour in range(13, 13 + 30):
        clock.move_to(tokyo(0) + timedelta(hours=hour, minutes=5))
        call_command("send_notices", "--digest", verbosity=0)
        call_command("send_notices", "--digest", verbosity=0)
        sent[hour] = len(mail.outbox)
    assert (sent[17], sent[18], sent[42]) == (0, 1, 1)
    assert mail.outbox[0].body.count("/review/") == 2
    assert NoticeSettings.objects.get(user=people["editor"]).last_digest_at == tokyo(18, minute=5)


@pytest.mark.parametrize(
    ("now", "hour", "due"),
    [
        (tokyo(7), 8, tokyo(8)),
        (tokyo(8), 8, tokyo(8, day=2)),
        (tokyo(12), 0, tokyo(0, day=2)),
        (tokyo(23, minute=59), 23, tokyo(23, day=2)),
    ],
    ids=["today", "to the minute", "midnight", "just over"],
)
def test_the_hour_is_that_of_the_sites_clock(now, hour, due):
    assert notices.next_digest(NoticeSettings(digest_hour=hour), now) == due


def test_an_hour_that_the_clock_leaves_out_is_no_fault(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    before = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    due = notices.next_digest(NoticeSettings(digest_hour=2), before)
    assert timedelta(hours=13) <= due - before <= timedelta(hours=15)


def test_a_changed_wish_reaches_what_waits(people):
    workflow.choose(people["editor"], pace="digest", hour=18, muted=[], lang="")
    asked(people)
    assert outbox.send().sent == 0
    workflow.choose(people["editor"], pace="now", hour=18, muted=[], lang="")
    assert outbox.send().sent == 1
    asked(people)
    workflow.choose(people["editor"], pace="digest", hour=15, muted=[], lang="")
    assert outbox.send(digest=True).sent == 0
    assert Notice.objects.waiting().get().due_at == tokyo(15)


def test_wishes_that_do_not_exist_are_refused(people):
    good = {"pace": "now", "hour": 8, "muted": [], "lang": ""}
    for bad in ({"pace": "x"}, {"hour": 24}, {"hour": -1}, {"muted": ["x"]}, {"lang": "fr"}):
        with pytest.raises(ValueError, match="no such"):
            workflow.choose(people["editor"], **good | bad)


class Down:
    """A mail server that is not there; `raises` says how."""

    raises = ConnectionRefusedError("[Errno 111] Connection refused")
    asked = 0

    def __init__(self, **options):
        pass

    def open(self):
        type(self).asked += 1
        raise self.raises

    def send_messages(self, messages):
        raise AssertionError("opened first")

    def close(self):
        pass


@pytest.fixture
def down(settings):
    Down.asked = 0
    settings.EMAIL_BACKEND = "posts.tests.test_notices.Down"
    return settings


def test_a_mail_server_that_is_down_loses_nothing(people, clock, down):
    revision = asked(people)
    with pytest.raises(CommandError):
        call_command("send_notices", verbosity=0)
    revision.refresh_from_db()
    assert revision.status == "in_review"
    row = Notice.objects.get()
    assert (row.tries, row.error) == (1, "ConnectionRefusedError: [Errno 111] Connection refused")
    assert row.due_at == timezone.now() + timedelta(minutes=1)
    down.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.send().sent == 0  # the pause
    clock.shift(timedelta(minutes=1))
    assert outbox.send().sent == 1
    assert outbox.send().sent == 0
    assert len(mail.outbox) == 1


def test_a_server_that_is_away_is_asked_once_a_run(people, down):
    for name in ("editor", "second", "publisher"):
        revision = make_post("draft", by=people["writer"])
        workflow.perform("submit", revision, by=people["writer"], reviewer=people[name])
    outbox.send()
    assert Down.asked == 1
    assert Notice.objects.filter(tries=0).count() == 2


def test_after_growing_pauses_it_is_given_up_with_its_error(people, clock, down):
    asked(people)
    pauses, tries = [], 0
    while Notice.objects.waiting().exists():
        outbox.send()
        tries += 1
        row = Notice.objects.get()
        if row.given_up_at is None:
            pauses.append((row.due_at - timezone.now()) // timedelta(minutes=1))
            clock.move_to(row.due_at)
    assert tuple(pauses) == outbox.PAUSES
    assert tries == len(outbox.PAUSES) + 1
    assert pauses == sorted(pauses)
    assert "refused" in Notice.objects.get().error
    down.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.send().sent == 0
    assert workflow.send_again(Notice.objects.troubled()) == 1
    assert outbox.send().sent == 1


def test_one_address_that_is_refused_holds_up_nobody(people, monkeypatch):
    from django.core.mail.backends.locmem import EmailBackend  # noqa: PLC0415

    real = EmailBackend.send_messages

    def picky(self, messages):
        if "editor@example.com" in messages[0].to:
            raise ValueError("no such person\r\n at all")
        return real(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", picky)
    make = make_post("in_review", by=people["writer"])
    assert make.status == "in_review"
    tally = outbox.send()
    assert (tally.sent, tally.failed) == (3, 1)
    assert Notice.objects.exclude(error="").get().error == "ValueError: no such person at all"


def test_an_erased_article_leaves_no_notice(people):
    revision = asked(people)
    workflow.purge(revision.post, by=people["admin"], reason="法律により消去します")
    assert not Notice.objects.exists()
    assert outbox.send().sent == 0


def test_old_notices_are_deleted_and_waiting_ones_stay(people, clock):
    asked(people)
    outbox.send()
    asked(people)
    clock.shift(outbox.KEPT + timedelta(days=1))
    assert outbox.forget() == 1
    assert Notice.objects.get().sent_at is None


# --- the webhook ---------------------------------------------------------------------------------------------------


class Receiver(BaseHTTPRequestHandler):
    """A server that keeps what it is sent and answers as it is told."""

    answer, calls = 204, []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).calls.append((self.path, dict(self.headers), body))
        self.send_response(type(self).answer)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def hook(settings):
    Receiver.answer, Receiver.calls = 204, []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.NOTICE_WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/in?key=1"
    settings.NOTICE_WEBHOOK_SECRET = "geheim"
    yield Receiver
    server.shutdown()
    server.server_close()


def test_the_webhook_gets_a_signed_word_of_each_act(people, hook):
    revision = asked(people, comment="急ぎ")
    tally = outbox.send()
    assert tally.sent == 2
    [(path, headers, body)] = hook.calls
    stamp = headers["X-Editorial-Timestamp"]
    digest = hmac.new(b"geheim", stamp.encode() + b"." + body, "sha256").hexdigest()
    assert headers["X-Editorial-Signature"] == f"sha256={digest}"
    assert abs(int(stamp) - timezone.now().timestamp()) < 2
    assert path == "/in?key=1"
    said = json.loads(body)
    assert (said["event"], said["actor"], said["comment"]) == ("submit", "writer", "急ぎ")
    assert datetime.fromisoformat(said["at"]) == NOON
    assert said["post"] == {
        "id": revision.post_id,
        "title": "記事",
        "status": "in_review",
        "due": None,
        "desk_url": f"http://testserver/admin/posts/post/{revision.post_id}/review/",
        "public_url": None,
    }
    assert "秘密" not in body.decode()


def test_the_webhook_is_told_once_of_an_act_and_of_what_nobody_else_is_told(people, hook):
    make_post("published", by=people["writer"])
    assert Notice.objects.filter(user=None).count() == 3  # submit, approve, publish: not create
    outbox.send()
    events = [json.loads(body) for _path, _headers, body in hook.calls]
    assert [one["event"] for one in events] == ["submit", "approve", "publish"]
    assert events[2]["post"]["public_url"].startswith("http://testserver/2026/03/01/")


@pytest.mark.parametrize("answer", [301, 302, 307, 400, 500])
def test_what_the_webhook_refuses_waits_and_no_redirect_is_followed(answer, people, hook, clock):
    hook.answer = answer
    asked(people)
    assert (outbox.send().failed, len(hook.calls), len(mail.outbox)) == (1, 1, 1)
    assert str(answer) in Notice.objects.get(user=None).error
    hook.answer = 200
    clock.shift(timedelta(minutes=1))
    assert outbox.send().sent == 1
    assert len(hook.calls) == 2


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "ftp://x/", "http://", "http://127.0.0.1:1/"])
def test_odd_and_dead_webhooks_are_faults_of_the_notice(url, people, hook, settings):
    asked(people)
    settings.NOTICE_WEBHOOK_URL = url
    assert (outbox.send().failed, len(mail.outbox)) == (1, 1)
    assert Notice.objects.get(user=None).error


# --- right after the act -------------------------------------------------------------------------------------------


def sender() -> None:
    for thread in threading.enumerate():
        if thread.name == "notices":
            thread.join(20)


@pytest.fixture
def at_once(settings):
    settings.NOTICES_AT_ONCE = True
    yield settings
    sender()


def test_a_step_starts_the_sender_once_it_stands(
    people, at_once, monkeypatch, django_capture_on_commit_callbacks
):
    kicks = []
    monkeypatch.setattr(sending, "kick", lambda: kicks.append(Notice.objects.count()))
    with django_capture_on_commit_callbacks(execute=True):
        asked(people)
        assert kicks == []
    assert kicks == [1]


def test_a_sender_that_cannot_start_fails_no_step(
    people, at_once, monkeypatch, django_capture_on_commit_callbacks
):
    class NoThread:
        def __init__(self, **more):
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(sending.threading, "Thread", NoThread)
    with django_capture_on_commit_callbacks(execute=True):
        revision = asked(people)
    assert revision.status == "in_review"
    assert not sending._state["running"]
    assert outbox.send().sent == 1


def test_a_sender_that_breaks_leaves_room_for_the_next(people, monkeypatch):
    def broken(**more):
        raise ZeroDivisionError

    monkeypatch.setattr(sending.outbox, "send", broken)
    for _number in range(2):
        sending.kick()
        sender()
        assert sending._state == {"running": False, "again": False}


def test_one_sender_a_process_and_no_kick_is_lost(monkeypatch):
    begun, go, runs = threading.Event(), threading.Event(), []

    def slow(**more):
        runs.append(threading.current_thread().ident)
        begun.set()
        go.wait(10)

    monkeypatch.setattr(sending.outbox, "send", slow)
    sending.kick()
    assert begun.wait(10)
    for _number in range(5):
        sending.kick()
    go.set()
    sender()
    assert len(runs) == 2
    assert len(set(runs)) == 1


class Silent(socketserver.BaseRequestHandler):
    """A mail server that accepts the connection and says nothing."""

    def handle(self):
        self.request.recv(1)


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_hangs_holds_up_no_answer(at_once, tmp_path):
    """The step is answered at once, the notice waits with its error, and a later run delivers it once."""
    people = {name: make_user(role, name=name, email=f"{name}@example.com") for name, role in WHO.items()}
    revision = make_post("draft", by=people["writer"])
    client = Client()
    client.force_login(people["writer"])
    path = reverse("admin:posts_post_step", args=[revision.post_id, "submit"])
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silent) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        at_once.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        at_once.EMAIL_HOST, at_once.EMAIL_PORT, at_once.EMAIL_TIMEOUT = (
            "127.0.0.1",
            server.server_address[1],
            3,
        )
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            at_once.NOTICES_AT_ONCE = False  # a second thread does not see this database
        began = time.monotonic()
        answer = client.post(path, {"revision": revision.pk, "reviewer": people["editor"].pk})
        took = time.monotonic() - began
        if at_once.NOTICES_AT_ONCE:
            sender()
        else:
            outbox.send()
        server.shutdown()
    assert answer.status_code == 302
    assert took < 2.5
    revision.refresh_from_db()
    assert revision.status == "in_review"
    row = Notice.objects.get()
    assert (row.tries, row.sent_at, "timed out" in row.error) == (1, None, True)
    at_once.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Notice.objects.update(due_at=timezone.now())
    assert (outbox.send().sent, outbox.send().sent, len(mail.outbox)) == (1, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_notice_once(settings):
    """On PostgreSQL two threads with connections of their own; SQLite in memory has only one."""
    if connection.vendor != "postgresql":
        pytest.skip("needs two connections to one database")
    people = {name: make_user(role, name=name, email=f"{name}@example.com") for name, role in WHO.items()}
    for _number in range(3):
        make_post("in_review", by=people["writer"])
    expected = Notice.objects.count()
    line, tallies = threading.Barrier(4), []

    def work():
        line.wait(10)
        tallies.append(outbox.send())
        connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(tally.sent for tally in tallies) == expected == Notice.objects.sent().count()
    assert len(mail.outbox) == expected


# --- the pages -----------------------------------------------------------------------------------------------------

SETTINGS, OUTBOX = reverse("admin:posts_notice_settings"), reverse("admin:posts_notices")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_everybody_at_the_desk_sets_their_own(people):
    client = browser(people["stranger"])
    assert "stranger@example.com" in client.get(SETTINGS).content.decode()
    sent = {
        "pace": "digest",
        "hour": "21",
        "told": ["assigned", "my_text"],
        "lang": "en",
        "user": people["editor"].pk,
    }
    assert client.post(SETTINGS, sent).status_code == 302
    wish = NoticeSettings.objects.get()
    assert (wish.user, wish.pace, wish.digest_hour, wish.lang) == (people["stranger"], "digest", 21, "en")
    assert set(notices.REASONS) - set(wish.muted) == {"assigned", "my_text"}
    page = client.get(SETTINGS)
    assert page.content.decode().count(" checked") == 3
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    "bad", [{"pace": "x"}, {"hour": "24"}, {"hour": "x"}, {"told": ["x"]}, {"lang": "fr"}, {"pace": ""}]
)
def test_odd_settings_are_faults_of_the_form(bad, people):
    good = {"pace": "now", "hour": "8", "told": [], "lang": ""}
    assert browser(people["writer"]).post(SETTINGS, good | bad).status_code == 422
    assert not NoticeSettings.objects.exists()


def test_who_has_no_mail_address_is_told_so(people):
    words = "メールアドレスが登録されていないため"
    assert words not in browser(people["writer"]).get(SETTINGS).content.decode()
    assert words in browser(make_user("writer", name="mailless")).get(SETTINGS).content.decode()


@pytest.mark.parametrize("name", [name for name in WHO if name != "admin"])
def test_the_outbox_is_for_administrators(name, people):
    client = browser(people[name])
    assert client.get(OUTBOX).status_code == client.post(OUTBOX).status_code == 403
    assert f'"{OUTBOX}"' not in client.get(SETTINGS).content.decode()
    assert Client().get(OUTBOX).status_code == 302


def test_the_outbox_says_what_failed_and_tries_again(people, down):
    asked(people, title="届かない記事")
    outbox.send()
    client = browser(people["admin"])
    page = client.get(OUTBOX).content.decode()
    assert "届かない記事" in page
    assert "Connection refused" in page
    row = Notice.objects.get()
    down.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert client.post(OUTBOX, {"notice": row.pk}).status_code == 302
    row.refresh_from_db()
    assert (row.tries, row.due_at) == (0, timezone.now())
    assert outbox.send().sent == 1
    assert "届かない記事" in client.get(OUTBOX + "?show=sent").content.decode()
    assert client.post(OUTBOX, {"notice": row.pk}).status_code == 302  # what has arrived is not sent again
    assert outbox.send().sent == 0


@pytest.mark.parametrize("query", ["?show=x", "?page=0", "?page=x", "?page=2", "?page=\0"])
def test_odd_addresses_of_the_outbox_are_404(query, people):
    assert browser(people["admin"]).get(OUTBOX + query).status_code == 404


@pytest.mark.parametrize("show", ["waiting", "failed", "sent"])
def test_the_pages_ask_few_questions(show, people, django_assert_max_num_queries):
    for _number in range(12):
        asked(people)
    history.note("conflict", Post.objects.first(), SYSTEM, digest="d", text="x")
    if show == "failed":
        Notice.objects.update(given_up_at=timezone.now(), error="x", tries=11)
    if show == "sent":
        Notice.objects.update(sent_at=timezone.now())
    client = browser(people["admin"])
    with django_assert_max_num_queries(14):
        page = client.get(f"{OUTBOX}?show={show}").content.decode()
    assert page.count('class="notices-said"') == 13
    with django_assert_max_num_queries(14):
        client.get(SETTINGS)


def test_a_step_asks_few_questions_more_for_its_notices(people, monkeypatch):
    counts = []
    assert roles.may(people["editor"], "review")  # asked once, and not for the notices
    for tell in (notices.tell, lambda *args: []):
        monkeypatch.setattr(notices, "tell", tell)
        revision = make_post("in_review", by=people["writer"])
        with CaptureQueriesContext(connection) as asked_for:
            workflow.perform("approve", revision, by=people["editor"], acknowledged=True)
        counts.append(len(asked_for))
    assert counts[0] - counts[1] == 6
