"""The editorial checks on texts of our own: one that each check meets, and one that it must leave alone."""

import time

import pytest

from posts.checks import CHECKS, Around, Other, Prepared, check, fix, fix_all

from .make import make_document

pytestmark = pytest.mark.pure

P1 = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。設備の更新は来年度に予定されています。"
P2 = "昨年度の決算では、研究開発費が売上高の一割を超えました。会社は今年度も同じ水準を保つと説明しています。"
P3 = "導入した三つの工場では、検査にかかる時間が平均して四割ほど短くなりました。誤検知の割合は変わっていません。"
LONG = "\n\n".join(
    f"第{n}回の調査では、回答した企業のうち{n}社が導入済みと答えました。" for n in range(10, 60)
)


def found(around: Around | None = None, **fields) -> dict[str, str]:
    """{id: severity} of what the checks find."""
    document = make_document(lang="ja", **{"title": "工場の検査を助けるAIの費用と効果", **fields})
    return {one.id: one.severity for one in check(document, around or Around())}


HITS = [
    ("title.bracket", "error", {"title": "「工場の検査を助けるAIの費用"}),
    (
        "title.cut",
        "error",
        {"title": "検査の時間は四割短く、", "body": "検査の時間は四割短く、誤検知は変わらず\n\n" + P1},
    ),
    (
        "title.cut",
        "error",
        {"title": "工場の検査を助けるAIの費用…", "summary": "工場の検査を助けるAIの費用を比べました。"},
    ),
    ("title.cut", "warning", {"title": "工場の検査を助けるAIの費用…"}),
    ("title.markup", "error", {"title": "**工場の検査**を助けるAI"}),
    ("title.splice", "warning", {"title": "工場は変わるのか？の検査を助けるAI"}),
    ("title.length", "warning", {"title": "費用"}),
    ("title.year", "info", {"title": "2026年の工場の検査とAI", "around": Around(year=2025)}),
    ("title.duplicate", "warning", {"around": Around(same_title=(Other(1, "x"),))}),
    ("title.duplicate", "error", {"around": Around(same_title=(Other(1, "x", shared=3),))}),
    ("excerpt.boilerplate", "error", {"summary": "工場の検査について詳細に分析します。"}),
    ("excerpt.boilerplate", "error", {"summary": "本記事では工場の検査を取り上げます。"}),
    ("excerpt.same_as_title", "warning", {"summary": "工場の検査を助けるAIの費用と効果。"}),
    ("excerpt.form", "info", {"summary": ""}),
    ("ai.marker", "error", {"body": f"{P1}\n---END---\n{P2}"}),
    ("ai.marker", "error", {"body": f"{P1}\n\n[END]"}),
    ("ai.marker", "error", {"body": f"{P1}【4†source】"}),
    ("ai.leak", "error", {"body": "申し訳ありませんが、その内容の記事は作成できません。"}),
    ("ai.leak", "error", {"body": "承知いたしました。以下に記事を作成します。"}),
    ("body.placeholder", "error", {"body": "発表した[企業名]は詳細を明らかにしていません。"}),
    ("body.placeholder", "warning", {"body": "費用はXX%下がりました。TODO 確認する"}),
    ("body.repeat", "error", {"body": "\n\n".join([P1, P2, P1])}),
    ("body.near_repeat", "warning", {"body": f"{P1}{P3}\n\n{P2}\n\n{P1.replace('来年度', '再来年度')}{P3}"}),
    ("body.title_repeat", "warning", {"body": f"工場の検査を助けるAIの費用と効果\n\n{P1}"}),
    ("body.unsafe_html", "error", {"body": f"{P1}<script>alert(1)</script>"}),
    ("body.unsafe_html", "error", {"body": '<img src="x" onerror="alert(1)">'}),
    ("heading.bold", "warning", {"body": f"**費用**\n\n{P1}\n\n**効果**\n\n{P2}"}),
    (
        "heading.repeat",
        "warning",
        {"body": f"## 導入にかかった費用の内訳\n\n{P1}\n\n## 導入にかかった費用の内訳\n\n{P2}"},
    ),
    ("heading.level", "warning", {"body": f"# 費用\n\n{P1}"}),
    ("heading.none", "warning", {"body": LONG}),
    ("para.cut", "warning", {"body": f"{P1}その結果として工場の検査"}),
    ("body.bracket", "warning", {"body": f"「{P1}"}),
    ("body.literal_bold", "warning", {"body": P1, "around": Around(plain="この**「検査」**は")}),
    ("body.template_tag", "warning", {"body": f"{P1} {{% include ad.html %}}"}),
    ("link.broken", "error", {"body": f"{P1}[資料](#)"}),
    ("link.broken", "warning", {"body": "[資料](/old/)", "around": Around(missing=frozenset({"/old/"}))}),
    ("img.alt", "warning", {"body": f"{P1}\n\n![](/media/a.png)"}),
    ("source.none", "warning", {"body": LONG}),
    ("style.first_person", "error", {"body": f"{P1}私は工場を訪ねました。"}),
    ("number.percent", "warning", {"body": "価格は300%の割引になりました。"}),
    ("legal.ad_label", "error", {"body": f"{P1}[本](https://amzn.to/abc)"}),
    ("legal.ad_label", "error", {"body": f"{P1}[本](https://www.amazon.co.jp/dp/1?tag=abc-22)"}),
    ("char.bad", "error", {"body": "電\ufffdは足ります。"}),
    ("char.bad", "warning", {"body": "電力\u200bは足ります。"}),
    ("cross.duplicate", "warning", {"around": Around(shares=(Other(1, "x", 3),), paragraphs=30)}),
    ("cross.duplicate", "error", {"around": Around(shares=(Other(1, "x", 9),), paragraphs=10)}),
]

