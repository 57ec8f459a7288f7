"""Words and names: slugs, keys and short forms (specs/readers.md 1 and 3, specs/import.md 2.2)."""

import unicodedata
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from posts import text

pytestmark = pytest.mark.pure

DAY = date(2026, 3, 1)


PIECES = (
    [
        "。",
        "、",
        "「",
        "」",
        "『",
        "』",
        "（",
        "）",
        "！",
        "？",
        ", ",
        ". ",
        " ",
        "\u3000",
        "\n",
        "+",
        "#",
        "%41",
        "%e3",
        "-",
    ]
    + [
        "か\u3099",
        "\u3099",
        "は\u309a",
        "e\u0301",
        "ﷺ",
        "ﾊﾟ",
        "ｴｰｼﾞｪﾝﾄ",
        "サーバー",
        "İ",
        "ß",
        "ΐ",
        "株",
        "AI",
        "Rust-1.8",
    ]
    + ["👩🏽‍💻", "🇯🇵", "❤️", "\ufeff", "\u200b", "\x00", "\x85", "_", "."]
)
ANY = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=30).map("".join)


# --- slugs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("AI", "ai"),
        ("ＡＩ", "ai"),
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("生成AI", "生成ai"),
        ("ｴｰｼﾞｪﾝﾄ", "エージェント"),
        ("パナソニック", "パナソニック"),
        ("San José", "san-josé"),
        ("山田 花子", "山田-花子"),
        ("山田　花子", "山田-花子"),
        ("ﷺ", "صلى-الله-عليه-وسلم"),
        ("a/b", "a-b"),
    ],
)
def test_name_has_an_address(name, slug):
    assert text.name_slug(name) == slug


@pytest.mark.parametrize(
    "name",
    ["C++", "C#", "🎉", "👩🏽‍💻", "❤️", "", " ", "\u3000\n", "...", "-", "_", "☆", "\u200b", "%", "\u3099"],
)
def test_name_slug_is_never_empty(name):
    slug = text.name_slug(name)
    assert slug
    assert "/" not in slug
    assert slug == text.line(slug)


def test_names_of_signs_stay_apart():
    names = [
        "C",
        "C+",
        "C++",
        "C#",
        "C&",
        "🎉",
        "🎊",
        "☆",
        "★",
        "+",
        "#",
        "サーバ",
        "サーバー",
        "は",
        "ば",
        "ぱ",
    ]
    assert len({text.name_slug(name) for name in names}) == len(names)


@settings(max_examples=200)
@given(ANY, st.integers(10, 100))
@example("\u3099" * 200, 100)
@example("🎉" * 200, 100)
@example("ﷺ" * 20, 60)
def test_slugs_never_pass_their_limit(value, limit):
    assert 0 < len(text.name_slug(value, limit)) <= limit
    assert len(text.slug(value, limit)) <= limit
    assert len(text.address(value, limit)) <= limit


@settings(max_examples=200)
@given(ANY)
def test_slug_can_stand_in_an_address(value):
    for slug in (text.slug(value), text.address(value), text.name_slug(value)):
        assert not set(slug) & set("/?#%\\ \t\n\x00<>\"'&+")
        assert slug.strip("-._") == slug or slug == text.name_slug(value)
        assert "--" not in slug
    assert "%" in value or text.slug(value) == text.slug(value).lower()  # see test_slug_of_a_title[percent]


@given(ANY)
def test_address_of_an_address_is_the_same(value):
    once = text.address(value)
    if not unicodedata.is_normalized("NFC", once):  # see test_slug_is_nfc
        return
    assert text.address(once) == once


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        pytest.param("ハ\u309aナソニック", "パナソニック", id="composed"),
        pytest.param("か\u3099", "が", id="dakuten composed"),
        pytest.param("ﾊﾟﾅｿﾆｯｸ", "パナソニック", id="half width"),
        pytest.param("あ\u3099い", "あ\u3099い", id="dakuten that does not compose is kept"),
        pytest.param("か\u309aき", "か\u309aき", id="handakuten that does not compose is kept"),
        pytest.param("Ｒｕｓｔ　１．８", "rust-1.8", id="NFKC"),
        pytest.param("Hello, World!", "hello-world", id="words"),
        pytest.param("「価格」は？", "価格-は", id="brackets"),
        pytest.param("A%41", "a-41", id="percent"),
        pytest.param("…！", "", id="nothing that can stand"),
        pytest.param("", "", id="empty"),
    ],
)
def test_slug_of_a_title(value, slug):
    assert text.slug(value) == slug


