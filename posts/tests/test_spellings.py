"""Addresses in every spelling lead on in one hop, and those of nothing lead nowhere."""

import re
import unicodedata
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from posts import text, workflow
from posts.models import Author, Category, Redirect, Tag
from posts.site import listing

from .make import NOON, make_post
from .test_site import replaced

SLUG = "パナソニックのai戦略"
CANARY = "カナリア"


def led(path: str, **more) -> tuple[int, str]:
    """(status, where it leads) of the raw address."""
    answer = Client().get(f"http://testserver{path}", **more)
    return answer.status_code, answer.headers.get("Location", "")


def nfd(value: str) -> str:
    return unicodedata.normalize("NFD", value)


ARTICLE = {
    "no slash": "/2026/03/01/{slug}",
    "html": "/2026/03/01/{slug}.html",
    "html and slash": "/2026/03/01/{slug}.html/",
    "index": "/2026/03/01/{slug}/index.html",
    "case": "/2026/03/01/{upper}/",
    "case of the ending": "/2026/03/01/{upper}.HTML",
    "decomposed, no slash": "/2026/03/01/{nfd}",
    "lower-case escapes": "/2026/03/01/{lower_escapes}",
    "encoded twice": "/2026/03/01/{twice}/",
    "full-width digits": "/２０２６/０３/０１/{slug}/",
    "full-width letters": "/2026/03/01/{wide}/",
    "double slashes": "/2026//03/01//{slug}/",
    "slashes in front": "///2026/03/01/{slug}",
    "no leading zeros": "/2026/3/1/{slug}/",
    "all at once": "//２０２６//3/０１/{nfd_upper}.html",
}


def spelt(pattern: str, slug: str = SLUG) -> str:
    return pattern.format(
        slug=slug,
        upper=slug.upper(),
        nfd=nfd(slug),
        nfd_upper=nfd(slug).upper(),
        lower_escapes=quote(slug).lower(),
        twice=quote(quote(slug)),
        wide=slug.replace("ai", "ＡＩ"),
    )


@pytest.mark.parametrize("pattern", ARTICLE.values(), ids=ARTICLE)
def test_an_article_is_found_in_every_spelling_in_one_hop(pattern, clock):
    path = make_post("published", slug=SLUG).get_absolute_url()
    assert led(spelt(pattern)) == (301, path)
    assert led(path) == (200, "")


@pytest.mark.parametrize("spelling", [quote(SLUG), quote(SLUG).lower(), nfd(SLUG), SLUG])
def test_escapes_and_normal_forms_answer_at_once(spelling, clock):
    make_post("published", slug=SLUG)
    assert led(f"/2026/03/01/{spelling}/") == (200, "")


@pytest.mark.parametrize("pattern", ARTICLE.values(), ids=ARTICLE)
def test_an_old_slug_leads_on_in_every_spelling_and_in_one_hop_after_many_changes(pattern, clock, publisher):
    revision = make_post("published", slug=SLUG)
    for slug in ("second", "third", "Fourth-ｄ"):
        workflow.change_address(revision.post, slug=slug, by=publisher)
    revision.post.refresh_from_db()
    assert led(spelt(pattern)) == (301, revision.post.get_absolute_url())
    assert led("/2026/03/01/SECOND.html") == (301, revision.post.get_absolute_url())


OLD = ["/Blog/%E3%81%8C.html", "/blog/%e3%81%8b%e3%82%99", "//BLOG//が/", "/blog/が/index.html"]


@pytest.mark.parametrize("path", OLD)
def test_an_old_permalink_of_another_site_leads_on_in_every_spelling(path, clock):
    post = make_post("published", slug="a").post
    Redirect.objects.bulk_create([Redirect(path="/blog/が.html", post=post)])
    assert led(path) == (301, "/2026/03/01/a/")


@pytest.mark.parametrize("pattern", ["/2026/03/01/{slug}/", *ARTICLE.values()], ids=["itself", *ARTICLE])
def test_a_retracted_article_is_gone_in_every_spelling(pattern, clock, publisher):
    revision = make_post("published", slug="old")
    workflow.change_address(revision.post, slug=SLUG, by=publisher)
    clock.shift(60)
    workflow.perform("retract", revision, by=publisher, comment="事実に誤りがありました。", notice="お知らせ")
    for slug in (SLUG, "old"):
        answer = Client().get(f"http://testserver{spelt(pattern, slug)}")
        assert (answer.status_code, "お知らせ" in answer.content.decode()) == (410, True)