MISSES = [
    ("title.bracket", {"title": "検査の費用を比べる 1) 工場 2) 倉庫"}),
    ("title.bracket", {"title": "検査の費用（工場編）を「比べる」"}),
    ("title.cut", {"title": "検査の装置に複数の不具合", "body": "検査の装置に複数の不具合が発見されました。\n\n" + P1}),
    ("title.markup", {"title": "`Vec<T>`と`**kwargs`を使った検査"}),
    ("title.splice", {"title": "検査は早くなるのか？ のぞいてみた"}),
    ("excerpt.boilerplate", {"summary": "三つの工場の検査時間を一年分比べました。"}),
    ("ai.marker", {"body": "```\n---END---\n```"}),
    ("ai.marker", {"body": f"{P1}\n---"}),
    ("ai.leak", {"body": "担当者は「申し訳ありませんがお答えできません」と話した。"}),
    ("ai.leak", {"body": "[記事の続きを読む](https://example.com/)"}),
    ("body.placeholder", {"body": "「費用がXX%下がった」と書かれた資料が見つかった。"}),
    ("body.repeat", {"body": f"{P1}\n\n{P2}\n\n{P3}"}),
    ("body.repeat", {"body": "```\n" + P1 + "\n```\n\n```\n" + P1 + "\n```"}),
    ("body.title_repeat", {"body": P1}),
    ("body.unsafe_html", {"body": "`<script>`という要素は表示されません。"}),
    ("heading.repeat", {"body": f"## 費用\n\n{P1}\n\n## 費用\n\n{P2}"}),
    ("para.cut", {"body": f"{P1}検査は以上です"}),
    ("body.literal_bold", {"body": P1, "around": Around(plain="演算子（**）を使う")}),
    ("link.broken", {"body": f"{P1}[資料の一覧](https://example.com/a_(b))"}),
    ("source.none", {"body": LONG + "\n\n出典：架空の調査"}),
    ("style.first_person", {"body": "私立大学と公私の別、私たち、下僕という語があります。"}),
    ("style.first_person", {"body": "担当者は「私は聞いていない」と話した。"}),
    ("number.percent", {"body": "今なら100%OFFです。費用は20%削減しました。"}),
    ("legal.ad_label", {"body": f"広告を含みます。\n\n{P1}[本](https://amzn.to/abc)"}),
    ("legal.ad_label", {"sponsorship": "affiliate", "body": "[本](https://amzn.to/abc)"}),
    ("legal.ad_label", {"body": "[本](https://www.amazon.co.jp/dp/1)"}),
    ("cross.duplicate", {"around": Around(shares=(Other(1, "x", 2),), paragraphs=30)}),
]  # fmt: skip