@pytest.mark.parametrize(
    ("make", "value"),
    [
        *(
            (make, value)
            for make in (text.slug, text.address, text.name_slug)
            for value in ("e\u0301", "ハ\u309a")
        ),
        (text.name_slug, "e\u200b\u0301"),
        pytest.param(text.slug, "e\u200b\u0301", id="mark behind an invisible one"),
        pytest.param(text.address, "e\u200b\u0301", id="the same in an address"),
    ],
)
def test_slug_is_nfc(make, value):
    assert unicodedata.is_normalized("NFC", make(value))


@pytest.mark.parametrize(
    ("value", "address"),
    [
        pytest.param("Rust-1.88.0", "Rust-1.88.0", id="case and dots"),
        pytest.param("ＡＩ", "ＡＩ", id="origin's spelling, NFC only"),
        pytest.param("%E3%83%91%e3%83%8a", "パナ", id="unquoted"),
        pytest.param("%E3%83%8F%E3%82%9A", "パ", id="unquoted, then NFC"),
        pytest.param("slug%e2%80%8a", "slug", id="space at the end (I-29)"),
        pytest.param("%ef%bb%bfslug", "slug", id="bytes of a BOM"),
        pytest.param("a%e2%80%8bb\u00adc\u200dd", "abcd", id="invisible"),
        pytest.param("%ff-a", "ff-a", id="not UTF-8"),
        pytest.param("100%", "100", id="lone percent"),
        pytest.param("a b/c?d#e@f’g", "a-b-c-d-e-f-g", id="what cannot stand"),
        pytest.param("a_b-c.d", "a_b-c.d", id="what can"),
        pytest.param("20200421", "20200421", id="digits"),
        pytest.param("../../etc", "etc", id="climbing"),
        pytest.param("---", "", id="nothing"),
        pytest.param("x" * 300, "x" * 200, id="the column"),
    ],
)
def test_address_keeps_the_spelling_of_the_origin(value, address):
    assert text.address(value) == address


def test_new_slugs_have_60_characters_and_imported_ones_200():
    assert len(text.slug("あ" * 300)) == 60
    assert len(text.address("あ" * 300)) == 200
    assert len(text.name_slug("あ" * 300)) == 100


@pytest.mark.parametrize("make", [text.slug, text.address, text.name_slug])
def test_slug_ends_between_characters(make):
    assert make("ab" + "あ\u3099" * 9, 5) == "abあ\u3099"
    assert make("abcd-efgh", 5) == "abcd"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        pytest.param("OpenAI releases GPT-5", "openai-releases-gpt-5", id="English"),
        pytest.param("ＯｐｅｎＡＩが ＧＰＴ を公開", "openai-gpt", id="full width"),
        pytest.param("iPhone 17を発表", "iphone-17", id="two words in Japanese"),
        pytest.param("AIの時代", "20260301-k3", id="one word"),
        pytest.param("人工知能", "20260301-k3", id="none"),
        pytest.param("", "20260301-k3", id="no title"),
        pytest.param("🎉", "20260301-k3", id="emoji"),
        pytest.param("café society", "cafe-society", id="letters with accents"),
    ],
)
def test_address_offered_for_a_new_article(title, slug):
    assert text.default_slug(title, DAY, "k3") == slug


@given(ANY)
@example("a b " * 100)
@example("a " * 29 + "b " * 20)
def test_address_offered_is_ascii_and_short(title):
    slug = text.default_slug(title, DAY, "k3")
    assert 0 < len(slug) <= 60
    assert slug.isascii()
    assert slug == text.slug(slug)


