"""Acceptance of an import by a drawn sample: the draw, the reading, the decision, and what is said about it."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from posts import quality, workflow
from posts.models import HistoryEntry, HouseRule, ImportReport, Note, Post, Revision, Sample, SampleItem
from posts.roles import SYSTEM
from posts.workflow import Refused, samples
from posts.workflow.samples import Batch

from .make import PAGE, make_document, make_user

PARAGRAPH = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。設備の更新は来年度です。"
SOURCE = f"{PARAGRAPH}出典は[調査](https://example.org/a)です。"
REASON = "事実と違うところがあります。"


def bring(count: int, **fields) -> list[Revision]:
    """Drafts as an import leaves them: by SYSTEM, from files, judged."""
    made = []
    for _ in range(count):
        number = Post.objects.count() + 1
        sign = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"[number % 20]
        document = make_document(
            title=f"{sign}{number * 7919}番の工場の検査を助ける仕組みの費用",
            body=f"{SOURCE}{number}番目の調査です。",
            summary=f"{number}番目の工場の検査時間を一年分比べて、費用と効果を一つの表にまとめました。",
            slug=f"a-{number}",
            lang="ja",
            tags=["検査"],
            **fields,
        )
        revision = workflow.new_post(document, by=SYSTEM, page=PAGE)
        Post.objects.filter(pk=revision.post_id).update(site="blog", source=f"{number}.md")
        workflow.history.record("import", revision, SYSTEM, text="x", digest="0" * 64)
        made.append(revision)
    for revision in made:
        quality.refresh(Revision.objects.get(pk=revision.pk))
    return made


def batch() -> Batch:
    return Batch(["blog"], timezone.now().replace(year=2020), timezone.now())


def draw(size=4, allowed=1, **more) -> Sample:
    return samples.draw(batch(), by=make_user("editor"), size=size, allowed=allowed, **more)


def drawn_items(sample: Sample) -> list[SampleItem]:
    return list(sample.items.filter(place__isnull=False).order_by("place"))


def read_all(sample: Sample, rejected: int = 0, by=None) -> Sample:
    for place, item in enumerate(drawn_items(sample)):
        bad = place < rejected
        sample = samples.read(
            item,
            by=by or make_user("editor"),
            verdict="rejected" if bad else "good",
            comment=REASON if bad else "",
        )
    return sample


def accept(sample: Sample, by=None) -> list[samples.Outcome]:
    return list(samples.accept(sample, by=by or make_user("publisher"), acknowledged=True))


def statuses() -> list[str]:
    return sorted(Revision.objects.values_list("status", flat=True))


# --- the draw ---------------------------------------------------------------------------------------------


def test_the_same_seed_and_candidates_give_the_same_sample():
    assert samples.drawn("7", range(100, 200), 5) == samples.drawn("7", reversed(range(100, 200)), 5)
    assert samples.drawn("7", range(100, 200), 5) == [191, 172, 169, 116, 138]
    assert samples.drawn("8", range(100, 200), 5) != samples.drawn("7", range(100, 200), 5)


def test_a_draw_writes_seed_sizes_and_the_whole_batch(clock):
    texts = bring(8)
    sample = draw()
    assert (sample.size, sample.allowed, sample.state, len(sample.seed)) == (4, 1, "open", 32)
    assert sample.items.count() == 8
    numbers = samples.drawn(sample.seed, [text.pk for text in texts], 4)
    assert [item.revision_id for item in drawn_items(sample)] == numbers
    for item in sample.items.select_related("revision"):
        assert item.seal == item.revision.seal_now()
        assert item.revision.status == ("in_review" if item.place else "draft")
    entry = HistoryEntry.objects.filter(step="submit").first()
    assert str(sample.pk) in entry.comment


def test_what_does_not_pass_is_not_drawn(clock, writer):
    good = bring(3)
    bring(1, extra={"x": "1"})
    marked, noted, elsewhere, changed = bring(4)
    body = f"{SOURCE}\n\n---END---"
    workflow.save_draft(marked, marked.to_document().replace(body=body), by=SYSTEM, version=1, page=PAGE)
    quality.refresh(Revision.objects.get(pk=marked.pk))
    workflow.add_note(noted, by=make_user("editor"), text="出典は", must=True)
    assert Note.objects.exists()
    Post.objects.filter(pk=elsewhere.post_id).update(site="other")
    Revision.objects.filter(pk=changed.pk).update(rendered_with="")
    found = set(samples.candidates(batch()).values_list("pk", flat=True))
    assert found >= {text.pk for text in good} and len(found) == 4
    assert not found & {marked.pk, noted.pk, elsewhere.pk, changed.pk}


def test_a_text_is_judged_anew_when_its_verdict_is_old(clock):
    bring(4)
    HouseRule.objects.create(name="電気", pattern="電力", severity="error", is_active=True)
    quality.forget()
    with pytest.raises(Refused, match="0"):
        draw()
    assert not Sample.objects.exists()


@pytest.mark.parametrize(
    ("who", "size", "allowed"), [("writer", 4, 1), ("editor", 9, 1), ("editor", 4, 4), ("editor", 1, -1)]
)
def test_a_draw_is_refused_and_changes_nothing(who, size, allowed, clock):
    bring(5)
    with pytest.raises(Refused):
        samples.draw(batch(), by=make_user(who), size=size, allowed=allowed)
    assert not Sample.objects.exists() and set(statuses()) == {"draft"}


def test_a_text_is_in_one_open_sample_at_a_time(clock):
    bring(6)
    draw(size=2, allowed=0)
    with pytest.raises(Refused):
        draw(size=2, allowed=0)


# --- reading ----------------------------------------------------------------------------------------------


def test_a_rejected_text_goes_back_to_its_writers_with_the_reason(clock, editor):
    bring(6)
    sample = draw()
    item = drawn_items(sample)[0]
    with pytest.raises(Refused):
        samples.read(item, by=editor, verdict="rejected", comment=" ")
    samples.read(item, by=editor, verdict="rejected", comment=REASON)
    item.refresh_from_db()
    assert (item.verdict, item.by, item.comment) == ("rejected", editor, REASON)
    assert item.revision.status == "returned"
    assert item.revision.history.get(step="request_changes").comment == REASON
    with pytest.raises(Refused):
        samples.read(item, by=make_user("publisher"), verdict="good")


def test_four_eyes_hold_for_each_text(clock, editor):
    first = bring(4)[0]
    changed = first.to_document().replace(body=f"{SOURCE}書き足しました。")
    workflow.save_draft(first, changed, by=editor, version=1, page=PAGE)
    quality.refresh(Revision.objects.get(pk=first.pk))
    sample = draw()
    item = sample.items.get(revision=first)
    with pytest.raises(Refused):
        samples.read(item, by=editor, verdict="good")
    assert samples.read(item, by=make_user("publisher"), verdict="good").state == "open"


def test_a_writer_reads_for_no_sample_and_an_undrawn_text_is_not_read(clock, writer, editor):
    bring(6)
    sample = draw()
    with pytest.raises(Refused):
        samples.read(drawn_items(sample)[0], by=writer, verdict="good")
    with pytest.raises(Refused):
        samples.read(sample.items.filter(place=None).first(), by=editor, verdict="good")
    with pytest.raises(Refused):
        samples.read(drawn_items(sample)[0], by=editor, verdict="fine")


def test_a_drawn_text_that_changed_can_only_be_rejected(clock, editor):
    bring(6)
    sample = draw()
    item = drawn_items(sample)[0]
    revision = workflow.perform("withdraw", item.revision, by=editor)
    changed = revision.to_document().replace(body=f"{SOURCE}別の文です。")
    workflow.save_draft(revision, changed, by=SYSTEM, version=revision.version, page=PAGE)
    with pytest.raises(Refused):
        samples.read(item, by=editor, verdict="good")
    samples.read(item, by=editor, verdict="rejected", comment=REASON)
    assert item.revision.history.filter(step="request_changes").count() == 0


def test_a_drawn_text_that_a_reviewer_approved_meanwhile_can_be_read(clock, editor, publisher):
    bring(5)
    sample = draw(size=2, allowed=0)
    first = drawn_items(sample)[0]
    workflow.perform("approve", first.revision, by=editor, acknowledged=True)
    sample = read_all(sample, by=publisher)
    assert not any(one.reason for one in accept(sample, by=publisher))
    approved = Revision.objects.get(pk=first.revision_id)
    assert (approved.approval, approved.approved_by) == ("reviewed", editor)


def test_one_too_many_and_nothing_of_the_batch_is_approved(clock, editor):
    bring(8)
    sample = draw(size=4, allowed=1)
    items = drawn_items(sample)
    samples.read(items[0], by=editor, verdict="rejected", comment=REASON)
    sample = samples.read(items[1], by=editor, verdict="rejected", comment=REASON)
    assert (sample.state, sample.decided_by_name) == ("rejected", "editor")
    with pytest.raises(Refused):
        samples.read(items[2], by=editor, verdict="good")
    with pytest.raises(Refused):
        accept(sample)
    assert statuses() == ["draft"] * 4 + ["in_review"] * 2 + ["returned"] * 2


# --- acceptance -------------------------------------------------------------------------------------------


def test_the_rest_is_sealed_as_sampled_and_what_was_read_as_reviewed_by_its_reader(clock, editor, publisher):
    bring(8)
    sample = read_all(draw(), rejected=1)
    outcomes = accept(sample, by=publisher)
    assert [one.reason for one in outcomes] == [""] * 7
    sample.refresh_from_db()
    assert (sample.state, sample.decided_by_name) == ("accepted", "publisher")
    for item in sample.items.select_related("revision__approved_by"):
        text = item.revision
        if item.verdict == "rejected":
            assert (text.status, text.approval, text.seal) == ("returned", "", "")
        elif item.place:
            assert (text.status, text.approval, text.approved_by) == ("approved", "reviewed", editor)
        else:
            assert (text.status, text.approval, text.approved_by) == ("approved", "sampled", publisher)
            entry = text.history.get(step="accept_batch")
            assert sample.label in entry.comment and entry.seal == item.seal
        if text.seal:
            assert text.seal == item.seal == text.seal_now()
    text = Revision.objects.filter(approval="sampled").first()
    assert workflow.perform("publish", text, by=publisher).status == "published"


def test_a_batch_is_not_accepted_before_all_are_read(clock, editor):
    bring(6)
    sample = draw()
    samples.read(drawn_items(sample)[0], by=editor, verdict="good")
    with pytest.raises(Refused):
        accept(sample)
    assert "approved" not in statuses()


def test_what_changed_fails_or_is_the_actors_own_is_left_out_with_a_reason(clock, editor, publisher):
    texts = {text.pk: text for text in bring(10)}
    own = bring(1)[0]
    body = f"{SOURCE}公開担当が書き足しました。"
    workflow.save_draft(own, own.to_document().replace(body=body), by=publisher, version=1, page=PAGE)
    quality.refresh(Revision.objects.get(pk=own.pk))
    sample = draw(
        seed=next(s for s in map(str, range(99)) if own.pk not in samples.drawn(s, [*texts, own.pk], 4))
    )
    rest = [item.revision for item in sample.items.filter(place=None).exclude(revision=own).order_by("pk")]
    changed, failing, gone = rest[:3]
    body = f"{SOURCE}別の文です。"
    workflow.save_draft(changed, changed.to_document().replace(body=body), by=SYSTEM, version=1, page=PAGE)
    HouseRule.objects.create(name="番", pattern=failing.title, severity="error", is_active=True)
    workflow.perform("discard", gone, by=editor)
    sample = read_all(sample)
    outcomes = {one.item.revision_id: one.reason for one in accept(sample, by=publisher)}
    assert {pk for pk, reason in outcomes.items() if reason} == {own.pk, changed.pk, failing.pk}
    assert gone.pk not in outcomes
    for left in (own, changed, failing):
        assert Revision.objects.get(pk=left.pk).approval == ""
    assert Revision.objects.filter(approval="sampled").count() == len(rest) - 3
    again = accept(sample, by=make_user("admin"))  # goes on: another person may take the own text
    assert {one.item.revision_id for one in again if not one.reason} == {own.pk}


def test_warnings_are_seen_by_whoever_accepts(clock, publisher):
    bring(5)
    sample = draw(size=2, allowed=0)
    last = sample.items.filter(place=None).last().revision
    HouseRule.objects.create(name="注意", pattern=last.title, severity="warning", is_active=True)
    sample = read_all(sample)
    outcomes = list(samples.accept(sample, by=publisher))
    assert [one.item.revision_id for one in outcomes if one.reason] == [last.pk]
    assert not any(one.reason for one in accept(sample))


@pytest.mark.parametrize("who", ["writer", "nobody"])
def test_who_may_not_review_accepts_nothing(who, clock):
    bring(5)
    sample = read_all(draw(size=2, allowed=0))
    with pytest.raises(Refused):
        accept(sample, by=make_user("" if who == "nobody" else who))
    sample.refresh_from_db()
    assert sample.state == "open" and "approved" not in statuses()


def test_no_step_goes_round_the_sample(clock, editor, publisher):
    """Without a sample, with one that is open, of another batch, and for a drawn text."""
    bring(6)
    sample = draw(size=2, allowed=0)
    text = sample.items.filter(place=None).first().revision
    take = lambda row, **more: workflow.perform(  # noqa: E731
        "accept_batch", row, by=publisher, acknowledged=True, **more
    )
    for more in ({}, {"sample": sample}):
        with pytest.raises(Refused):
            take(text, **more)
    stranger = bring(1)[0]
    sample = read_all(sample)
    accept(sample)
    with pytest.raises(Refused):
        take(stranger, sample=sample)
    drawn = drawn_items(sample)[0].revision
    drawn = workflow.perform("withdraw", Revision.objects.get(pk=drawn.pk), by=editor)
    assert drawn.approval == ""
    with pytest.raises(Refused):
        take(drawn, sample=sample)


def test_the_record_says_sampled_and_readers_are_told_nothing(clock, client, editor, publisher):
    bring(5)
    sample = read_all(draw(size=2, allowed=0))
    accept(sample)
    sampled = Revision.objects.filter(approval="sampled").first()
    reviewed = Revision.objects.filter(approval="reviewed").first()
    assert [one.way for one in workflow.approvals(sampled.post)] == ["sampled"]
    assert [one.way for one in workflow.approvals(reviewed.post)] == ["reviewed"]
    assert workflow.approvals(sampled.post)[0].is_proved
    client.force_login(editor)
    page = reverse("admin:posts_post_record", args=[sampled.post_id])
    [told] = json.loads(client.get(page, {"format": "json"}).content)["approvals"]
    assert told["how"] == "sampled" and told["approved"]["step"] == "accept_batch"
    public = workflow.perform("publish", sampled, by=publisher)
    client.logout()
    client.cookies.clear()
    shown = client.get(public.get_absolute_url()).content.decode()
    for word in ("sampled", "reviewed", "抜き取り", "レビュー", "承認"):
        assert word not in shown
    assert "approval" not in public.to_document().to_text()


# --- the pages --------------------------------------------------------------------------------------------


def browser(role: str) -> Client:
    client = Client()
    client.force_login(make_user(role))
    return client


def report() -> ImportReport:
    now = timezone.now()
    return ImportReport.objects.create(
        site="blog", started_at=now.replace(year=2020), finished_at=now, report={"files": [], "missing": []}
    )


def test_the_whole_round_at_the_desk(clock):
    bring(6)
    one = report()
    editor, publisher = browser("editor"), browser("publisher")
    assert (
        f"?report={one.pk}"
        in editor.get(reverse("admin:posts_importreport_change", args=[one.pk])).content.decode()
    )
    form = editor.get(reverse("admin:posts_samples"), {"report": one.pk}).content.decode()
    assert 'value="80"' in form and 'value="2"' in form
    asked = {"report": one.pk, "label": "旧ブログ", "size": 3, "allowed": 1}
    too_many = editor.post(reverse("admin:posts_samples"), asked | {"size": 50})
    assert too_many.status_code == 422 and not Sample.objects.exists()
    answer = editor.post(reverse("admin:posts_samples"), asked)
    sample = Sample.objects.get()
    page = reverse("admin:posts_sample", args=[sample.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert editor.post(page, {"accept": "1"}).status_code == 409
    for place in (1, 2, 3):
        item = sample.items.get(place=place)
        review = reverse("admin:posts_post_review", args=[item.revision.post_id])
        shown = editor.get(review).content.decode()
        assert f'name="item" value="{item.pk}"' in shown
        bad = {"verdict": "rejected", "comment": REASON} if place == 2 else {"verdict": "good"}
        onward = editor.post(page, {"item": item.pk, **bad})["Location"]
        following = sample.items.filter(place=place + 1).first()
        assert onward == (
            reverse("admin:posts_post_review", args=[following.revision.post_id]) + "#sample"
            if following
            else page
        )
    assert REASON in publisher.get(page).content.decode()
    done = publisher.post(page, {"accept": "1", "acknowledged": "1"})
    assert "5" in b"".join(done.streaming_content).decode().split("bulk-sum")[1]
    assert statuses() == ["approved"] * 5 + ["returned"]
    assert Revision.objects.filter(approval="sampled").count() == 3
    sampled = Revision.objects.filter(approval="sampled").first()
    for name in ("posts_post_change", "posts_post_review", "posts_post_history"):
        assert publisher.get(reverse(f"admin:{name}", args=[sampled.post_id])).status_code == 200


def test_pages_of_a_large_batch_take_few_queries(clock, django_assert_max_num_queries):
    bring(9)
    sample = read_all(draw(size=6, allowed=1), rejected=1)
    client = browser("publisher")
    for address in (reverse("admin:posts_samples"), reverse("admin:posts_sample", args=[sample.pk])):
        client.get(address)
        with django_assert_max_num_queries(14):
            assert client.get(address).status_code == 200
    other = draw(size=2, allowed=0) if samples.candidates(batch()).count() > 1 else sample
    review = reverse("admin:posts_post_review", args=[drawn_items(other)[0].revision.post_id])
    with django_assert_max_num_queries(14):
        client.get(review)


def test_a_writer_sees_no_samples_and_no_form_on_the_review_page(clock, writer):
    bring(3)
    sample = draw(size=2, allowed=0)
    client = browser("writer")
    item = drawn_items(sample)[0]
    for address in (reverse("admin:posts_samples"), reverse("admin:posts_sample", args=[sample.pk])):
        assert client.get(address).status_code == 403
        assert client.post(address, {"item": item.pk, "verdict": "good"}).status_code == 403
    review = reverse("admin:posts_post_review", args=[item.revision.post_id])
    assert 'name="verdict" value="good"' not in client.get(review).content.decode()
    assert reverse("admin:posts_samples") not in client.get(reverse("admin:index")).content.decode()