GARBAGE = ["x", "x/", "/x/", "/amp/", ";a=b", "%00", "%2500", "%0a", ".htmlx", "%20", "/%2e%2e/", ".html/x"]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_behind_an_address_is_not_found(garbage, clock):
    make_post("published", slug="a", tags=["tag"])
    for path in ("/2026/03/01/a", "/tags/tag", "/2026/03", "/archive"):
        assert led(path + garbage) == (404, "")


def test_what_is_asked_beside_the_path_goes_along_and_never_loops(clock):
    make_post("published", slug="a")
    assert led("/2026/03/01/A?utm_source=x&y=%E3%81%82") == (301, "/2026/03/01/a/?utm_source=x&y=%E3%81%82")
    for path in ("/?unknown=1", "/2026/03/01/a/?page=1", "/?unknown=１&fbclid=%ff", "/2026/?x"):
        assert led(path) == (200, "")


NUMBERS = {  # what is asked of a page of which there are two: what is written, "" for the first
    "page=1": "",
    "page=１": "",
    "page=%201%20": "",
    "page=+１+": "",
    "page=01": "",
    "page=２": "page=2",
    "page=02": "page=2",
    "page=2&at=2026-01-01&page=２": "page=2",
    "x=a%26b&page=1": "x=a%26b",
}
LISTS = ["/", "/tags/%E3%82%BF%E3%82%B0/", "/2026/", "/corrections/", "/search/?q=%E6%9C%AC"]


@pytest.fixture
def three(clock, monkeypatch):
    """Three articles, each with a correction, on lists that show two."""
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    for number in range(3):
        live = make_post("published", slug=f"n{number}", tags=["タグ"])
        replaced(live, clock, "correction", "数を訂正しました。", title="新しい見出し")


@pytest.mark.walk
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("asked", NUMBERS, ids=str)
def test_the_number_of_a_page_is_written_in_one_way(path, asked, three):
    first, _mark, query = path.partition("?")
    wanted = "&".join(part for part in (query, NUMBERS[asked]) if part)
    leads_to = f"{first}?{wanted}" if wanted else first
    assert led(f"{first}?{query}{'&' if query else ''}{asked}") == (301, leads_to)
    assert led(leads_to) == (200, "")


def test_the_search_page_without_a_question_is_one_page(three):
    assert led("/search/?q=&page=1") == (301, "/search/?q=")
    assert led("/search/?page=2") == (404, "")


def test_a_page_number_that_leads_nowhere_is_not_found(clock):
    make_post("published", slug="a")
    for path in ("/", "/corrections/", "/search/"):
        for page in ("９", "0", "x", "", "%20", "1%202", "１" * 8, "²", "٣", "-1", "1.0"):
            assert led(f"{path}?page={page}") == (404, ""), (path, page)


def test_links_to_the_first_page_need_no_redirect(clock):
    for number in range(21):
        make_post("published", slug=f"n{number}")
    assert "page=1" not in Client().get("/?page=2").content.decode()


@pytest.mark.parametrize(("kind", "model"), [("tags", Tag), ("categories", Category), ("authors", Author)])
def test_names_are_found_in_every_spelling_and_after_every_change_in_one_hop(kind, model, clock, chief):
    make_post("published", slug="a", tags=["ガイドAI x"], category="ガイドAI x", author="ガイドAI x")
    row = model.objects.get()
    path = row.get_absolute_url()
    slug = row.slug
    for spelling in (slug, slug.upper() + "/", nfd(slug) + ".html", "ガイドＡＩ-ｘ/", "ガイドAI x/"):
        assert led(f"/{kind}/{spelling}") == (301, path), spelling
    for new in ("second", "third"):
        row.slug = new
        row = workflow.save_name(row, by=chief)
    for spelling in (slug, slug.upper(), nfd(slug) + "/", "SECOND.html", "/second"):
        assert led(f"/{kind}/{spelling}") == (301, f"/{kind}/third/"), spelling


@pytest.mark.parametrize(
    "path", ["/tags/KANARIA", "/tags/kanaria/", "/2026/03/01/KANARIA", "/2026/03/01", "/2026"]
)
def test_no_spelling_tells_of_a_draft(path, clock):
    make_post("draft", slug="kanaria", tags=["kanaria"], date=NOON, title=CANARY)
    plain = Client().get(path.replace("KANARIA", "nothing").replace("kanaria", "nothing"))
    answer = Client().get(path)
    assert (answer.status_code, led(path)[1]) == (404, "")
    assert answer.content == plain.content


def test_head_is_answered_as_get_and_post_is_not_led(clock):
    make_post("published", slug="a")
    answer = Client().head("/2026/03/01/A.html")
    assert (answer.status_code, answer["Location"]) == (301, "/2026/03/01/a/")
    assert Client().post("/2026/03/01/A.html").status_code == 404