@pytest.mark.parametrize(("id", "severity", "fields"), HITS)
def test_the_check_meets_its_fault(id, severity, fields):
    assert found(**fields).get(id) == severity


@pytest.mark.parametrize(("id", "fields"), MISSES)
def test_the_check_leaves_alone_what_is_right(id, fields):
    assert id not in found(**fields)


def test_every_check_has_a_text_that_it_meets():
    grave = {row.id for row in CHECKS.values() if row.severity != "info"}
    assert {id for id, _, _ in HITS} >= grave - {"title.missing", "legal.assertion"}


def test_a_check_says_one_thing_with_a_count_and_all_places():
    one = next(
        f
        for f in check(make_document(lang="ja", body=f"---END---\n\n{P1}\n\n---END---"))
        if f.id == "ai.marker"
    )
    assert (one.count, one.line, [place.line for place in one.places]) == (2, 1, [1, 5])


def test_a_fingerprint_survives_moved_lines_and_ends_when_the_words_change():
    def mark(body):
        return next(
            f.fingerprint for f in check(make_document(lang="ja", body=body)) if f.id == "style.first_person"
        )

    assert mark("私は工場を訪ねました。") == mark(f"{P1}\n\n{P2}\n\n私は工場を訪ねました。")
    assert mark("私は工場を訪ねました。") != mark("私は倉庫を訪ねました。")
    assert mark("私は工場を訪ねました。") != mark("私は工場を訪ねました。\n\n私が聞きました。")


def test_what_is_switched_off_is_not_asked_but_unsafe_html_always_is():
    off = Around(off=frozenset({"style.first_person", "body.unsafe_html"}))
    assert set(found(off, body="私は見た。<script>1</script>")) & {
        "style.first_person",
        "body.unsafe_html",
    } == {"body.unsafe_html"}


def test_fixes_take_out_what_decides_nothing():
    title = "工場の検査を助けるAIの費用と効果"
    blocks = [title, "**費用**", P1, "---END---", P1, "**効果**", P2, "**効果**", P2]
    document = fix_all(make_document(lang="ja", title=title, body="\n\n".join(blocks)))
    assert document.body == f"## 費用\n\n{P1}\n\n## 効果\n\n{P2}"


def test_a_fix_touches_only_what_it_is_asked_for():
    document = make_document(lang="ja", body=f"{P1}\n\n---END---\n\n{P1}")
    assert fix(document, ["ai.marker"]).body == f"{P1}\n\n{P1}"


@pytest.mark.parametrize(
    "body",
    ["<!--" * 40_000, "`" * 100_001, "[" * 100_000, "「" * 60_000, "{% raw %}" * 15_000, "](" * 60_000],
)
def test_hostile_texts_are_checked_in_seconds(body):
    begun = time.process_time()
    check(Prepared(make_document(body=body)))
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("前。<script>alert(1)</script>後。", "前。後。"),
        ("<script src='https://evil.example/x.js'></script>\n\n本文です。", "本文です。"),
        ("<form action='/x'><input>本文です。</form>", "本文です。"),
        ("前。<script>後。", "前。後。"),
    ],
)
def test_the_fix_of_unsafe_html_leaves_nothing_of_it(body, left):
    assert fix(make_document(body=body), ["body.unsafe_html"]).body == left
