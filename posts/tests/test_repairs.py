"""Repairs: prepared for review as a batch, with a reason for what is left out, and taken back as a batch."""

import pytest
from django.test import Client
from django.urls import reverse

from posts import quality, workflow
from posts.models import HistoryEntry, Notice, Post, RepairBatch, RepairItem, Revision
from posts.workflow import Refused

from .make import PAGE, advance, import_post, make_user
from .test_stock import GOOD, arrive, paragraphs

MARK = "---END---"
SAFE = ["ai.marker", "heading.bold"]


def marked(name: str, **more) -> Revision:
    """A public article of an import with a generator's mark and nothing else that stops it."""
    return arrive(name, f"{paragraphs(ord(name))}\n\n{MARK}", **more)


@pytest.fixture
def stock(clock):
    """Four public articles: one with a mark, one with another error besides, one with a draft open, one without."""
    made = {
        "plain": marked("a"),
        "personal": arrive("b", f"{paragraphs(2)}\n\n私は工場を訪ねました。\n\n{MARK}"),
        "busy": marked("c"),
        "clean": arrive("d", paragraphs(4)),
    }
    workflow.start_revision(made["busy"].post, by=make_user("writer"))
    quality.check_stock(jobs=1)
    clock.shift(60)
    return made


def repair(stock, by, names=("plain", "personal", "busy", "clean"), checks=SAFE) -> dict[str, RepairItem]:
    batch = workflow.begin_repair(checks, by=by, label="記号の削除")
    items = list(
        workflow.prepare_repairs(batch, [Post.objects.get(pk=stock[n].post_id) for n in names], by=by)
    )
    return dict(zip(names, items, strict=True))


def undo(by) -> dict[int, str]:
    return {item.post_id: item.outcome for item in workflow.undo_repair(RepairBatch.objects.get(), by=by)}


def test_nothing_public_changes_and_drafts_wait_for_review(stock, editor):
    before = dict(Revision.objects.published().values_list("pk", "body"))
    items = repair(stock, editor)
    assert dict(Revision.objects.published().values_list("pk", "body")) == before
    made = items["plain"].revision
    assert (made.status, made.update_kind, made.created_by) == ("in_review", "typo", editor)
    assert MARK not in made.body and made.body.strip() == paragraphs(ord("a"))
    assert made.reviewer is None


def test_each_article_that_is_left_out_has_its_reason(stock, editor):
    items = repair(stock, editor)
    assert {name: item.outcome for name, item in items.items()} == {
        "plain": "prepared", "personal": "prepared", "busy": "skipped", "clean": "skipped",
    }  # fmt: skip
    assert items["busy"].reason and items["clean"].reason and items["busy"].reason != items["clean"].reason
    assert Revision.objects.filter(post=stock["busy"].post_id, status="draft").get().version == 1


def test_what_the_gate_refuses_stays_a_draft_and_says_why(stock, editor):
    items = repair(stock, editor)
    assert items["personal"].revision.status == "draft" and "私" in items["personal"].reason
    assert items["plain"].reason == ""


def test_history_names_the_batch(stock, editor):
    item = repair(stock, editor)["plain"]
    words = HistoryEntry.objects.filter(revision=item.revision).values_list("step", "comment")
    assert {step for step, _comment in words} == {"start", "submit"}
    assert all("記号の削除" in comment and str(item.batch_id) in comment for _step, comment in words)
    assert not Notice.objects.filter(entry__revision=item.revision).exists()


def test_who_ran_the_repair_cannot_approve_it(stock, editor):
    made = repair(stock, editor)["plain"].revision
    with pytest.raises(Refused):
        workflow.perform("approve", made, by=editor, acknowledged=True)
    second = make_user("editor", name="second")
    assert workflow.perform("approve", made, by=second, acknowledged=True).status == "approved"


def test_an_untouched_draft_of_an_import_is_repaired_in_place(clock, editor):
    draft = import_post(
        **GOOD | {"title": "工場の検査を助けるAIの費用", "body": f"{paragraphs(9)}\n\n{MARK}"}
    )
    item = repair({"draft": draft}, editor, ["draft"])["draft"]
    assert (item.outcome, item.was_begun, item.revision) == ("prepared", False, draft)
    assert item.revision.status == "in_review" and MARK not in item.revision.body
    clock.shift(60)
    assert undo(editor) == {draft.post_id: "undone"}
    draft = Revision.objects.get(pk=draft.pk)
    assert draft.status == "draft" and MARK in draft.body


def test_a_draft_that_a_person_began_is_left_alone(clock, editor, writer):
    own = workflow.new_post(
        import_post(title="元", body=f"本文\n\n{MARK}").to_document(), by=writer, page=PAGE
    )
    assert repair({"own": own}, editor, ["own"])["own"].outcome == "skipped"


def test_only_what_decides_nothing_is_put_right(stock, editor):
    assert "legal.ad_label" not in workflow.recipes() and "title.bracket" not in workflow.recipes()
    with pytest.raises(Refused):
        workflow.begin_repair(["title.bracket", "legal.ad_label"], by=editor)
    assert not RepairBatch.objects.exists()


