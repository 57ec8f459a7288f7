"""The stock checked by `check_posts`: the same findings as one by one, in any order, and cheap a second time."""

import io
import json
import random
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from posts import quality, workflow
from posts.models import (
    CommonParagraph,
    HouseRule,
    KeptFinding,
    ParagraphHash,
    Revision,
    StockDay,
    Verdict,
    Waiver,
)
from posts.quality import stock as room
from posts.roles import SYSTEM

from .make import PAGE, make_document, make_user

GOOD = {"lang": "ja", "tags": ["検査"]}
LONG = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。設備の更新は来年度の予定です。"
NOTE = "この記事の内容は公開時点のものであり、変更されることがあります。購入は自己責任でお願いいたします。"


def paragraphs(*seeds: int) -> str:
    """A text of paragraphs that are equal for equal seeds and else have nothing in common."""
    said = []
    for seed in seeds:
        dice = random.Random(seed)
        said.append("".join(chr(dice.randint(0x4E00, 0x9000)) for _ in range(60)) + "。")
    return "\n\n".join(said)


def arrive(name: str, body: str, **more) -> Revision:
    """An article as an import leaves it: public, and not judged yet."""
    fields = GOOD | {
        "title": f"{name}の費用と{paragraphs(ord(name))[:20]}",
        "summary": f"{name}の{paragraphs(ord(name) + 200)[:40]}。",
        "body": body,
        "date": timezone.now(),
        "slug": name,
    }
    made = workflow.new_post(make_document(**fields | more), by=SYSTEM, page=PAGE)
    made.post.site, made.post.source = "site", f"posts/{name}.md"
    made.post.save()
    return workflow.perform("adopt", made, by=SYSTEM)


@pytest.fixture
def stock(clock):
    """Six articles: two share all, five share a note, one has a marker, two have equal titles."""
    HouseRule.objects.create(name="検査済み", pattern="費用", is_active=True)
    return [
        arrive("a", f"{paragraphs(1, 2, 3)}\n\n{NOTE}"),
        arrive("b", f"{paragraphs(1, 2, 3)}\n\n{NOTE}"),
        arrive("c", f"{paragraphs(4)}\n\n{NOTE}\n\n---END---"),
        arrive("d", f"{paragraphs(5)}\n\n{NOTE}", title="同じ見出しの検査記事です"),
        arrive("e", f"{paragraphs(6)}\n\n{NOTE}", title="同じ見出しの検査記事です"),
        arrive("f", f"{paragraphs(7)}\n\n[先](/2020/01/01/nowhere/)"),
    ]


def run(*args, **options) -> str:
    out = io.StringIO()
    call_command(
        "check_posts", *args, jobs=1, stdout=out, stderr=options.pop("stderr", io.StringIO()), **options
    )
    return out.getvalue()


def kept() -> dict[int, list[tuple]]:
    found: dict[int, list[tuple]] = {row.pk: [] for row in quality.in_stock()}
    for row in KeptFinding.objects.order_by("pk"):
        found[row.revision_id].append(
            (row.check_id, row.severity, row.line, row.count, row.fingerprint, row.params)
        )
    return {pk: sorted(said, key=lambda one: one[0]) for pk, said in found.items()}


def test_the_first_run_finds_what_each_article_is_told_alone(stock):
    run("--all")
    for revision in quality.in_stock():
        alone = [
            (one.id, one.severity, one.line, one.count, one.fingerprint, dict(one.params))
            for one in quality.judge(revision)
        ]
        assert kept()[revision.pk] == sorted(alone, key=lambda one: one[0]), revision.title
    names = {revision.title[0]: {one[0] for one in kept()[revision.pk]} for revision in stock}
    assert "cross.duplicate" in names["a"] and "cross.duplicate" in names["b"]
    assert "ai.marker" in names["c"] and "cross.duplicate" not in names["c"]
    assert "title.duplicate" in names["同"] and "link.broken" in names["f"]


def test_a_second_run_judges_nothing_and_a_third_by_force_all(stock):
    first = quality.check_stock(jobs=1)
    assert (first.judged, first.stood) == (6, 0)
    before = dict(Verdict.objects.values_list("pk", "at"))
    second = quality.check_stock(jobs=1)
    assert (second.judged, second.stood) == (0, 6)
    assert dict(Verdict.objects.values_list("pk", "at")) == before
    assert quality.check_stock(jobs=1, again=True).judged == 6
    assert quality.check_stock(jobs=1).judged == 0


def test_a_rule_that_changed_makes_every_verdict_old(stock):
    quality.check_stock(jobs=1)
    HouseRule.objects.update(pattern="仕組み", changed_at=timezone.now() + timedelta(seconds=1))
    assert quality.check_stock(jobs=1).judged == 6


def test_who_shares_a_paragraph_with_a_changed_text_is_judged_again(stock, clock):
    quality.check_stock(jobs=1)
    clock.shift(60)
    arrive("g", f"{paragraphs(7, 8, 9)}")  # one paragraph of f's
    report = quality.check_stock(jobs=1)
    assert report.judged == 2  # g itself, and f
    clock.shift(60)
    arrive("h", f"{paragraphs(7, 8, 9)}")
    quality.check_stock(jobs=1)
    assert "cross.duplicate" in {one[0] for one in kept()[Revision.objects.get(post__slug="g").pk]}
    assert quality.check_stock(jobs=1).judged == 0


