"""What stands beside an article and on the front page: like articles, neighbours, sections. Nothing unpublished."""

from datetime import timedelta

import pytest
from django.test import Client

from posts import workflow
from posts.models import Category, Revision
from posts.site.beside import beside
from posts.site.front import BLOCK

from .hiding import STATES, WORDS, in_state, replaced
from .make import NOON, PAGE, advance, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def dated(clock):
    """Makes a public article `days` before noon: the younger one follows."""

    def make(slug: str, days: int, **fields) -> Revision:
        return make_post(
            "published", slug=slug, title=f"題{slug}", date=NOON - timedelta(days=days), **fields
        )

    return make


def around(revision: Revision):
    return beside(Revision.objects.for_page().get(pk=revision.pk))


def slugs(rows) -> list[str]:
    return [row.post.slug for row in rows]


def test_those_that_share_most_tags_come_first(dated):
    dated("one", 1, tags=["a"])
    dated("none", 2, tags=["z"])
    dated("two", 9, tags=["a", "b"])
    dated("other", 5, tags=["b"])
    here = dated("here", 3, tags=["a", "b", "c"])
    found = around(here)
    assert slugs(found.related) == ["two", "one", "other"]
    assert [tag.name for tag in found.tags] == ["a", "b", "c"]


def test_the_section_fills_up_what_the_tags_leave(dated):
    for days in (2, 3, 4, 5):
        dated(f"d{days}", days, category="経済")
    dated("elsewhere", 2, category="政治")
    here = dated("here", 1, category="経済")
    found = around(here)
    assert found.older.post.slug == "d2"
    assert slugs(found.related) == ["d3", "d4", "d5"]


def test_neighbours_are_those_of_the_section_by_date_and_then_by_number(dated):
    first = dated("first", 3, category="経済")
    same = dated("same", 3, category="経済")
    last = dated("last", 1, category="経済")
    dated("between", 2, category="政治")
    assert [around(row).newer for row in (first, same, last)] == [same, last, None]
    assert [around(row).older for row in (first, same, last)] == [None, first, same]
    lonely = around(dated("lonely", 2))
    assert (lonely.newer, lonely.older, lonely.related) == (None, None, [])


@pytest.mark.parametrize(
    ("state", "after"),
    [*((state, "") for state in STATES), ("in_review", "ended"), ("approved", "ended")],
)
def test_nothing_that_readers_may_not_see_stands_beside(state, after, dated, clock):
    here = dated("here", 1, tags=["a"], category="経済")
    hidden = in_state(after or state, clock, slug="canary", title=WORDS, tags=["a"], category="経済")
    if after:
        advance(workflow.start_revision(hidden.post, by=make_user("writer"), page=PAGE), state)
    for address in ("/", here.get_absolute_url()):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert WORDS not in answer.content.decode()


def test_a_replaced_text_stands_beside_once_and_as_it_reads_now(dated, clock):
    other = dated("other", 2, tags=["a"])
    here = dated("here", 1, tags=["a"])
    replaced(other, clock, "typo", "", title="新しい題")
    assert [row.title for row in around(here).related] == ["新しい題"]


def test_a_translation_is_known_from_both_sides(dated):
    ja = dated("ja", 3, lang="ja")
    en = dated("en", 2, lang="en", translation_of=ja.post.reference)
    fr = dated("fr", 1, lang="fr", translation_of=ja.post.reference)
    assert {row.lang for row in around(ja).translations} == {"en", "fr"}
    assert {row.lang for row in around(en).translations} == {"ja", "fr"}
    assert {row.lang for row in around(fr).translations} == {"ja", "en"}


def test_an_article_and_the_front_page_cost_four_queries(dated, clock, django_assert_num_queries):
    for number in range(30):
        dated(
            f"n{number}",
            number + 1,
            tags=["a", "b"],
            category=f"s{number % 3}",
            author="p",
            coauthors=["q", "r"],
        )
    live = replaced(Revision.objects.get(post__slug="n4"), clock, "correction", "金額を訂正。")
    with django_assert_num_queries(4):
        answer = Client().get(live.get_absolute_url())
    page = answer.content.decode()
    assert all(words in page for words in ("金額を訂正。", ">q</a>", ">r</a>", "題n1"))
    with django_assert_num_queries(4):
        Client().get("/")
    with django_assert_num_queries(4):
        Client().get("/tags/a/")


def test_the_coauthors_keep_their_order(dated):
    here = dated("here", 1, author="主", coauthors=["乙", "甲", "丙"])
    row = Revision.objects.for_page().get(pk=here.pk)
    assert [author.name for author in row.bylines] == ["乙", "甲", "丙"]
    assert all(author.slug and author.get_absolute_url() for author in row.bylines)


def test_the_front_page_gives_each_section_what_does_not_stand_on_top(dated):
    for number in range(1, 12):
        dated(f"n{number}", number, category="経済" if number % 2 else "政治")
    context = Client().get("/").context
    assert slugs(context["top"]) == ["n1", "n2", "n3", "n4"]
    assert slugs(context["latest"]) == [f"n{number}" for number in range(5, 12)]
    blocks = {block.section.name: slugs(block.revisions) for block in context["blocks"]}
    assert blocks == {"経済": ["n5", "n7", "n9"], "政治": ["n6", "n8", "n10"]}
    assert len(blocks["経済"]) == BLOCK


def test_the_second_page_goes_on_where_the_first_ends(dated):
    for number in range(25):
        dated(f"n{number}", number, category="経済")
    first, second = Client().get("/").context, Client().get("/?page=2").context
    assert len(first["top"]) + len(first["latest"]) == 20
    assert slugs(second["page"]) == [f"n{number}" for number in range(20, 25)]
    assert "blocks" not in second


def test_sections_are_in_the_order_of_the_newsroom(dated):
    for number, name in enumerate(["丙", "甲", "乙"]):
        for day in range(5):
            dated(f"{name}{day}", 5 * number + day, category=name)
        Category.objects.filter(name=name).update(position=number)
    assert [block.section.name for block in Client().get("/").context["blocks"]] == ["丙", "甲", "乙"]


@pytest.mark.parametrize(
    ("name", "said"), [("", "Editorialの新着記事"), ('試す "紙"', "試す &quot;紙&quot;")]
)
def test_every_list_describes_itself_once(name, said, dated, settings):
    settings.SITE_DESCRIPTION = name
    dated("one", 1, category="経済", tags=["半導体"])
    front, section = (Client().get(path).content.decode() for path in ("/", "/tags/半導体/"))
    assert front.count(f'<meta name="description" content="{said}">') == 1
    assert section.count('<meta name="description" content="「半導体」の記事一覧（Editorial）">') == 1
    assert front.count('name="description"') == section.count('name="description"') == 1
