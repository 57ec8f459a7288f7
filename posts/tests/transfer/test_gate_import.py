"""What the checks say of an import: kept for every text, counted in the report; and the gate of --publish --gate."""

import json

import pytest
from django.core.management import CommandError, call_command

from posts import quality, workflow
from posts.models import (
    Category,
    CheckSetting,
    HouseRule,
    ImportReport,
    KeptFinding,
    ParagraphHash,
    Post,
    Revision,
    Verdict,
)
from posts.tests.make import PAGE
from posts.tests.transfer.stages import Alone
from posts.transfer import run as running
from posts.transfer import worker
from posts.transfer.run import Order, run
from posts.transfer.wishes import Wishes

GOOD = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。設備の更新は来年度です。"
ENDED = f"{GOOD}\n\n---END---"
MANY = [f"{GOOD}第{n}回の調査でも同じ結果が出ています。" for n in range(4)]
REASON = "掲載の約束があるため、このまま公開します。"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(running, "Crew", Alone)


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path / "blog")


class Blog:
    def __init__(self, root):
        self.root = root
        root.mkdir()

    def write(self, name: str, body: str = GOOD, title: str = "", day: str = "2025-04-01", head: str = ""):
        title = title or f"{name}の工場で検査を助けるAIの費用"
        about = f"{name}の工場の検査時間を一年分比べて、費用と効果を表にまとめました。"
        lines = f"title: {title}\ndate: {day}\nlang: ja\ntags: [検査]\nexcerpt: {about}\n{head}"
        (self.root / f"{day}-{name}.md").write_text(f"---\n{lines}\n---\n\n{body}\n", "utf-8")

    def run(self, **order):
        self.report = run(Order([self.root], **order))
        return {result.key[1][11:-3]: result.outcome for result in self.report.results}

    def rules(self, name: str) -> list[str]:
        results = [result for result in self.report.results if result.key[1].endswith(f"-{name}.md")]
        return [problem.rule for problem in results[0].problems if problem.rule.startswith(("gate", "hold"))]

    def gated(self, **order):
        return self.run(publish=True, gate=True, **order)


def text(name: str) -> Revision:
    return Revision.objects.filter(post__source__endswith=f"-{name}.md").order_by("-number")[0]


def public() -> set[str]:
    return {row.post.source[11:-3] for row in Revision.objects.published()}


def errors(name: str) -> list[str]:
    return list(text(name).findings.filter(severity="error").values_list("check_id", flat=True))


def everything() -> list:
    models = (Post, Revision, Verdict, KeptFinding, ParagraphHash)
    return [list(model.objects.order_by("pk").values()) for model in models]


def archive(blog: Blog) -> None:
    blog.write("good")
    blog.write("ended", ENDED)
    blog.write("first", "\n\n".join(MANY))
    blog.write("second", "\n\n".join(MANY), title="別の見出しをもつ同じ内容の記事です")
    blog.write("near-a", MANY[0], title="同じ見出しの第1回の調査と結果の報告")
    blog.write("near-b", MANY[1], title="同じ見出しの第2回の調査と結果の報告")
    blog.write("link", f"{GOOD}[前の記事](/2020/01/01/gone/)と[次](/2025/04/01/good/)です。")
    blog.write("alike-a", MANY[2], title="きょうの天気を三つの町で調べました", head="description: x")
    blog.write("alike-b", MANY[3], title="きょうの天気を三つの町で調べました", head="description: x")


