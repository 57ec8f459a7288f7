"""Shared previews: what they show to whom, when they end, who looked, and what an outside reader may say."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from posts import workflow
from posts.models import HistoryEntry, PreviewLink, PreviewVisit, Remark, Revision
from posts.roles import SYSTEM, Outsider
from posts.sharing import browsers
from posts.workflow import history

from .answers import headers
from .make import NOON, PAGE, make_document, make_post, make_user

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1 (KHTML) Version/18.0 Mobile Safari/604.1"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML) Chrome/130.0 Safari/537.36"
EDGE = CHROME + " Edg/130.0"
REASON = "十文字以上の理由です。"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def outside(agent: str = SAFARI) -> Client:
    return Client(headers={"user-agent": agent})


def share_page(revision) -> str:
    return reverse("admin:posts_post_share", args=[revision.post_id])


@pytest.fixture
def draft(clock):
    return make_post("in_review", title="外部の確認", slug="a")


@pytest.fixture
def link(draft, editor):
    return workflow.share(draft, by=editor, label="取材先")


def ticket_of(answer) -> str:
    return answer.content.decode().split('name="ticket" value="')[1].split('"')[0]


def say(link, client=None, **fields):
    client = client or outside()
    sent = {
        "name": "外の人",
        "text": "読みました",
        "verdict": "",
        "ticket": ticket_of(client.get(link.get_absolute_url())),
    }
    return client.post(link.get_absolute_url(), {**sent, **fields})


# --- making ---


def test_a_link_shows_the_text_without_an_account_and_says_what_it_is(link):
    answer = outside().get(link.get_absolute_url())
    body = answer.content.decode()
    assert answer.status_code == 200 and "外部の確認" in body and "本文" in body
    for part in ("preview-banner", "2026", 'name="robots" content="noindex, nofollow, noarchive"'):
        assert part in body
    assert "og:" not in body and "ld+json" not in body


def test_no_search_engine_cache_or_other_site_learns_of_it(link):
    answer = outside().get(link.get_absolute_url())
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex" and answer["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert not answer.cookies


def test_it_shows_that_one_revision_and_no_later_one(clock, writer, publisher):
    first = make_post("published", title="一つ目", slug="a")
    link = workflow.share(first, by=publisher)
    clock.shift(60)
    later = workflow.start_revision(first.post, by=writer, page=PAGE)
    workflow.save_draft(later, make_document(title="二つ目"), by=writer, version=1, page=PAGE)
    body = outside().get(link.get_absolute_url()).content.decode()
    assert "一つ目" in body and "二つ目" not in body


@pytest.mark.parametrize("hours", workflow.sharing.HOURS)
def test_validity_is_one_of_the_list(hours, draft, editor):
    link = workflow.share(draft, by=editor, hours=hours)
    assert link.expires_at - link.created_at == timedelta(hours=hours)


@pytest.mark.parametrize("hours", [0, -1, 2, 10**9])
def test_no_other_validity_is_taken(hours, draft, editor):
    with pytest.raises(workflow.Refused):
        workflow.share(draft, by=editor, hours=hours)


def test_who_may_not_see_the_article_makes_no_link(draft):
    for person in (make_user("writer", "stranger"), make_user("", "nobody"), Outsider("外")):
        with pytest.raises(workflow.Refused):
            workflow.share(draft, by=person)


def test_the_same_wish_twice_is_one_link_and_one_entry(draft, editor):
    links = {workflow.share(draft, by=editor, label="A").pk for _ in range(2)}
    assert len(links) == 1 and draft.post.history.filter(step="share").count() == 1
    assert workflow.share(draft, by=editor, label="B").pk not in links


def test_an_article_has_a_limit_of_open_links(draft, editor, monkeypatch):
    monkeypatch.setattr(workflow.sharing, "OPEN_LINKS", 2)
    for label in "ab":
        workflow.share(draft, by=editor, label=label)
    with pytest.raises(workflow.Refused):
        workflow.share(draft, by=editor, label="c")


# --- ending ---


def expire(link, clock):
    clock.move_to(link.expires_at)


def revoke(link, clock):
    workflow.revoke(link, by=make_user("writer"))


def revoke_every(link, clock):
    assert workflow.revoke_all(link.revision.post, by=make_user("writer")) == 1


def demote(link, clock):
    link.created_by.groups.clear()


def deactivate(link, clock):
    get_user_model().objects.filter(pk=link.created_by_id).update(is_active=False)


def unstaff(link, clock):
    get_user_model().objects.filter(pk=link.created_by_id).update(is_staff=False)


def discard(link, clock):
    workflow.perform("withdraw", link.revision, by=make_user("writer"))
    workflow.perform("discard", Revision.objects.get(pk=link.revision_id), by=make_user("writer"))


def retract(link, clock):
    revision = workflow.perform("approve", link.revision, by=make_user("editor", "second"), acknowledged=True)
    revision = workflow.perform("publish", revision, by=make_user("publisher"))
    clock.shift(60)
    workflow.perform("retract", revision, by=make_user("publisher"), comment=REASON, notice="お知らせです")


def erase(link, clock):
    type(link.revision.post).objects.filter(pk=link.revision.post_id).update(erased_at=timezone.now())


@pytest.mark.parametrize(
    "end", [expire, revoke, revoke_every, demote, deactivate, unstaff, discard, retract, erase]
)
def test_a_link_ends(end, link, clock):
    address = link.get_absolute_url()
    assert outside().get(address).status_code == 200
    end(link, clock)
    answer = outside().get(address)
    assert answer.status_code == 404 and "外部の確認" not in answer.content.decode()
    assert workflow.why_ended(PreviewLink.objects.get(pk=link.pk))


def test_every_dead_address_answers_the_same(link, clock):
    good = link.token
    workflow.revoke(link, by=link.created_by)
    changed = good[:-1] + ("A" if good[-1] != "A" else "B")
    tokens = [good, changed, "x", "a.b", good.replace(".", "%00"), "あ", "x" * 5000, "1", good + "/x"]
    answers = [outside().get(f"/shared/{token}/") for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(headers(answer).items())) for answer in answers}) == 1


def test_a_token_of_another_row_or_time_is_none(link):
    known = PreviewLink.objects.named(link.token)
    assert known == link
    PreviewLink.objects.filter(pk=link.pk).update(created_at=link.created_at - timedelta(seconds=1))
    assert PreviewLink.objects.named(link.token) is None


def test_ending_twice_is_ending_once(link, editor):
    first = workflow.revoke(link, by=editor).revoked_at
    assert workflow.revoke(link, by=editor).revoked_at == first
    assert link.revision.post.history.filter(step="share").count() == 2
    assert workflow.revoke_all(link.revision.post, by=editor) == 0


# --- looks ---


@pytest.mark.parametrize(
    "agent, family",
    [
        (SAFARI, "Safari, iPhone"),
        (CHROME, "Chrome, Windows"),
        (EDGE, "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPad) AppleWebKit/605 (KHTML) FxiOS/130 Safari/605", "Firefox, iPad"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605 (KHTML) Safari Line/14.0.0", "LINE, iPhone"),
        ("something else", ""),
    ],
)
def test_a_look_is_noted_by_the_kind_of_browser(agent, family, link):
    outside(agent).get(link.get_absolute_url())
    assert [visit.agent for visit in link.visits.all()] == [family]


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Slackbot-LinkExpanding 1.0",
        "facebookexternalhit/1.1",
        "Twitterbot/1.0",
        "curl/8.0",
        "WhatsApp/2.2",
    ]
    + ["Mozilla/5.0 (compatible; Googlebot/2.1)", "Mozilla/5.0 (compatible; Discordbot/2.0)"],
)
def test_machines_are_no_look(agent, link):
    assert outside(agent).get(link.get_absolute_url()).status_code == 200
    assert not link.visits.exists()


def test_head_and_fetching_ahead_are_no_look(link):
    outside().head(link.get_absolute_url())
    outside().get(link.get_absolute_url(), headers={"sec-purpose": "prefetch"})
    assert not link.visits.exists()


def test_one_look_in_half_an_hour_for_each_kind(link, clock):
    for agent, minutes in ((SAFARI, 0), (SAFARI, 10), (CHROME, 0), (SAFARI, 19), (SAFARI, 2)):
        clock.shift(minutes * 60)
        outside(agent).get(link.get_absolute_url())
    assert link.visits.count() == 3  # Safari, Chrome, and Safari again after 31 minutes


def test_nothing_of_the_visitor_is_kept(link):
    outside().get(link.get_absolute_url(), REMOTE_ADDR="203.0.113.7")
    assert {field.name for field in PreviewVisit._meta.fields} == {"id", "link", "at", "agent"}
    assert "203.0.113.7" not in str(PreviewVisit.objects.values_list())


def test_a_person_is_a_look_and_a_robot_is_none(rf):
    assert browsers.is_a_look(rf.get("/", headers={"user-agent": SAFARI}))
    assert not browsers.is_a_look(rf.post("/", headers={"user-agent": SAFARI}))


# --- remarks ---


def test_a_remark_is_kept_told_in_history_and_changes_no_status(link):
    answer = say(link, verdict="changes")
    assert answer.status_code == 302 and answer["Location"].endswith("#remark")
    remark = Remark.objects.get()
    assert (remark.name, remark.text, remark.verdict) == ("外の人", "読みました", "changes")
    entry = HistoryEntry.objects.get(step="remark")
    assert entry.actor is None and "外の人" in entry.actor_name and "読みました" in entry.comment
    assert Revision.objects.get(pk=link.revision_id).status == "in_review"


def test_the_same_remark_twice_is_one(link):
    for _ in range(3):
        assert say(link).status_code == 302
    assert Remark.objects.count() == 1 and HistoryEntry.objects.filter(step="remark").count() == 1


@pytest.mark.parametrize(
    "fields, status",
    [
        ({"name": ""}, 422),
        ({"name": "x" * 101}, 422),
        ({"text": "", "verdict": ""}, 422),
        ({"text": "x" * 5001}, 422),
        ({"verdict": "approve"}, 422),
        ({"ticket": ""}, 422),
        ({"ticket": "1:x:y"}, 422),
        ({"name": "a\0b"}, 422),
        ({"website": "http://spam.example"}, 302),
    ],
)
def test_a_remark_with_a_fault_is_not_kept(fields, status, link):
    assert say(link, **fields).status_code == status
    assert not Remark.objects.exists()


def test_what_was_written_stands_in_the_form_again(link):
    body = say(link, name="", text="消えないで").content.decode()
    assert "消えないで" in body and 'role="alert"' in body


def test_another_site_cannot_send_the_form(link):
    client = outside()
    sent = {"name": "x", "text": "y", "ticket": ticket_of(client.get(link.get_absolute_url()))}
    answer = client.post(link.get_absolute_url(), sent, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403 and not Remark.objects.exists()


def test_a_ticket_is_of_its_own_link(link, draft, editor):
    other = workflow.share(draft, by=editor, label="別")
    ticket = ticket_of(outside().get(other.get_absolute_url()))
    assert say(link, ticket=ticket).status_code == 422


def test_many_remarks_at_once_have_to_wait(link, clock):
    answers = [say(link, text=f"{number}").status_code for number in range(7)]
    assert answers == [302] * 5 + [409] * 2
    clock.shift(11 * 60)
    assert say(link, text="later").status_code == 302


def test_a_link_takes_so_many_remarks_and_no_more(link, monkeypatch):
    monkeypatch.setattr(workflow.sharing, "REMARKS_OF_A_LINK", 1)
    assert [say(link, text="a").status_code, say(link, text="b").status_code] == [302, 409]


def test_after_the_end_no_remark_is_taken(link, editor):
    client = outside()
    ticket = ticket_of(client.get(link.get_absolute_url()))
    workflow.revoke(link, by=editor)
    answer = client.post(link.get_absolute_url(), {"name": "a", "text": "b", "ticket": ticket})
    assert answer.status_code == 404 and not Remark.objects.exists()


def test_a_remark_does_not_count_as_touching_or_as_a_hand_in_the_text(link):
    before = link.revision.post.history.first()
    hands = history.hands_on(link.revision)
    say(link)
    assert not history.touched_since(link.revision.post, before)
    assert history.hands_on(link.revision) == hands
    assert not history.ended_by_a_person(link.revision.post)


def test_who_calls_himself_system_is_not_the_machine(link):
    say(link, name="SYSTEM")
    assert HistoryEntry.objects.get(step="remark").actor_name != str(SYSTEM)


def test_remarks_are_text(link, editor):
    say(link, name="<b>x</b>", text="<script>alert(1)</script>")
    for name in ("share", "review", "history"):
        body = browser(editor).get(reverse(f"admin:posts_post_{name}", args=[link.revision.post_id]))
        assert "&lt;script&gt;" in body.content.decode() and "<script>alert" not in body.content.decode()


# --- the desk's page ---


def test_the_page_makes_a_link_and_shows_its_address(draft, editor):
    client = browser(editor)
    sent = {"_make": "1", "revision": draft.pk, "label": "取材先", "hours": "24"}
    assert client.post(share_page(draft), sent).status_code == 302
    answer = client.get(share_page(draft))
    made = PreviewLink.objects.get()
    assert f"http://testserver{made.get_absolute_url()}" in answer.content.decode()
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


@pytest.mark.parametrize(
    "sent, status",
    [
        ({"_make": "1"}, 422),
        ({"_make": "1", "revision": "0", "hours": "24"}, 422),
        ({"_make": "1", "revision": "x\0", "hours": "24"}, 422),
        ({"_make": "1", "hours": "5"}, 422),
        ({"_revoke": "999999999999999999999"}, 409),
        ({"_revoke": "x"}, 409),
        ({}, 409),
    ],
)
def test_odd_wishes_get_a_clear_answer(sent, status, draft, editor):
    assert browser(editor).post(share_page(draft), sent).status_code == status
    assert not PreviewLink.objects.exists()


def test_links_of_another_article_are_none(link, editor):
    other = make_post("draft", title="別")
    assert browser(editor).post(share_page(other), {"_revoke": link.pk}).status_code == 409
    assert PreviewLink.objects.get().revoked_at is None


def test_the_page_ends_one_or_all(link, draft, editor):
    client = browser(editor)
    assert client.post(share_page(draft), {"_revoke": link.pk}).status_code == 302
    workflow.share(draft, by=editor, label="B")
    assert client.post(share_page(draft), {"_revoke_all": "1"}).status_code == 302
    assert not PreviewLink.objects.usable().exists()


def test_who_may_not_see_the_article_finds_no_page(link, draft):
    stranger = browser(make_user("writer", "stranger"))
    for name, more in (("share", []), ("preview", [draft.pk])):
        address = reverse(f"admin:posts_post_{name}", args=[draft.post_id, *more])
        assert stranger.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert stranger.post(share_page(draft), {"_revoke_all": "1"}).status_code == 404


def test_pages_ask_few_questions_however_many_links_there_are(draft, editor, clock):
    for number in range(12):
        one = workflow.share(draft, by=make_user("editor", f"e{number % 4}"), label=f"{number}")
        workflow.visited(one, "Safari")
        workflow.remark(one, name="外", text=f"{number}")
    client = browser(editor)
    client.get(share_page(draft))
    for name, args in (("share", [draft.post_id]), ("preview", [draft.post_id, draft.pk])):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse(f"admin:posts_post_{name}", args=args)).status_code == 200
        assert len(asked) < 15, [query["sql"][:90] for query in asked]


def test_a_shared_page_asks_few_questions(link):
    outside().get(link.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        outside().get(link.get_absolute_url())
    assert len(asked) < 15, [query["sql"][:90] for query in asked]


# --- previews of the newsroom ---


def test_the_preview_page_shows_both_widths_the_front_page_and_the_cards(draft, editor):
    answer = browser(editor).get(reverse("admin:posts_post_preview", args=[draft.post_id, draft.pk]))
    body = answer.content.decode()
    for part in (
        'data-width="390"',
        'data-width="1280"',
        f"/preview/{draft.pk}/frame/",
        "search-card",
        "social-card",
    ):
        assert part in body
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_only_the_two_frames_may_stand_in_a_frame_of_this_site(draft, editor):
    client = browser(editor)
    for name in ("preview_frame", "preview_front"):
        answer = client.get(reverse(name, args=[draft.pk]))
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "SAMEORIGIN" and answer.status_code == 200
    plain = client.get(reverse("preview", args=[draft.pk]))
    assert "frame-ancestors 'none'" in plain["Content-Security-Policy"] and plain["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["preview", "preview_frame", "preview_front"])
def test_previews_are_for_who_may_see_the_article(name, draft):
    address = reverse(name, args=[draft.pk])
    assert browser(make_user("writer", "stranger")).get(address).status_code == 404
    assert browser(make_user("editor")).get(reverse(name, args=[draft.pk + 999])).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_preview_shows_the_date_it_will_have(draft, editor, publisher):
    assert draft.date_to_be() == (NOON, "now")
    draft.post.planned_for = (NOON + timedelta(days=4)).date()
    moment, why = draft.date_to_be()
    assert (timezone.localtime(moment).date(), why) == (draft.post.planned_for, "planned")
    approved = workflow.perform("approve", draft, by=editor, acknowledged=True)
    scheduled = workflow.perform("publish", approved, by=publisher, at=NOON + timedelta(days=2))
    assert scheduled.date_to_be()[0] == NOON + timedelta(days=2)


def test_a_change_keeps_the_date_of_its_article(clock, writer):
    live = make_post("published", slug="a")
    clock.shift(3600)
    draft = workflow.start_revision(live.post, by=writer, page=PAGE)
    assert draft.date_to_be()[0] == live.published_at
