"""The gate: what stops at submission, approval and publication, on every path; and what waives it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts import quality, workflow
from posts.models import CheckSetting, HouseRule, Revision, Verdict, Waiver
from posts.roles import SYSTEM
from posts.workflow import Refused

from .make import PAGE, advance, make_document, make_user

GOOD = {
    "title": "工場の検査を助けるAIの費用と効果",
    "lang": "ja",
    "tags": ["検査"],
    "summary": "三つの工場の検査時間を一年分比べました。",
}
PARAGRAPH = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。設備の更新は来年度です。"
BAD = {
    "ai.marker": f"{PARAGRAPH}\n\n---END---",
    "body.repeat": f"{PARAGRAPH}\n\n{PARAGRAPH}",
    "body.unsafe_html": f"{PARAGRAPH}<script>alert(1)</script>",
    "style.first_person": "私は工場を訪ねました。",
}
LATE = f"{PARAGRAPH}[本](https://amzn.to/abc)"  # legal.ad_label
REASON = "掲載の約束があるため、このまま公開します。"


def text(body: str, **more) -> Revision:
    return workflow.new_post(make_document(**GOOD | {"body": body} | more), by=make_user("writer"), page=PAGE)


@pytest.mark.parametrize("check", BAD)
def test_an_error_refuses_the_submission_and_says_what_to_do(check, writer):
    with pytest.raises(Refused) as caught:
        workflow.perform("submit", text(BAD[check]), by=writer)
    assert quality.standing(Revision.objects.get(), timezone.now())[0].id == check
    assert "1" in str(caught.value) and len(str(caught.value)) > 20


@pytest.mark.parametrize("check", BAD)
def test_a_rule_that_comes_later_refuses_the_publication(check, publisher, clock):
    CheckSetting.objects.create(check_id=check, severity="off")
    revision = advance(text(BAD[check]), "draft")
    if check != "body.unsafe_html":  # it is never switched off
        revision = advance(revision, "approved")
        CheckSetting.objects.all().delete()
        with pytest.raises(Refused):
            workflow.perform("publish", revision, by=publisher)
        with pytest.raises(Refused):
            workflow.perform("publish", revision, by=publisher, at=timezone.now() + timedelta(days=1))
    else:
        with pytest.raises(Refused):
            workflow.perform("submit", revision, by=make_user("writer"))
    assert not Revision.objects.filter(status="published").exists()


def test_a_label_of_advertising_holds_up_the_publication_alone(publisher, clock):
    revision = advance(text(LATE), "approved")
    with pytest.raises(Refused, match="広告"):
        workflow.perform("publish", revision, by=publisher)


def test_warnings_have_to_be_seen_by_who_approves(editor, clock):
    revision = advance(text(PARAGRAPH, title="費用"), "in_review")
    with pytest.raises(Refused):
        workflow.perform("approve", revision, by=editor)
    workflow.perform("approve", revision, by=editor, acknowledged=True)
    assert "title.length" in revision.post.history.first().comment


def test_the_machine_is_not_stopped_but_what_it_brings_is_judged(clock):
    revision = workflow.new_post(
        make_document(**GOOD | {"body": BAD["ai.marker"], "date": timezone.now()}), by=SYSTEM, page=PAGE
    )
    assert workflow.perform("adopt", revision, by=SYSTEM).status == "published"
    assert [one.id for one in quality.refresh(revision) if one.severity == "error"] == ["ai.marker"]


def test_a_waived_error_lets_the_text_pass_until_its_end(publisher, writer, clock):
    revision = text(BAD["ai.marker"])
    until = timezone.now() + timedelta(days=2)
    workflow.waive(revision, "ai.marker", by=publisher, reason=REASON, until=until)
    revision = advance(revision, "approved")
    with pytest.raises(Refused):  # judged as of the moment it goes live
        workflow.perform("publish", revision, by=publisher, at=until + timedelta(hours=1))
    assert (
        workflow.perform("publish", revision, by=publisher, at=until - timedelta(hours=1)).status
        == "published"
    )


def test_a_waiver_falls_when_the_text_near_it_changes(publisher, writer, clock):
    revision = text(BAD["style.first_person"])
    workflow.waive(revision, "style.first_person", by=publisher, reason=REASON)
    moved = make_document(**GOOD | {"body": f"{PARAGRAPH}\n\n私は工場を訪ねました。"})
    revision = workflow.save_draft(revision, moved, by=writer, version=revision.version, page=PAGE)
    assert not workflow.refusal("submit", revision, by=writer)
    changed = make_document(**GOOD | {"body": "私は倉庫を訪ねました。"})
    revision = workflow.save_draft(revision, changed, by=writer, version=revision.version, page=PAGE)
    assert workflow.refusal("submit", revision, by=writer)


@pytest.mark.parametrize(
    ("who", "check", "reason"),
    [
        ("writer", "ai.marker", REASON),
        ("editor", "ai.marker", REASON),
        ("publisher", "ai.marker", "短い"),
        ("publisher", "title.cut", REASON),
        ("publisher", "body.unsafe_html", REASON),
    ],
)
def test_who_may_not_waive_and_what_cannot_be_waived(who, check, reason, clock):
    revision = text(BAD.get(check, BAD["ai.marker"]))
    with pytest.raises(Refused):
        workflow.waive(revision, check, by=make_user(who), reason=reason)
    assert not Waiver.objects.exists()


def test_nobody_waives_in_a_text_of_their_own(publisher, clock):
    revision = workflow.new_post(make_document(**GOOD | {"body": BAD["ai.marker"]}), by=publisher, page=PAGE)
    with pytest.raises(Refused):
        workflow.waive(revision, "ai.marker", by=publisher, reason=REASON)


def test_an_ended_waiver_holds_no_longer_and_history_says_so(publisher, writer, clock):
    revision = text(BAD["ai.marker"])
    waiver = workflow.waive(revision, "ai.marker", by=publisher, reason=REASON)
    workflow.end_waiver(waiver, by=publisher)
    assert workflow.refusal("submit", revision, by=writer)
    assert [entry.step for entry in revision.post.history.all()][:2] == ["unwaive", "waive"]


def test_a_dismissed_warning_need_not_be_seen_again(writer, editor, clock):
    revision = advance(text(PARAGRAPH, title="費用"), "in_review")
    workflow.dismiss(revision, "title.length", by=editor)
    assert not workflow.refusal("approve", revision, by=editor)
    with pytest.raises(Refused):
        workflow.dismiss(text(BAD["ai.marker"]), "ai.marker", by=writer)


def test_a_house_rule_is_a_check_like_the_others(writer, clock):
    rule = HouseRule.objects.create(
        name="電気", pattern="電力", severity="error", suggestion="電気", is_active=True
    )
    revision = text(PARAGRAPH)
    assert "電気" in workflow.refusal("submit", revision, by=writer)
    rule.exceptions = "使う電力"
    rule.save()
    assert not workflow.refusal("submit", revision, by=writer)


def test_a_slow_pattern_is_given_up(writer, clock):
    HouseRule.objects.create(name="x", kind="regex", pattern=r"(a+)+$", severity="error", is_active=True)
    revision = text("a" * 4_000 + "b")
    assert not workflow.refusal("submit", revision, by=writer)


def test_the_same_paragraphs_in_another_article_are_found(writer, publisher, clock):
    paragraphs = [f"{PARAGRAPH}第{n}回の調査でも同じ結果が出ています。" for n in range(4)]
    first = text("\n\n".join(paragraphs))
    quality.refresh(first)
    copy = text("\n\n".join(paragraphs), title="別の見出しをもつ同じ内容の記事", slug="b")
    found = {one.id: one for one in quality.judge(copy)}
    assert (found["cross.duplicate"].severity, found["cross.duplicate"].count) == ("error", 4)
    copy = advance(copy, "approved")  # it holds up the publication alone
    assert workflow.refusal("publish", copy, by=publisher)


def test_a_verdict_is_kept_and_known_to_be_old(writer, clock, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        revision = text(BAD["ai.marker"])
    verdict = Verdict.objects.get()
    assert (verdict.errors, [one.check_id for one in revision.findings.filter(severity="error")]) == (
        1,
        ["ai.marker"],
    )
    assert quality.is_fresh(Revision.objects.get())
    quality.forget()
    assert not quality.is_fresh(Revision.objects.get())


def test_switching_a_check_off_in_a_section_lets_its_texts_pass(writer, clock):
    revision = text(BAD["style.first_person"], category="コラム")
    revision.category.checks_off = ["style.first_person"]
    revision.category.save()
    assert not workflow.refusal("submit", Revision.objects.get(), by=writer)


def test_a_finding_does_not_tell_the_title_of_a_draft_that_readers_have_not_seen(writer, publisher, clock):
    paragraphs = "\n\n".join(f"{PARAGRAPH}第{n}回の調査でも同じ結果が出ています。" for n in range(4))
    secret = {"title": "工場の検査を助けるAIの費用と秘密", "body": paragraphs}
    stranger = make_user("writer", "stranger")
    other = workflow.new_post(make_document(**GOOD | secret), by=stranger, page=PAGE)
    quality.refresh(other)
    mine = text(paragraphs, title="工場の検査を助けるAIの費用と効果", slug="b")
    named = [one for one in quality.judge(mine) if one.id in ("title.duplicate", "cross.duplicate")]
    assert (
        len(named) == 2 and "秘密" not in str(named) and all(f"#{other.post_id}" in str(one) for one in named)
    )
    quality.refresh(advance(other, "published", by=stranger))
    assert "秘密" in str(quality.judge(mine))