def test_the_very_spelling_wins_over_others(clock):
    first = make_post("published", slug="Rust", title="一").post
    second = make_post("published", slug="rust", title="二").post
    assert led(first.get_absolute_url()) == led(second.get_absolute_url()) == (200, "")
    Redirect.objects.create(path="/Old", post=first)
    Redirect.objects.create(path="/old/", post=second)
    assert led("/Old/") == (301, "/2026/03/01/Rust/")
    assert led("/old") == (301, "/2026/03/01/rust/")


@pytest.mark.parametrize("path", ["/INDEX.html", "/index.html", "//"])
def test_the_home_page_has_one_address(path, clock):
    assert led(path) == (301, "/")


@pytest.mark.parametrize("path", ["/admin", "/ADMIN/", "/%61dmin", "//admin/"])
def test_the_desk_keeps_its_own_spellings(path, clock):
    assert led(path)[0] in (301, 404)


@pytest.mark.pure
def test_path_key():
    assert text.path_key("/2025//9/22/%EF%BC%A1.html") == "/2025/09/22/a"
    assert text.path_key("/") == text.path_key("/index.html") == text.path_key("") == "/"
    assert text.path_key("/.html") == text.path_key("/.html/")


# --- the archive ------------------------------------------------------------------------------------------------------


@pytest.fixture
def years(clock):
    """Two articles on one day, one on another, one of the year before, and a draft."""
    days = {"a": NOON, "b": NOON, "c": NOON - timedelta(days=2), "d": NOON - timedelta(days=365)}
    for slug, day in days.items():
        make_post("published", slug=slug, date=day, title=f"記事{slug}")
    make_post("draft", slug="e", date=NOON - timedelta(days=800), title=CANARY)
    make_post("published", slug="f", at=NOON + timedelta(days=40), title=CANARY)


def page(path: str) -> str:
    return " ".join(Client().get(path).content.decode().split())


def test_the_archive_counts_what_is_public(years):
    overview = page("/archive/")
    for link in ("/2026/", "/2026/03/", "/2026/02/", "/2025/", "/2025/03/"):
        assert f'href="{link}"' in overview
    assert "2024" not in overview and "/2026/04/" not in overview
    assert "4件" in overview


@pytest.mark.parametrize(
    ("path", "titles", "links"),
    [
        ("/2026/", "abc", ["/2026/03/", "/2026/02/"]),
        ("/2026/03/", "ab", ["/2026/03/01/", "/2026/"]),
        ("/2026/03/01/", "ab", ["/2026/03/", "/2026/", "/archive/"]),
        ("/2026/02/27/", "c", []),
        ("/2025/03/01/", "d", []),
    ],
)
def test_a_year_a_month_and_a_day_list_their_articles(path, titles, links, years):
    shown = page(path)
    assert [slug for slug in "abcdef" if f"記事{slug}" in shown] == list(titles)
    assert all(f'href="{link}"' in shown for link in links)
    assert CANARY not in shown


@pytest.mark.parametrize(
    "path", ["/2024/", "/2023/12/", "/2026/04/", "/2026/03/02/", "/0000/", "/2026/13/", "/9999/12/31/"]
)
def test_an_empty_part_of_the_archive_is_not_found(path, years):
    assert Client().get(path).status_code == 404


def test_an_archive_of_nothing_is_not_found(clock):
    make_post("draft", slug="e", date=NOON)
    assert Client().get("/archive/").status_code == 404


@pytest.mark.parametrize("path", ["/２０２６/０３", "/2026/3/", "/2026/03", "//2026/03/index.html"])
def test_the_archive_is_found_in_every_spelling(path, years):
    assert led(path) == (301, "/2026/03/")


@pytest.mark.parametrize("path", ["/archive/", "/2026/", "/2026/03/", "/2026/03/01/"])
def test_the_archive_asks_the_same_few_questions_of_many_articles(path, clock, django_assert_num_queries):
    for number in range(3):
        make_post("published", slug=f"n{number}", tags=["a"], category="s", author="p")
    count = {"/archive/": 2, "/2026/03/01/": 3}.get(path, 4)
    with django_assert_num_queries(count):
        Client().get(path)
    for number in range(3, 24):
        make_post("published", slug=f"n{number}", tags=["b"], category="t", author="q")
    with django_assert_num_queries(count):
        Client().get(path)


def test_the_archive_names_only_feeds_that_answer(years):
    feeds = set(re.findall(r'href="([^"]*feed\.\w+)"', page("/2026/03/")))
    assert feeds and {Client().get(path.removeprefix("http://testserver")).status_code for path in feeds} == {
        200
    }