def test_every_text_is_judged_as_the_desk_would_judge_it(blog):
    HouseRule.objects.create(name="電気", pattern="電力", severity="info", is_active=True)
    CheckSetting.objects.create(check_id="source.none", severity="off")
    CheckSetting.objects.create(check_id="body.repeat", severity="warning")
    archive(blog)
    blog.run()
    assert Verdict.objects.count() == 9
    for revision in Revision.objects.all():
        assert quality.is_fresh(revision)
        said = {(one.check_id, one.severity, one.count, one.fingerprint) for one in revision.findings.all()}
        judged = quality.judge(revision)
        assert said == {(one.id, one.severity, one.count, one.fingerprint) for one in judged}
        assert [one.check_id for one in quality.last_said(revision)] == [
            one.check_id
            for one in sorted(
                quality.last_said(revision), key=lambda one: ["error", "warning", "info"].index(one.severity)
            )
        ]
        assert revision.verdict.errors == sum(one.severity == "error" for one in judged)
        before = (revision.verdict.title_key, revision.verdict.summary_hash, revision.verdict.paragraphs)
        hashes = set(revision.paragraph_hashes.values_list("hash64", flat=True))
        quality.refresh(revision)
        revision.verdict.refresh_from_db()
        after = (revision.verdict.title_key, revision.verdict.summary_hash, revision.verdict.paragraphs)
        assert before == after
        assert hashes == set(revision.paragraph_hashes.values_list("hash64", flat=True)) != set()


def test_what_files_share_is_found_whichever_came_first(blog):
    archive(blog)
    blog.run(publish=True)
    assert errors("first") == errors("second") == ["cross.duplicate"]
    found = {one.check_id for one in text("near-a").findings.all()}
    assert "title.duplicate" in found
    assert text("link").findings.get(check_id="link.broken").params["what"] == "missing"
    assert public() >= {"first", "second", "ended"}  # without --gate nothing is held back


def test_a_changed_file_is_judged_anew_and_its_section_asked(blog):
    blog.write("good", "私は工場を訪ねました。", head="category: コラム")
    blog.run()
    assert errors("good") == ["style.first_person"]
    Category.objects.update(checks_off=["style.first_person"])
    blog.write("good", "私は倉庫を訪ねました。", head="category: コラム")
    blog.run()
    assert (errors("good"), Verdict.objects.count()) == ([], 1)


def test_running_again_writes_nothing(blog):
    archive(blog)
    blog.run(publish=True)
    before = everything()
    blog.run(publish=True)
    assert everything() == before and blog.report.findings.texts == 0


def test_the_report_counts_by_check(blog, tmp_path, capsys):
    archive(blog)
    call_command("import_markdown", str(blog.root), jobs=1, report=str(tmp_path / "r.json"))
    said = json.loads((tmp_path / "r.json").read_text())["findings"]
    assert (said["texts"], said["with_errors"]) == (9, 3)
    assert {"id": "cross.duplicate", "severity": "error", "texts": 2} in said["checks"]
    assert ImportReport.objects.get().report["findings"] == said
    told = capsys.readouterr().out
    assert "[cross.duplicate]" in told and "[ai.marker]" in told


def test_a_dry_run_foresees_the_same_and_writes_nothing(blog):
    archive(blog)
    blog.run(dry_run=True)
    foreseen = blog.report.findings
    assert not Post.objects.exists() and not Verdict.objects.exists()
    blog.run()
    kept = blog.report.findings
    assert foreseen.texts == kept.texts and len(foreseen.errors) == len(kept.errors) == 3
    links = {("warning", "link.broken")}  # where links lead is known once the files are in
    assert {k: v for k, v in foreseen.checks.items() if k not in links} == {
        k: v for k, v in kept.checks.items() if k not in links
    }


def test_the_gate_adopts_what_passes_and_names_the_errors_of_the_rest(blog, capsys):
    archive(blog)
    call_command("import_markdown", str(blog.root), publish=True, gate=True, jobs=1)
    assert public() == {"good", "near-a", "near-b", "link", "alike-a", "alike-b"}
    for name in ("ended", "first", "second"):
        assert text(name).status == "draft" and errors(name)
    for revision in Revision.objects.published():
        assert not quality.refused("publish", quality.judge(revision))
        assert revision.live_from.isoformat() == "2025-03-31T15:00:00+00:00"
        assert [entry.step for entry in revision.post.history.order_by("pk")] == ["create", "import", "adopt"]
    kept = ImportReport.objects.get()
    held = {
        f["path"][11:-3]: [p for p in f["problems"] if p[1] == "gate.refused"] for f in kept.report["files"]
    }
    assert held["second"][0][3] == {"errors": "cross.duplicate"} and not held["good"]
    told = capsys.readouterr().out
    assert "[gate.refused]" in told and "3" in told.splitlines()[-1]


