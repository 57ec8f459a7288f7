"""The index: the same articles as asking each folded text for each folded word, kept with every save and step."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from posts import folding, search, workflow
from posts.models import Revision, SearchText, Status
from posts.rendering import Rendered
from posts.roles import SYSTEM

from .make import NOON, advance, import_post, make_document, make_user


def page_of(text: str) -> Rendered:
    return Rendered(html="", toc=(), text=text, minutes=1)


def public(text: str = "", title: str = "見出し", status: str = "published", **fields) -> Revision:
    writer = make_user("writer")
    made = workflow.new_post(make_document(title=title, **fields), by=writer, page=page_of(text))
    return advance(made, status)


def found(query: str, at=None) -> list[str]:
    keys = search.find(Revision.objects.published(at), search.read(query))
    rows = Revision.objects.in_bulk(keys)
    return [rows[key].title for key in keys]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＩ", "ai"),
        ("ｴｰｼﾞｪﾝﾄ", "えーじぇんと"),
        ("ﾊﾟﾅｿﾆｯｸ", "パナソニック"),
        ("は\u309aなそにっく", "パナソニック"),
        ("㍿", "株式会社"),
        ("㌔", "キロ"),
        ("２０２５", "2025"),
        ("Straße", "STRASSE"),
        ("2020−21", "2020‐21"),
        ("サ-バ", "サーバ"),
        ("03ー1234", "03-1234"),
        ("見\u200b出\u00adし\x00", "見出し"),
        ("a\u3000 \n b", "a b"),
        ("葛\U000e0100", "葛"),
    ],
)
def test_spellings_that_fold_to_one(one, other):
    assert folding.fold(one) == folding.fold(other)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("one", "other"), [("ハナ", "パナ"), ("サーバ", "サバ"), ("サーバ", "サーバー"), ("株", "株式")]
)
def test_spellings_that_stay_apart(one, other):
    assert folding.fold(one) != folding.fold(other)


@pytest.mark.pure
@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.text(
            alphabet="ﾊﾞﾟか\u3099ー-‐−aA1 \n\u3000\u200bㄱㅏᄀ각\u11a8ﾡￂ㍿¨ﬁİß\u00ad\x00😀\u200d葛\U000e0100"
        ),
    )
)
def test_places_are_those_of_the_folded_text(value):
    folded = folding.folded_with_places(value)
    assert folded.text == folding.fold(value)
    assert folding.fold(folded.text) == folded.text
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(value) for start, end in zip(folded.starts, folded.ends, strict=True))


@pytest.mark.pure
@pytest.mark.parametrize(
    ("typed", "words", "unwanted"),
    [
        ("東京 株", ["東京", "株"], []),
        ("東京　株", ["東京", "株"], []),
        ("「東京 株」", ["東京 株"], []),
        ('"New York" 株', ["new york", "株"], []),
        ("“New York”", ["new york"], []),
        ("東京 -株 －円", ["東京"], ["株", "円"]),
        ("東京 -「株 式」", ["東京"], ["株 式"]),
        ("東京 東京 トウキョウ とうきょう", ["東京", "とうきょう"], []),
        ("-", ["-"], []),
        ("「", ["「"], []),
        ('5" 「東京', ['5"', "「東京"], []),
        ("", [], []),
        ("\0 \u200b", [], []),
        ("C++ a-b", ["c++", "a-b"], []),
    ],
)
def test_queries_are_read(typed, words, unwanted):
    wish = search.read(typed)
    assert [word.folded for word in wish.words] == words
    assert [word.folded for word in wish.unwanted] == unwanted


@pytest.mark.pure
def test_a_query_is_cut_at_200_characters():
    assert search.read("あ" * 200 + "い").typed == "あ" * 200


TEXTS = {
    "株高と円安": "ＡＩで株が動く。東京都の半導体工場。㍿テスト",
    "電力": "データセンターの電力は、ﾃﾞｰﾀで見る。C++ と C#。\n次の行",
    "Chips": "New York と new  yorkers の Cloud 市場。100% & 'quoted' \"x\" \\ * ^ (a) {b}",
    "絵文字😀": "😀😀 が二つ。東京 か\u3099 ら",
}


@pytest.fixture
def texts(clock):
    for title, text in TEXTS.items():
        public(text, title)
        clock.shift(60)


@pytest.mark.walk
@pytest.mark.parametrize(
    "query",
    "株 円安 AI ａｉ 半導体 でーた データ 都の ow ew York +＋ # ' \" % & \\ * ^ ( } ) 😀 😀😀 😀が が から 会社".split()
    + "式 高と 。 市場。1 1 10 100 zz".split()
    + [
        '"new york"',
        '"york と"',
        "「。 次」",
        "「が 二」",
        "title",
        "AND OR",
        "NEAR(",
        "title:株",
        "株*",
        "円 安",
    ],
)
def test_results_are_those_of_the_folded_texts(query, texts):
    wish = search.read(query)
    wanted = {
        title
        for title, text in TEXTS.items()
        if all(any(word in folding.fold(part) for part in (title, f"\n{text}")) for word in wish.folded)
    }
    assert set(found(query)) == wanted


def test_what_a_query_finds(texts):
    assert found("東京 半導体") == ["株高と円安"]
    assert found("東京 -半導体") == ["絵文字😀"]
    assert found("-東京") == ["Chips", "電力"]
    assert found("株式会社") == ["株高と円安"]
    assert found("カ") == []


def test_titles_come_first_then_the_newest(clock):
    for title, text in [("円の話", ""), ("古い", "円"), ("新しい", "円"), ("円と円", "")]:
        public(text, title)
        clock.shift(60)
    assert found("円") == ["円と円", "円の話", "新しい", "古い"]


def test_the_summary_is_read_too(clock):
    public("本文", summary="要約にだけある語")
    assert found("にだけ") == ["見出し"]


@pytest.mark.parametrize("status", ["draft", "in_review", "returned", "approved", "discarded"])
def test_what_is_not_public_is_not_found(status, clock):
    public("カナリア", "カナリア", status=status)
    assert found("カナリア") == []
    assert SearchText.objects.count() == (status != "discarded")


def test_a_save_a_discard_and_a_purge_leave_no_word_behind(clock, writer, chief):
    made = public("一番目", "題一")
    clock.shift(60)
    draft = workflow.start_revision(made.post, by=writer, page=page_of("二番目"))
    draft = workflow.save_draft(
        draft, make_document(title="題三"), by=writer, version=1, page=page_of("三番目")
    )
    everything = Revision.objects.all()
    held = lambda query: search.find(everything, search.read(query))  # noqa: E731
    assert (held("二番目"), held("三番目"), held("一番目")) == ([], [draft.pk], [made.pk])
    workflow.perform("discard", draft, by=writer)
    assert (held("三番目"), held("題三")) == ([], [])
    workflow.purge(made.post, by=chief, reason="裁判所の命令による削除")
    assert (held("一番目"), SearchText.objects.count()) == ([], 0)


def test_what_readers_saw_at_a_moment_is_found_as_of_that_moment(clock, writer):
    made = public("前の文章")
    clock.shift(3600)
    draft = workflow.start_revision(made.post, by=writer, page=page_of("後の文章"))
    document = draft.to_document().replace(update_kind="typo", title="後")
    advance(workflow.save_draft(draft, document, by=writer, version=1, page=page_of("後の文章")), "published")
    assert (found("前の文章"), found("後の文章")) == ([], ["後"])
    assert (found("前の文章", NOON), found("後の文章", NOON)) == (["見出し"], [])


def test_many_arrivals_are_found(clock):
    interval = workflow.Interval(NOON - timedelta(days=1))
    arrivals = [
        workflow.Arrival(
            make_document(title=f"題{n}", slug=f"s{n}"),
            page_of(f"本文{n}番"),
            "site",
            f"{n}.md",
            "x",
            "",
            interval,
        )
        for n in range(3)
    ]
    workflow.arrive(arrivals)
    assert found("本文1番") == ["題1"]


def test_an_adopted_text_that_gives_way_is_taken_out(clock):
    made = import_post(date=NOON - timedelta(days=1), slug="a")
    workflow.perform("adopt", made, by=SYSTEM)
    rows = Revision.objects.filter(status=Status.DISCARDED)
    assert not SearchText.objects.filter(revision__in=rows).exists()


def test_reindex_makes_the_index_anew(texts, capsys):
    search.clear()
    assert found("株") == []
    call_command("reindex")
    assert "4件の本文" in capsys.readouterr().out
    assert found("株") == ["株高と円安"]
    call_command("reindex", verbosity=0)
    assert found("株") == ["株高と円安"]


def test_indexing_again_changes_nothing(texts, django_assert_max_num_queries):
    rows = list(Revision.objects.all())
    with django_assert_max_num_queries(3):
        search.index(rows)
    assert found("株") == ["株高と円安"]


def test_a_long_text_is_found_to_its_end(clock):
    pick = random.Random(1)
    text = "".join(chr(pick.randrange(0x4E00, 0x9FFF)) for _ in range(150_000)) + "ああ" * 400 + "末尾の語"
    public(text, "長い")
    assert found("末尾の語") == ["長い"]
    assert found("あああああ末尾") == ["長い"]
    assert found(text[70_000:70_003]) == ["長い"]
    assert found("末尾あ") == []


@settings(max_examples=60, deadline=None)
@given(query=st.text(max_size=230))
def test_no_query_is_an_error(query):
    search.find(Revision.objects.published(), search.read(query))


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("私たちの㍿です", "株式", "私たちの<mark>㍿</mark>です"),
        ("ﾊﾞｯｸ と バック", "ばっく", "<mark>ﾊﾞｯｸ</mark> と <mark>バック</mark>"),
        ("😀株😀", "株", "😀<mark>株</mark>😀"),
        ("か\u3099く", "がく", "<mark>か\u3099く</mark>"),
        ("<b>株</b>&", "株", "&lt;b&gt;<mark>株</mark>&lt;/b&gt;&amp;"),
        ("<script>", "<script>", "<mark>&lt;script&gt;</mark>"),
        ("&amp;", "amp", "&amp;<mark>amp</mark>;"),
        ("ああああ", "ああ", "<mark>ああああ</mark>"),
        ("東京都と京都府", "東京 京都", "<mark>東京都</mark>と<mark>京都</mark>府"),
        ("何もない", "株", ""),
    ],
)
@pytest.mark.pure
def test_hits_are_marked_in_the_text_as_it_was_written(text, query, shown):
    assert search.excerpt(text, search.read(query).folded) == shown


@pytest.mark.pure
def test_an_excerpt_has_sixty_characters_on_each_side_and_shows_the_fullest_place():
    text = "円" + "あ" * 500 + "円高と株" + "い" * 500
    assert search.excerpt(text, ["円", "株"]) == (
        f"…{'あ' * 60}<mark>円</mark>高と<mark>株</mark>{'い' * 57}…"
    )
