"""House rules, settings of the checks and waivers at the desk: who may, what is said, and what a slow pattern costs."""

import time
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from posts import quality, workflow
from posts.checks import CHECKS
from posts.models import Category, CheckSetting, HouseRule, Verdict, Waiver
from posts.workflow import Refused

from .make import make_post, make_user
from .test_desk import browser
from .test_findings_desk import REASON, text

ADD, LIST, CHECKS_PAGE = "admin:posts_houserule_add", "admin:posts_houserule_changelist", "admin:posts_checks"
RULE = {"name": "弊社", "kind": "term", "pattern": "弊社", "suggestion": "当社", "severity": "error"}


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


def of(rule: HouseRule) -> str:
    return reverse("admin:posts_houserule_change", args=[rule.pk])


def proof_of(client, **fields) -> str:
    """The proof that the test box gives."""
    answer = client.post(reverse(ADD), RULE | fields | {"_test": "1"})
    assert answer.status_code == 200
    return answer.context["proof"]


# --- rules ----------------------------------------------------------------------------------------------------------


def test_a_rule_is_tested_switched_on_and_judges_texts(publisher, writer):
    revision = text("弊社の工場を訪ねました。")
    client = browser(publisher)
    answer = client.post(reverse(ADD), RULE | {"_test": "1"})
    html = answer.content.decode()
    assert "<mark>弊社</mark>" in html and revision.title in html and "1行目" in html
    assert not HouseRule.objects.exists()
    saved = client.post(reverse(ADD), RULE | {"is_active": "on", "tested": answer.context["proof"]})
    assert saved.status_code == 302
    rule = HouseRule.objects.get()
    assert (rule.is_active, rule.changed_by) == (True, publisher)
    assert Verdict.objects.get().basis == ""
    assert workflow.refusal("submit", revision, by=writer)
    assert LogEntry.objects.filter(user=publisher, object_id=str(rule.pk)).count() == 1


@pytest.mark.parametrize("proof", ["", "forged", "other"])
def test_a_rule_that_was_not_tested_as_it_stands_is_not_switched_on(proof, publisher):
    client = browser(publisher)
    sent = proof_of(client, pattern="御社") if proof == "other" else proof
    answer = client.post(reverse(ADD), RULE | {"is_active": "on", "tested": sent})
    assert answer.status_code == 409
    assert "テスト" in answer.content.decode()
    assert not HouseRule.objects.exists()
    assert client.post(reverse(ADD), RULE | {"tested": sent}).status_code == 302  # switched off it can wait


def test_a_rule_that_is_on_keeps_on_while_its_pattern_stays(publisher):
    client = browser(publisher)
    client.post(reverse(ADD), RULE | {"is_active": "on", "tested": proof_of(client)})
    rule = HouseRule.objects.get()
    assert client.post(of(rule), RULE | {"is_active": "on", "severity": "warning"}).status_code == 302
    assert client.post(of(rule), RULE | {"is_active": "on", "pattern": "御社"}).status_code == 409
    rule.refresh_from_db()
    assert (rule.severity, rule.pattern) == ("warning", "弊社")


@pytest.mark.parametrize(
    "pattern",
    ["(", "a*", "(?R)?x", "(a)(?1)", "(?:(?:a{1000}){1000}){1000}", "x" * 201, "\\L<x>", "[[:nothing:]"],
)
def test_a_pattern_that_cannot_be_used_is_refused_in_words(pattern, publisher):
    begun = time.thread_time()
    answer = browser(publisher).post(reverse(ADD), RULE | {"kind": "regex", "pattern": pattern})
    if pattern == "[[:nothing:]":  # an odd class is a pattern like others
        assert answer.status_code in (302, 422)
        return
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert time.thread_time() - begun < 5
    assert not HouseRule.objects.exists()


def test_braces_that_count_little_are_fine():
    assert quality.compiled("regex", r"\d{4}年\d{1,2}月\d{1,2}日")
    assert quality.compiled("phrase", "(?R)")  # a phrase stands for itself


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$"])
def test_a_slow_pattern_is_given_up_within_a_second_and_cannot_be_switched_on(pattern, publisher):
    for number in range(3):
        text(f"{'a' * 4000}!", title=f"工場の検査を助けるAIの費用と効果 その{number}")
    fields = RULE | {"kind": "regex", "pattern": pattern}
    begun = time.thread_time()
    trial = quality.tried(HouseRule(name="x", kind="regex", pattern=pattern))
    assert time.thread_time() - begun < 1 and trial.seconds < 1
    assert trial.given_up
    client = browser(publisher)
    answer = client.post(reverse(ADD), fields | {"_test": "1"})
    assert answer.context["proof"] == "" and 'role="alert"' in answer.content.decode()
    assert client.post(reverse(ADD), fields | {"is_active": "on"}).status_code == 409