# --- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spellings",
    [
        ["AI", "ＡＩ", "ai", " Ai ", "A\u200bI", "ＡI"],
        ["エージェント", "ｴｰｼﾞｪﾝﾄ", "エーシ\u3099ェント"],
        ["山田 花子", "山田　花子", " 山田  花子\n"],
        ["Straße", "STRASSE", "strasse"],
        ["é", "É", "e\u0301", "E\u0301"],
        ["㈱", "(株)", "（株）"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_of_one_name_have_one_key(spellings):
    assert len({text.key(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サーバ", "サーバー"),
        ("は", "ば"),
        ("は", "ぱ"),
        ("アイ", "あい"),
        ("C", "C++"),
        ("C#", "C++"),
        ("山田花子", "山田 花子"),
        ("か", "か\u3099"),
        ("🎉", "🎊"),
    ],
)
def test_different_names_have_different_keys(one, other):
    assert text.key(one) != text.key(other)


@given(ANY)
def test_key_of_a_key_and_of_a_label_is_the_same(name):
    assert text.key(text.key(name)) == text.key(name)
    assert text.key(text.label(name)) == text.key(name)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
@example("ΐ" * 100)
@example("ﬃ" * 33)
def test_key_of_a_name_fits_its_column(name):
    if len(text.label(name)) <= 100:
        assert len(text.key(name)) <= 300


# --- short forms ------------------------------------------------------------------------------------------------------

LONG = "あ" * 40


@pytest.mark.parametrize(
    ("value", "short"),
    [
        pytest.param("短い。", "短い。", id="short already"),
        pytest.param("あ" * 120, "あ" * 120, id="just as long"),
        pytest.param(" a\n\n　b ", "a b", id="white space"),
        pytest.param(LONG * 2 + "。" + LONG * 2, LONG * 2 + "。", id="at a full stop"),
        pytest.param(
            LONG + "。" + LONG + "。" + LONG * 2, LONG + "。" + LONG + "。", id="at the last full stop"
        ),
        pytest.param("あ" * 119 + "。い", "あ" * 119 + "。", id="full stop as the last character"),
        pytest.param(LONG * 2 + "、" + LONG * 2, LONG * 2 + "…", id="at a comma"),
        pytest.param(LONG * 2 + "。い、" + LONG * 2, LONG * 2 + "。", id="full stop before comma"),
        pytest.param("あ" * 119 + "、い", "あ" * 119 + "…", id="comma as the last character"),
        pytest.param("あ" * 121, "あ" * 119 + "…", id="at the limit"),
        pytest.param(
            LONG * 2 + "。「い。う。" + LONG * 2 + "」",
            LONG * 2 + "。",
            id="full stop in 「」 does not count",
        ),
        pytest.param(
            LONG * 2 + "、「い、う、" + LONG * 2 + "」", LONG * 2 + "…", id="comma in 「」 does not count"
        ),
        pytest.param(
            "「" + LONG + "。」" + LONG + "。" + LONG * 2, "「" + LONG + "。」" + LONG + "。", id="behind 」"
        ),
    ],
)
def test_short_form_ends_where_it_can(value, short):
    assert text.truncate(value) == short


def quotes_open(value):
    return value.count("「") - value.count("」")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(LONG * 2 + "。" + "「" + LONG * 2 + "」", id="full stop before it"),
        pytest.param("「" + LONG + "」と" + "あ" * 30 + "、「" + LONG * 2 + "」", id="second 「」"),
        pytest.param("あ" * 100 + "「" + LONG + "」と述べた。", id="no mark before it"),
        pytest.param("短い。" + "あ" * 100 + "「" + LONG + "」と述べた。", id="only an early mark"),
        pytest.param("1）" + "あ" * 70 + "「いいい。" + LONG * 2 + "」と述べた。", id="behind a lone ）"),
        pytest.param(
            "（笑））" + "あ" * 70 + "「いいい、" + LONG * 2 + "」と述べた。", id="behind one ） too many"
        ),
    ],
)
def test_short_form_never_ends_inside_quotes(value):
    assert quotes_open(text.truncate(value)) == 0


def test_quotes_never_closed_do_not_hinder():
    assert len(text.truncate("「" + "あ。" * 100)) <= 120


@pytest.mark.parametrize(
    "cluster",
    [
        "あ\u3099",
        "か\u309a",
        "e\u0301\u0323",
        pytest.param("कि", id="Devanagari vowel sign"),
        pytest.param("กิ", id="Thai vowel"),
        pytest.param("❤\ufe0f", id="variation selector"),
        pytest.param("葛\U000e0100", id="kanji variant"),
        pytest.param("1\ufe0f\u20e3", id="keycap"),
        pytest.param("👍🏽", id="skin tone"),
        pytest.param("👩\u200d💻", id="joined emoji"),
        pytest.param("🇯🇵", id="flag"),
    ],
)
def test_short_form_keeps_what_the_eye_sees_as_one(cluster):
    """specs/readers.md 2: safe for graphemes."""
    for size in range(1, len(cluster)):
        short = text.truncate("あ" * (119 - size) + cluster + "い" * 9)
        assert short == "あ" * (119 - size) + "…"
        assert text.cut("ab" + cluster, 2 + size) == "ab"
    assert text.cut("ab" + cluster + "い", 2 + len(cluster)) == "ab" + cluster


@settings(max_examples=300)
@given(ANY, st.integers(1, 130))
def test_short_form_is_never_longer_than_its_limit(value, limit):
    short = text.truncate(value, limit)
    assert len(short) <= limit
    assert short or not value.strip()


@settings(max_examples=300)
@given(ANY, st.integers(2, 130))
def test_short_form_is_the_beginning(value, limit):
    short = text.truncate(value, limit)
    assert " ".join(value.split()).startswith(short.removesuffix("…"))


@settings(max_examples=300)
@given(ANY, st.integers(0, 130))
def test_cut_leaves_no_mark_behind(value, limit):
    kept = text.cut(value, limit)
    assert len(kept) <= limit
    assert value.startswith(kept)
    rest = value[len(kept) :]
    assert kept == value or not kept or not unicodedata.combining(rest[0])