def test_a_writer_prepares_no_repair(stock, writer):
    with pytest.raises(Refused):
        workflow.begin_repair(SAFE, by=writer)


def test_a_waived_finding_is_not_put_right(stock, editor, publisher):
    workflow.waive(stock["plain"], "ai.marker", by=publisher, reason="記号は記事の題材そのものです。")
    assert repair(stock, editor, ["plain"])["plain"].outcome == "skipped"


def test_undoing_discards_what_nobody_has_touched(stock, editor, clock):
    items = repair(stock, editor)
    clock.shift(60)
    assert set(undo(editor).values()) == {"undone"}
    for name in ("plain", "personal"):
        assert Revision.objects.get(pk=items[name].revision_id).status == "discarded"
    batch = RepairBatch.objects.get()
    assert batch.undone_at and batch.undone_by_name == "editor"
    assert workflow.counts_of(batch) == {"undone": 2, "skipped": 2}


def edited(made: Revision, person) -> None:
    workflow.save_draft(made, made.to_document().replace(title="別の見出し"), by=person, version=1, page=PAGE)


def returned(made: Revision, person) -> None:
    workflow.perform("request_changes", made, by=person, comment="まだです")


def claimed(made: Revision, person) -> None:
    workflow.perform("claim", made, by=person)


def noted(made: Revision, person) -> None:
    workflow.add_note(made, by=person, text="出典は")


def approved(made: Revision, person) -> None:
    workflow.perform("approve", made, by=person, acknowledged=True)


@pytest.mark.parametrize(
    ("name", "act"),
    [("personal", edited), ("plain", returned), ("plain", claimed), ("plain", noted), ("plain", approved)],
)
def test_undoing_keeps_what_somebody_has_worked_on(stock, editor, clock, name, act):
    items = repair(stock, editor)
    clock.shift(60)
    act(Revision.objects.get(pk=items[name].revision_id), make_user("editor", name="second"))
    clock.shift(60)
    result = undo(editor)
    assert result.pop(stock[name].post_id) == "kept" and set(result.values()) == {"undone"}
    kept = RepairItem.objects.get(post=stock[name].post_id)
    assert kept.reason and kept.revision.status != "discarded"


def test_a_published_repair_is_kept(stock, editor, clock):
    made = repair(stock, editor)["plain"].revision
    advanced = workflow.perform("approve", made, by=make_user("editor", name="second"), acknowledged=True)
    workflow.perform("publish", advanced, by=make_user("publisher"))
    assert undo(editor)[stock["plain"].post_id] == "kept"
    assert Revision.objects.get(pk=made.pk).status == "published"


def test_a_second_repair_leaves_out_what_the_first_has_prepared(stock, editor):
    repair(stock, editor)
    batch = workflow.begin_repair(SAFE, by=editor)
    (item,) = workflow.prepare_repairs(batch, [stock["plain"].post], by=editor)
    assert item.outcome == "skipped"


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_shows_a_sample_prepares_and_takes_back(stock, editor, clock):
    client, address = client_of(editor), reverse("admin:posts_repair_new")
    page = client.get(address + "?check=ai.marker&recipe=ai.marker&look=1")
    assert page.context["total"] == 2 + 1 and len(page.context["samples"]) == 3
    html = page.content.decode()
    assert (
        "END" in html and "diff-removed" in html and "style=" not in html and not RepairBatch.objects.exists()
    )
    done = client.post(address, {"check": "ai.marker", "recipe": "ai.marker", "label": "記号"})
    words = b"".join(done.streaming_content).decode()
    assert words.count("stock-item-prepared") == 2 and words.count("stock-item-skipped") == 1
    batch = RepairBatch.objects.get()
    clock.shift(60)
    page = client.get(reverse("admin:posts_repair", args=[batch.pk]))
    assert page.status_code == 200 and page.context["can_be_undone"] == 2
    client.post(reverse("admin:posts_repair", args=[batch.pk]))
    assert workflow.counts_of(batch) == {"undone": 2, "skipped": 1}
    assert client.get(reverse("admin:posts_repairs")).status_code == 200


def test_nothing_chosen_is_said_and_nothing_done(stock, editor):
    answer = client_of(editor).post(reverse("admin:posts_repair_new"), {"label": "何も"})
    assert answer.status_code == 422 and not RepairBatch.objects.exists()


@pytest.mark.parametrize("name", ["posts_repairs", "posts_repair_new"])
def test_the_pages_are_for_who_may_review(name, writer, db):
    assert client_of(writer).get(reverse(f"admin:{name}")).status_code == 403


def test_a_draft_that_a_repair_sent_to_review_can_be_published(stock, editor, clock):
    made = repair(stock, editor)["plain"].revision
    second = make_user("editor", name="second")
    made = workflow.perform("approve", made, by=second, acknowledged=True)
    live = workflow.perform("publish", made, by=make_user("publisher"))
    assert live.is_live() and advance(live, "draft") and MARK not in live.body