def test_many_lines_together_have_a_limit_of_their_own():
    slow = HouseRule(name="x", kind="regex", pattern="(a+)+b")
    lines = "\n\n".join(f"{'a' * 17}{number}" for number in range(4000))
    revision = text(lines)
    begun = time.thread_time()
    quality.judge(revision, house=quality.House(rules=(quality.rule_of(slow),)))
    assert time.thread_time() - begun < 4  # the checks themselves are a part of it
    begun = time.thread_time()
    quality.tried(slow)
    assert time.thread_time() - begun < 2


def test_exceptions_fields_and_language_hold_in_the_test(publisher):
    text("弊社株式会社の製品です。", lang="ja")
    client = browser(publisher)
    assert client.post(reverse(ADD), RULE | {"_test": "1"}).context["trial"].count == 1
    for more in ({"exceptions": "弊社株式会社"}, {"fields_": ["title"]}, {"lang": "en"}):
        assert client.post(reverse(ADD), RULE | more | {"_test": "1"}).context["trial"].count == 0


def test_too_many_exceptions_are_refused(publisher):
    answer = browser(publisher).post(reverse(ADD), RULE | {"exceptions": "\n".join("あ" for _ in range(101))})
    assert answer.status_code == 422


def test_what_is_met_is_shown_and_never_run(publisher):
    text("工場<img src=x onerror=alert(1)>です。", title="<b>工場</b>の検査を助けるAIの費用と効果")
    answer = browser(publisher).post(reverse(ADD), RULE | {"pattern": "工場", "_test": "1"})
    html = answer.content.decode()
    assert "<img src=x" not in html and "<b>工場" not in html
    assert "&lt;" in html


@pytest.mark.parametrize(
    ("who", "reads", "writes"), [("writer", 403, 403), ("editor", 200, 403), ("publisher", 200, 302)]
)
def test_who_reads_and_who_keeps_the_house(who, reads, writes):
    rule = HouseRule.objects.create(**RULE)
    client = browser(make_user(who))
    for address in (reverse(LIST), of(rule), reverse(CHECKS_PAGE)):
        assert client.get(address).status_code == reads
    assert client.post(of(rule), RULE | {"name": "当社"}).status_code == writes
    assert client.post(reverse(CHECKS_PAGE), {"set-para.cut": "off"}).status_code == writes
    assert HouseRule.objects.get().name == ("当社" if writes == 302 else "弊社")
    assert CheckSetting.objects.exists() is (writes == 302)
    if who == "editor":
        assert 'name="_save"' not in client.get(of(rule)).content.decode()


def test_forged_forms_are_refused(publisher):
    rule = HouseRule.objects.create(**RULE)
    client = Client(enforce_csrf_checks=True)
    client.force_login(publisher)
    delete = reverse("admin:posts_houserule_delete", args=[rule.pk])
    for address in (reverse(ADD), of(rule), reverse(CHECKS_PAGE), delete):
        assert client.post(address, RULE | {"post": "yes"}).status_code == 403
    assert HouseRule.objects.count() == 1


def test_a_rule_is_deleted_and_verdicts_are_forgotten(publisher):
    rule = HouseRule.objects.create(**RULE | {"is_active": True})
    text()
    delete = reverse("admin:posts_houserule_delete", args=[rule.pk])
    assert browser(publisher).post(delete, {"post": "yes"}).status_code == 302
    assert not HouseRule.objects.exists() and Verdict.objects.get().basis == ""


# --- settings -------------------------------------------------------------------------------------------------------


def test_a_check_is_switched_off_and_back_and_it_is_said_who_did_it(publisher, writer):
    revision = text()
    client = browser(publisher)
    assert "ai.marker" in client.get(reverse(CHECKS_PAGE)).content.decode()
    client.post(reverse(CHECKS_PAGE), {"set-ai.marker": "off", "was-ai.marker": "default"})
    assert CheckSetting.objects.get().changed_by == publisher
    assert Verdict.objects.get().basis == ""
    assert not workflow.refusal("submit", revision, by=writer)
    client.post(reverse(CHECKS_PAGE), {"set-ai.marker": "default", "was-ai.marker": "off"})
    assert not CheckSetting.objects.exists()
    assert workflow.refusal("submit", revision, by=writer)
    assert list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True)) == [
        "default off",
        "off default",
    ]
    assert "publisher" in client.get(reverse(CHECKS_PAGE)).content.decode()


def test_an_old_page_takes_nothing_back_that_it_did_not_change(publisher):
    CheckSetting.objects.create(check_id="para.cut", severity="off")
    sent = {f"{word}-{name}": "default" for name in CHECKS for word in ("set", "was")}
    browser(publisher).post(reverse(CHECKS_PAGE), sent | {"set-style.we": "off"})
    assert set(CheckSetting.objects.values_list("check_id", flat=True)) == {"para.cut", "style.we"}


