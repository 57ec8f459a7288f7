"""The search page: public words only, marked, counted, narrowed down, and with something to try instead."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client

from posts import workflow
from posts.rendering import Rendered

from .make import NOON, advance, make_document, make_user

CANARY = "カナリア"


def public(title: str = "見出し", text: str = "本文", status: str = "published", at=None, **fields):
    page = Rendered(html="", toc=(), text=text, minutes=1)
    made = workflow.new_post(make_document(title=title, **fields), by=make_user("writer"), page=page)
    return advance(made, status, at=at)


def page(query: str = "", **more) -> str:
    answer = Client().get("/search/", {"q": query, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def titles(html: str) -> list[str]:
    """Titles of what was found, in their order; those of what is offered instead are left out."""
    html = html.split('class="instead"', maxsplit=1)[0]
    return [
        unescape(re.sub("<.*?>", "", one)) for one in re.findall(r"<h3[^>]*><a [^>]*>(.*?)</a></h3>", html)
    ]


@pytest.mark.parametrize("status", ["draft", "in_review", "returned", "approved", "discarded"])
def test_no_word_and_no_count_betrays_what_is_not_public(status, clock):
    public("公開の記事", "公開の本文", category="公開部")
    before = page(CANARY)
    public(CANARY, CANARY, status, tags=[CANARY], category=CANARY, author=CANARY, summary=CANARY)
    assert page(CANARY) == before
    assert page(CANARY[:2]).replace(CANARY[:2], "") == before.replace(CANARY, "")
    for field in ("tag", "section", "author"):
        assert "0件" in page("", **{field: CANARY})
    assert titles(page("-公開")) == []


def test_a_scheduled_article_is_found_from_its_moment_on(clock):
    public(CANARY, at=NOON.replace(hour=5))
    assert titles(page(CANARY)) == []
    clock.move_to(NOON.replace(hour=5))
    assert titles(page(CANARY)) == [CANARY]


def test_staff_search_as_of_a_moment(clock, editor):
    public(CANARY, at=NOON.replace(hour=5))
    client = Client()
    client.force_login(editor)
    html = client.get("/search/", {"q": CANARY, "at": "2026-03-01T15:00"}).content.decode()
    assert titles(html) == [CANARY]
    assert html.count('<input type="hidden" name="at" value="2026-03-01T15:00">') == 1


def test_count_marks_and_order(clock):
    public("株の話", "円安")
    clock.shift(60)
    public("円 < 1 & 2", "株と&株")
    html = page("株")
    assert ">2件<" in re.sub(r"\s+", "", html)
    assert titles(html) == ["株の話", "円 < 1 & 2"]
    assert "<mark>株</mark>の話" in html and "<mark>株</mark>と&amp;<mark>株</mark>" in html
    assert "円 &lt; 1 &amp; 2" in html


@pytest.mark.parametrize(
    "query",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ q }}",
        "%00\0",
        "' OR 1=1 --",
        "あ" * 5000,
    ],
)
def test_a_hostile_query_is_a_text_like_any_other(query, clock):
    public("見出し", "<script>alert(1)</script>")
    html = page(query, tag=query, section=query, author=query, year=query)
    html += page(query)
    assert "<script" not in html and "<img src=x" not in html
    assert Client().get(f"/search/?q={quote(query)}").status_code == 200


def test_filters_narrow_down_and_stay_chosen(clock):
    public("一", "株", category="経済", tags=["ＡＩ"], author="北見", coauthors=["南"])
    public("二", "株", category="政治", tags=["円"], author="南")
    clock.move_to(NOON.replace(year=2027))
    public("三", "株", category="経済", author="北見")
    assert titles(page("株", section="経済")) == ["三", "一"]
    assert titles(page("株", tag="ai")) == ["一"]
    assert titles(page("株", author="南")) == ["二", "一"]
    assert titles(page("株", year="2026")) == ["二", "一"]
    assert titles(page("", year="2027")) == ["三"]
    assert titles(page("株", section="経済", year="2026")) == ["一"]
    assert titles(page("株", year="1999")) == titles(page("株", section="なし")) == []
    html = page("株", section="経済", year="2027", author="北見", tag="ａｉ")
    for chosen in ("経済", "2027", "北見"):
        assert f'value="{chosen}" selected' in html
    assert 'value="ａｉ"' in html and "絞り込みをやめて検索" in html


def test_pages_of_results(clock):
    for number in range(21):
        public(f"記事{number}番", "株", slug=f"n{number}")
        clock.shift(1)
    assert titles(page("株"))[0] == "記事20番" and len(titles(page("株"))) == 20
    assert titles(page("株", page=2)) == ["記事0番"]
    assert "q=%E6%A0%AA" in page("株") and "page=2" in page("株")
    for odd in ("0", "3", "x", "-1"):
        assert Client().get("/search/", {"q": "株", "page": odd}).status_code == 404


def test_nothing_found_offers_other_words_tags_and_the_newest(clock):
    public("サーバの話", "データ", tags=["サーバ管理"])
    public("新着", "", tags=["円"])
    html = page("サーバー")
    assert ">0件<" in re.sub(r"\s+", "", html)
    assert '<a href="/search/?q=%E3%82%B5%E3%83%BC%E3%83%90">サーバ</a>' in html
    assert html.index("サーバ管理</a>") < html.index("円</a>")
    assert html.count('class="card"') == 2
    html = page("データ 円高")
    assert ">データ</a>" in html and ">円高</a>" not in html


def test_the_page_without_a_query_shows_the_form_and_the_newest(clock):
    public("新着")
    html = page()
    assert "件<" not in html and "新着" in html


def test_all_results_are_one_page_for_search_engines_and_an_empty_one_is_none(clock):
    public("見出し", "株")
    for path in ("/search/", "/search/?q=株", "/search/?q=なし"):
        answer = Client().get(path)
        html = answer.content.decode()
        assert re.search(r'rel="canonical" href="[^"?]+/search/"', html)
        assert ('<meta name="robots" content="noindex">' in html) == path.endswith("なし")
        assert not answer.cookies and "Vary" not in answer
        assert answer.content.decode().count('role="search"') == 1
    assert Client().get("/").content.decode().count('role="search"') == 1


@pytest.mark.walk
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "株"},
        {"q": "株 -円", "year": "2026"},
        {"q": "なし"},
        {"q": "な", "tag": "t", "section": "s", "author": "a"},
    ]
    + [{"q": "株", "tag": "t", "section": "s", "author": "a", "year": "2026"}],
)
def test_a_page_takes_six_queries_whatever_there_is(asked, clock, django_assert_max_num_queries):
    for number in range(30):
        public(
            f"記事{number}",
            "株",
            tags=["t", f"t{number}"],
            category="s",
            author="a",
            coauthors=[f"a{number}"],
        )
    with django_assert_max_num_queries(6):
        page(asked.pop("q", ""), **asked)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("ｻｰﾊﾞ", {"サーバの話", "さーばの値段"}),
        ("サーバ 値段", {"さーばの値段"}),
        ("サーバ -値段", {"サーバの話"}),
    ],
)
def test_the_desk_looks_for_titles_as_readers_do(query, wanted, clock, editor):
    for title in ("サーバの話", "さーばの値段", "電力"):
        public(title, status="draft")
    client = Client()
    client.force_login(editor)
    html = client.get("/admin/posts/post/", {"q": query}).content.decode()
    assert {title for title in ("サーバの話", "さーばの値段", "電力") if f"{title}</a>" in html} == wanted