def test_an_article_whose_copy_has_gone_is_judged_again(stock, clock):
    quality.check_stock(jobs=1)
    first, second = stock[:2]
    assert KeptFinding.objects.filter(revision=second, check_id="cross.duplicate").exists()
    clock.shift(60)
    workflow.perform("unpublish", first, by=make_user("publisher"), comment="二重に公開されていました")
    quality.check_stock(jobs=1)
    assert not KeptFinding.objects.filter(revision=second, check_id="cross.duplicate").exists()
    assert not ParagraphHash.objects.filter(revision=first).exists()
    assert not Verdict.objects.filter(revision=first).exists()


def test_a_waiver_that_ends_brings_its_error_back_into_the_counts(stock, clock):
    quality.check_stock(jobs=1)
    marked = stock[2]
    workflow.waive(
        marked, "ai.marker", by=make_user("publisher"), reason="記号は記事の題材そのものです。",
        until=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    assert Verdict.objects.get(revision=marked).errors == 0
    clock.shift(timedelta(hours=2))
    quality.check_stock(jobs=1)
    assert Verdict.objects.get(revision=marked).errors == 1
    assert Waiver.objects.count() == 1


def test_the_numbers_of_a_file_name_what_is_printed_and_all_are_compared_with(stock, tmp_path):
    ids = tmp_path / "ids"
    ids.write_text(f"{stock[1].post_id}\n\nposts/c.md\n", encoding="utf-8")
    found = json.loads(run(str(ids), format="json"))
    assert [one["path"] for one in found] == ["posts/b.md", "posts/c.md"]
    assert [one["id"] for one in found[0]["findings"]][0] == "cross.duplicate"
    assert Verdict.objects.exclude(basis="").count() == 2


def test_json_is_exactly_what_was_agreed(stock):
    found = json.loads(run("--all", format="json"))
    assert len(found) == 6
    assert {tuple(one) for one in found} == {("path", "url", "findings")}
    marked = found[2]
    assert marked["path"] == "posts/c.md" and marked["url"] == "/2026/03/01/c/"
    (marker,) = [one for one in marked["findings"] if one["id"] == "ai.marker"]
    assert marker == {"id": "ai.marker", "severity": "error", "line": 5, "count": 1, "snippet": "---END---"}


def test_an_article_of_the_desk_has_neither_path_nor_address(clock):
    workflow.new_post(make_document(**GOOD | {"body": LONG}), by=make_user("writer"), page=PAGE)
    (one,) = json.loads(run("--all", format="json"))
    assert (one["path"], one["url"]) == ("", "")


def test_an_empty_stock_is_an_empty_list(db):
    assert json.loads(run("--all", format="json")) == []


def test_text_counts_by_check_and_names_the_worst(stock):
    out = run("--all")
    assert "[ai.marker]" in out and "posts/c.md" in out
    assert out.index("[ai.marker]") < out.index("[house.")


@pytest.mark.parametrize("args", [[], ["--all", "ids"]], ids=["neither", "both"])
def test_wrong_use_says_what_to_do(args, db):
    with pytest.raises(CommandError, match="--all") as caught:
        run(*args)
    assert caught.value.returncode == 2


def test_a_file_that_is_not_there(db):
    with pytest.raises(CommandError) as caught:
        run("no-such-file")
    assert caught.value.returncode == 2


def test_a_number_without_an_article_is_said_and_the_rest_is_done(stock, tmp_path):
    ids, err = tmp_path / "ids", io.StringIO()
    ids.write_text(f"999999\n{stock[2].post_id}\n")
    with pytest.raises(SystemExit) as caught:
        run(str(ids), stderr=err)
    assert caught.value.code == 1 and "999999" in err.getvalue()
    assert Verdict.objects.get(revision=stock[2]).errors == 1


def test_strict_ends_with_one_while_an_error_stands(stock):
    with pytest.raises(SystemExit) as caught:
        run("--all", strict=True)
    assert caught.value.code == 1
    Revision.objects.filter(pk=stock[2].pk).update(body=paragraphs(4), version=9)
    quality.check_stock(jobs=1)
    assert set(Verdict.objects.filter(errors__gt=0).values_list("pk", flat=True)) == {
        stock[0].pk,
        stock[1].pk,
    }


def test_a_text_that_breaks_a_check_costs_itself_alone(stock, monkeypatch):
    real = room._answer

    def answer(crew, task, document, around):
        return room.Failed("broken") if "---END" in document.body else real(crew, task, document, around)

    monkeypatch.setattr(room, "_answer", answer)
    report = quality.check_stock(jobs=1)
    assert report.failed == {stock[2].post_id: "broken"} and report.judged == 5
    assert not Verdict.objects.filter(revision=stock[2]).exists()


def test_the_day_and_the_common_paragraphs_are_kept(stock):
    quality.check_stock(jobs=1)
    assert StockDay.objects.get(check_id="ai.marker").posts == 1
    assert StockDay.objects.get(check_id="", severity="error").posts == 3
    (note,) = CommonParagraph.objects.all()
    assert note.posts == 5 and note.words == NOTE
    quality.check_stock(jobs=1)
    assert StockDay.objects.filter(check_id="").count() == 3