@pytest.mark.parametrize(
    ("name", "severity"), [("body.unsafe_html", "off"), ("no.such", "off"), ("para.cut", "grave")]
)
def test_what_cannot_be_set_is_refused_in_words(name, severity, publisher):
    answer = browser(publisher).post(reverse(CHECKS_PAGE), {f"set-{name}": severity})
    assert answer.status_code == 409
    assert not CheckSetting.objects.exists()
    with pytest.raises(Refused):
        workflow.set_checks({name: severity}, by=publisher)


@pytest.mark.parametrize(("who", "off"), [("editor", []), ("publisher", ["style.first_person"])])
def test_a_section_switches_checks_off_by_who_may_publish(who, off):
    section = Category.objects.create(name="意見")
    address = reverse("admin:posts_category_change", args=[section.pk])
    client = browser(make_user(who))
    assert "style.first_person" in client.get(address).content.decode()
    sent = {"name": "意見", "slug": section.slug, "checks_off": ["style.first_person"]}
    assert client.post(address, sent).status_code == 302
    section.refresh_from_db()
    assert section.checks_off == off


def test_a_section_cannot_switch_off_what_protects_readers(publisher):
    section = Category.objects.create(name="意見")
    address = reverse("admin:posts_category_change", args=[section.pk])
    sent = {"name": "意見", "slug": section.slug, "checks_off": ["body.unsafe_html"]}
    assert browser(publisher).post(address, sent).status_code == 200
    section.refresh_from_db()
    assert section.checks_off == []


# --- waivers --------------------------------------------------------------------------------------------------------


def test_the_waivers_are_listed_filtered_and_ended(publisher, editor, writer, clock):
    revision = text()
    until = timezone.now() + timedelta(days=3)
    workflow.waive(revision, "ai.marker", by=publisher, reason=REASON, until=until)
    address = reverse("admin:posts_waivers")
    html = browser(editor).get(address).content.decode()
    assert REASON in html and revision.title in html and 'name="_end"' not in html
    client = browser(publisher)
    assert REASON in client.get(address, {"show": "soon", "check": "ai.marker"}).content.decode()
    assert REASON not in client.get(address, {"show": "dismissed"}).content.decode()
    assert browser(writer).get(address).status_code == 403
    made = Waiver.objects.get()
    end = reverse("admin:posts_post_findings", args=[revision.post_id])
    assert client.post(end, {"_end": made.pk, "back": "waivers"})["Location"] == address
    assert REASON not in client.get(address).content.decode()
    assert REASON in client.get(address, {"show": "ended"}).content.decode()
    assert client.get(address, {"show": "nothing"}).status_code == 404


def test_a_waiver_past_its_end_is_listed_as_ended(publisher, clock):
    revision = text()
    until = timezone.now() + timedelta(days=3)
    workflow.waive(revision, "ai.marker", by=publisher, reason=REASON, until=until)
    clock.shift(timedelta(days=4))
    client = browser(publisher)
    address = reverse("admin:posts_waivers")
    assert REASON not in client.get(address).content.decode()
    assert REASON in client.get(address, {"show": "ended"}).content.decode()


# --- warnings at approval -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("title", "asks"), [("費用", True), ("工場の検査を助けるAIの費用と効果", False)])
def test_only_where_warnings_stand_it_is_asked_whether_they_were_seen(title, asks, editor, writer):
    settings = [CheckSetting(check_id=name, severity="off") for name in ("source.none", "excerpt.form")]
    CheckSetting.objects.bulk_create(settings)
    revision = text("検査の時間は半分になりました。", title=title)
    workflow.perform("submit", revision, by=writer)
    quality.refresh(revision)
    client = browser(editor)
    for name, args in (
        ("admin:posts_post_review", [revision.post_id]),
        ("admin:posts_post_step", [revision.post_id, "approve"]),
        ("admin:posts_post_change", [revision.post_id]),
    ):
        assert ("acknowledged" in client.get(reverse(name, args=args)).content.decode()) is asks
    chosen = {"action": "bulk_approve", "index": "0", "_selected_action": [revision.post_id]}
    html = client.post(reverse("admin:posts_post_changelist"), chosen).content.decode()
    assert ('name="acknowledged"' in html) is asks


def test_a_refusal_for_warnings_asks_for_the_box(editor, writer):
    revision = text("検査の時間は半分になりました。", title="費用")
    workflow.perform("submit", revision, by=writer)
    Verdict.objects.update(warnings=0)  # a verdict that knows less than the gate
    client = browser(editor)
    sent = {"_step": "approve", "_revision": revision.pk}
    answer = client.post(reverse("admin:posts_post_change", args=[revision.post_id]), sent)
    assert answer.status_code == 409 and "acknowledged" in answer.content.decode()


def test_an_article_of_the_list_has_its_place(publisher):
    """The test box reads the newest articles of the stock alone."""
    make_post("discarded", body="弊社です。")
    assert quality.tried(HouseRule(**RULE)).articles == 0
