"""Findings beside the text: the panel, the check while typing, fixes as a difference, and what is settled."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from posts import quality, workflow
from posts.models import Category, CheckSetting, HouseRule, Post, Revision, Verdict, Waiver

from .make import PAGE, make_document, make_user
from .test_desk import FIELDS, browser, page

CHECK, FIX = "admin:posts_check_text", "admin:posts_fix_text"
JSON = {"headers": {"accept": "application/json"}}
PARAGRAPH = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。設備の更新は来年度です。"
MARKED = f"{PARAGRAPH}\n\n---END---"
GOOD = {
    "title": "工場の検査を助けるAIの費用と効果",
    "lang": "ja",
    "tags": ["検査"],
    "summary": "三つの工場の検査時間を一年分比べました。",
}
REASON = "掲載の約束があるため、このまま公開します。"


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


def text(body: str = MARKED, *, by=None, **more) -> Revision:
    by = by or make_user("writer")
    revision = workflow.new_post(make_document(**GOOD | {"body": body} | more), by=by, page=PAGE)
    quality.refresh(revision)
    return Revision.objects.get(pk=revision.pk)


def typed(body: str, **more) -> dict:
    return FIELDS | {"title": GOOD["title"], "lang": "ja", "summary": GOOD["summary"], "body": body} | more


def check(user, body: str, post=None, **more):
    return browser(user).post(reverse(CHECK), typed(body, post=post.pk if post else "", **more), **JSON)


def fix(user, body: str, which: str, post=None, **more):
    sent = typed(body, post=post.pk if post else "", _fix=which, **more)
    return browser(user).post(reverse(FIX), sent, **JSON)


def settle(user, revision, act: str, name: str, **more):
    address = reverse("admin:posts_post_findings", args=[revision.post_id])
    sent = {act: name, "_revision": revision.pk, "back": "review"}
    return browser(user).post(address, sent | {f"{key}-{name}": value for key, value in more.items()})


# --- live -----------------------------------------------------------------------------------------------------------


def test_a_new_article_is_checked_before_it_is_saved(writer):
    told = check(writer, MARKED).json()
    assert told["counts"]["error"] == 1
    assert 'data-finding="ai.marker"' in told["html"] and "3行目" in told["html"]
    assert "[[3, &quot;---END---&quot;]]" in told["html"]
    assert not Post.objects.exists()


def test_what_is_typed_is_checked_and_not_what_was_saved(writer):
    revision = text(MARKED)
    told = check(writer, PARAGRAPH, revision.post).json()
    assert told["counts"]["error"] == 0
    assert Revision.objects.get().body == MARKED


def test_a_text_without_a_title_is_checked_all_the_same(writer):
    told = check(writer, MARKED, title="").json()
    assert 'data-finding="title.missing"' in told["html"] and 'data-finding="ai.marker"' in told["html"]


def test_the_section_that_is_typed_decides_what_is_switched_off(writer):
    Category.objects.create(name="意見", checks_off=["style.first_person"])
    body = "私は工場を訪ねました。"
    assert "style.first_person" in check(writer, body).json()["html"]
    assert "style.first_person" not in check(writer, body, category="意見").json()["html"]


def test_house_rules_and_severities_hold_while_typing(writer):
    HouseRule.objects.create(name="弊社", pattern="弊社", suggestion="当社", severity="error", is_active=True)
    CheckSetting.objects.create(check_id="ai.marker", severity="off")
    told = check(writer, f"弊社の製品です。\n\n{MARKED}").json()
    assert told["counts"]["error"] == 1
    assert "「当社」" in told["html"]


def test_what_is_found_is_shown_and_never_run(writer):
    evil = "<script>alert(1)</script>"
    HouseRule.objects.create(name="x", pattern="工場", message="<img src=x onerror=alert(1)>", is_active=True)
    html = check(writer, f"工場 {evil}").json()["html"]
    assert "<script>" not in html and "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html and "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("who", "own", "status"), [("writer", True, 200), ("other", False, 404), ("editor", False, 200)]
)
def test_who_may_ask_about_an_article(who, own, status, writer):
    revision = text(MARKED)
    user = writer if own else make_user("writer" if who == "other" else who, name=who)
    assert check(user, PARAGRAPH, revision.post).status_code == status
    assert fix(user, MARKED, "ai.marker", revision.post).status_code == status


def test_a_text_that_is_too_long_is_refused_in_words(writer):
    answer = check(writer, "あ" * 200_001)
    assert answer.status_code == 413 and "200,000" in answer.json()["error"]


def test_asking_too_often_is_refused_for_a_moment(writer, clock):
    client = browser(writer)
    codes = {client.post(reverse(CHECK), typed("本文"), **JSON).status_code for _ in range(61)}
    assert codes == {200, 429}


def test_a_forged_form_is_refused(writer, publisher):
    revision = text()
    for address in (
        reverse(CHECK),
        reverse(FIX),
        reverse("admin:posts_post_findings", args=[revision.post_id]),
    ):
        client = Client(enforce_csrf_checks=True)
        client.force_login(publisher)
        assert client.post(address, typed(MARKED, _waive="ai.marker")).status_code == 403
    assert not Waiver.objects.exists()


# --- fixes ----------------------------------------------------------------------------------------------------------


def test_a_fix_is_shown_as_a_difference_and_changes_nothing(writer):
    revision = text(MARKED)
    told = fix(writer, f"{MARKED}\n\n追記です。", "ai.marker", revision.post).json()
    assert told["fields"] == {"body": f"{PARAGRAPH}\n\n追記です。"}
    assert "<del>" in told["html"] and "---END---" in told["html"]
    assert Revision.objects.get().body == MARKED


def test_all_fixes_that_decide_nothing_come_together(writer):
    body = f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n---END---"
    told = fix(writer, body, "all", title="**工場の検査**を助けるAIの費用と効果").json()
    assert told["fields"] == {"title": "工場の検査を助けるAIの費用と効果", "body": PARAGRAPH}


def test_what_only_a_person_can_put_right_is_refused(writer):
    assert fix(writer, MARKED, "para.cut").status_code == 400
    assert fix(writer, MARKED, "no.such").status_code == 400


def sent_form(answer) -> dict:
    """The hidden fields of the page that shows a fix."""
    return dict(answer.context["hidden"])


def test_without_a_script_the_page_shows_the_fix_and_its_button_saves(writer):
    revision = text(MARKED)
    client = browser(writer)
    sent = typed(f"{MARKED}\n\n追記です。", version=revision.version, _draft=revision.pk, tags="検査、AI")
    answer = client.post(f"{reverse(FIX)}?post={revision.post_id}", sent | {"_fix": "ai.marker"})
    assert answer.status_code == 200 and "<del>" in answer.content.decode()
    saved = client.post(page(revision.post), sent_form(answer) | {"_save": "1"})
    assert saved.status_code == 302
    now = Revision.objects.get()
    assert (now.body, now.version) == (f"{PARAGRAPH}\n\n追記です。", 2)
    assert [tag.name for tag in now.tag_list] == ["検査", "AI"]


def test_a_fix_that_comes_too_late_writes_over_nothing(writer, editor):
    revision = text(MARKED)
    client = browser(writer)
    sent = typed(MARKED, version=revision.version, _draft=revision.pk, _fix="all")
    answer = client.post(f"{reverse(FIX)}?post={revision.post_id}", sent)
    other = make_document(**GOOD | {"body": "別の人の文です。"})
    workflow.save_draft(revision, other, by=editor, version=revision.version, page=PAGE)
    late = client.post(page(revision.post), sent_form(answer) | {"_save": "1"})
    assert late.status_code == 409
    assert Revision.objects.get().body == "別の人の文です。"


def test_from_the_review_page_the_saved_text_is_put_right(editor):
    revision = text(MARKED)
    client = browser(editor)
    answer = client.post(f"{reverse(FIX)}?post={revision.post_id}", {"_fix": "ai.marker"})
    html = answer.content.decode()
    assert sent_form(answer) == {"version": str(revision.version), "_draft": str(revision.pk)}
    assert "検査" in html and "---END---" in html


# --- settled --------------------------------------------------------------------------------------------------------


def test_an_error_is_waived_with_a_reason_and_an_end(publisher, clock):
    revision = text()
    until = timezone.localtime() + timedelta(days=3)
    answer = settle(
        publisher, revision, "_waive", "ai.marker", reason=REASON, until=f"{until:%Y-%m-%dT%H:%M}"
    )
    assert answer.status_code == 303
    assert answer["Location"].endswith("/review/#checks")
    made = Waiver.objects.get()
    assert (made.reason, made.by_name, made.until) == (REASON, "publisher", until)
    shown = browser(publisher).get(reverse("admin:posts_post_review", args=[revision.post_id]))
    html = shown.content.decode()
    assert REASON in html and 'name="_end"' in html and "publisher" in html


@pytest.mark.parametrize(
    ("act", "name", "inputs", "words"),
    [
        ("_waive", "ai.marker", {"reason": "短い"}, "10"),
        ("_waive", "ai.marker", {"reason": REASON, "until": "2001-01-01T00:00"}, "過ぎて"),
        ("_waive", "ai.marker", {"reason": REASON, "until": "いつか"}, ""),
        ("_waive", "title.cut", {"reason": REASON}, ""),
        ("_dismiss", "ai.marker", {}, "公開"),
    ],
)
def test_a_refusal_is_said_and_what_was_typed_stays(act, name, inputs, words, publisher):
    revision = text()
    answer = settle(publisher, revision, act, name, **inputs)
    html = answer.content.decode()
    assert answer.status_code == 409 and 'role="alert"' in html and words in html
    assert name != "ai.marker" or act != "_waive" or inputs["reason"] in html
    assert not Waiver.objects.exists()


def test_who_may_not_waive_is_offered_no_form_and_refused(writer, editor):
    revision = text()
    for user in (writer, editor):
        assert 'name="_waive"' not in browser(user).get(page(revision.post)).content.decode()
        assert settle(user, revision, "_waive", "ai.marker", reason=REASON).status_code == 409
    own = make_user("publisher")
    mine = text("別の文です。\n\n---END---", by=own, title="倉庫の在庫を数えるAIの費用と効果")
    html = browser(own).get(page(mine.post)).content.decode()
    assert 'name="_waive"' not in html and "この記事の作成に関わっています" in html
    assert not Waiver.objects.exists()


def test_a_warning_is_dismissed_and_stands_again(writer):
    revision = text(PARAGRAPH, title="費用")
    assert settle(writer, revision, "_dismiss", "title.length").status_code == 303
    html = browser(writer).get(page(revision.post)).content.decode()
    assert 'name="_end"' in html
    assert settle(writer, revision, "_end", str(Waiver.objects.get().pk)).status_code == 303
    assert Waiver.objects.get().ended_at
    assert Verdict.objects.get().warnings >= 1


def test_a_waiver_of_another_article_is_not_ended_here(publisher):
    one, two = text(), text("別の文です。\n\n---END---", title="倉庫の在庫を数えるAIの費用と効果")
    made = workflow.waive(two, "ai.marker", by=publisher, reason=REASON)
    assert settle(publisher, one, "_end", str(made.pk)).status_code == 404
    assert Waiver.objects.get().ended_at is None


def test_what_cannot_be_waived_offers_no_way(publisher):
    revision = text(f"{PARAGRAPH}<script>alert(1)</script>")
    html = browser(publisher).get(page(revision.post)).content.decode()
    assert 'data-finding="body.unsafe_html"' in html and 'name="_waive"' not in html


@pytest.mark.parametrize(("is_old", "most"), [(False, 14), (True, 20)])  # judging asks the stock
def test_the_page_of_findings_takes_few_queries(is_old, most, publisher, django_assert_max_num_queries):
    revision = text(f"{PARAGRAPH}[本](/2020/01/01/nowhere/)\n\n---END---")
    if is_old:
        quality.forget()
    client = browser(publisher)
    address = reverse("admin:posts_post_findings", args=[revision.post_id])
    client.get(address)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def test_an_old_verdict_costs_the_page_nothing(writer, django_assert_max_num_queries):
    revision = text()
    quality.forget()
    client = browser(writer)
    with django_assert_max_num_queries(14):
        html = client.get(page(revision.post)).content.decode()
    assert "data-old" in html