def test_a_dry_run_says_what_the_gate_would_hold_back(blog):
    archive(blog)
    blog.gated(dry_run=True)
    assert blog.rules("second") == ["gate.refused"] and blog.rules("good") == []
    assert not Post.objects.exists()


def test_gate_without_publish_is_wrong_use(blog):
    blog.write("good")
    with pytest.raises(CommandError) as caught:
        call_command("import_markdown", str(blog.root), gate=True, verbosity=0)
    assert caught.value.returncode == 2 and not Post.objects.exists()


def test_a_corrected_file_becomes_public_with_the_next_run(blog):
    blog.write("ended", ENDED)
    blog.gated()
    blog.write("ended", GOOD)
    assert blog.gated() == {"ended": "updated"}
    assert public() == {"ended"} and blog.rules("ended") == []
    before = everything()
    assert blog.gated() == {"ended": "unchanged"}
    assert everything() == before


def test_an_unchanged_draft_is_judged_again_and_says_so(blog, publisher):
    blog.write("ended", ENDED)
    blog.gated()
    assert blog.gated() == {"ended": "unchanged"} and blog.rules("ended") == ["gate.refused"]
    workflow.waive(text("ended"), "ai.marker", by=publisher, reason=REASON)
    assert blog.gated() == {"ended": "updated"} and blog.rules("ended") == ["gate.passed"]
    assert public() == {"ended"}


def test_a_draft_that_somebody_has_corrected_at_the_desk_goes_the_desks_way(blog, editor):
    blog.write("ended", ENDED)
    blog.gated()
    draft = text("ended")
    fixed = draft.to_document().replace(body=GOOD)
    workflow.save_draft(draft, fixed, by=editor, version=draft.version, page=PAGE)
    quality.refresh(text("ended"))
    assert blog.gated() == {"ended": "unchanged"} and blog.rules("ended") == ["gate.desk"]
    assert text("ended").body == GOOD and public() == set() and errors("ended") == []


def test_a_changed_file_with_an_error_leaves_the_public_text_as_it_is(blog):
    blog.write("good")
    blog.gated()
    blog.write("good", ENDED)
    assert blog.gated() == {"good": "updated"} and blog.rules("good") == ["gate.refused"]
    assert Revision.objects.published().get().body.strip() == GOOD
    assert text("good").status == "draft"
    blog.write("good", MANY[0])
    blog.gated()
    assert Revision.objects.published().get().body.strip() == MANY[0]


def test_drafts_of_their_own_and_plain_drafts_stay_drafts(blog):
    blog.write("own", head="draft: true")
    blog.gated()
    assert public() == set() and blog.rules("own") == ["hold.own_draft"]


def test_what_came_in_as_a_draft_becomes_public_when_the_operator_says_so(blog):
    archive(blog)
    blog.run()
    assert public() == set()
    blog.gated()
    assert public() == {"good", "near-a", "near-b", "link", "alike-a", "alike-b"}


def test_an_end_in_the_file_goes_through_the_gate(blog):
    blog.write("end", head="expiry_date: 2099-06-01")
    blog.gated(wishes=Wishes(expiry=True))
    assert text("end").end_set.year == 2099 and text("end").live_until == text("end").end_set
    assert "expiry.set" in [problem.rule for problem in blog.report.results[0].problems]


def test_a_text_that_cannot_be_checked_is_imported_and_not_let_through(blog, monkeypatch):
    def failing(*args):
        raise RuntimeError

    monkeypatch.setattr(worker, "checked", failing)
    blog.write("good")
    assert blog.gated() == {"good": "created"}
    assert text("good").status == "draft" and blog.rules("good") == ["gate.refused"]
