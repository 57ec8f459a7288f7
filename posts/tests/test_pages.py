"""Pages of the house: the round of an article, an address of their own, and no place in any list."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from posts import workflow
from posts.models import Post, Redirect, Revision, SiteStamp
from posts.models.usage import counted
from posts.transfer.choice import chosen

from .hiding import NAMES, WORDS, replaced, text_of
from .make import NOON, PAGE, advance, make_document, make_page, make_post, make_user

DESK = "/admin/posts/post/pages/"
ABOUT = "/pages/about/"
REASON = "事実に誤りがありました。"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def footer(path: str = "/") -> str:
    return re.search(r"<footer class=\"colophon\">.*</footer>", text_of(path), re.S)[0]


# --- what readers see -------------------------------------------------------------------------------------------------


def test_a_published_page_stands_at_its_address_without_a_day(clock):
    page = make_page(title="運営者情報", body="本文です。")
    answer = Client().get(ABOUT)
    assert answer.status_code == 200
    assert "運営者情報</h1>" in answer.content.decode()
    assert (page.get_absolute_url(), Post.objects.get().date) == (ABOUT, None)
    assert Client().get("/2026/03/01/about/").status_code == 404


@pytest.mark.parametrize("state", ["draft", "returned", "in_review", "approved", "discarded"])
def test_no_word_of_a_page_that_is_not_public_is_shown(state, clock):
    make_page(state, title=WORDS, body=WORDS, summary=WORDS)
    assert Client().get(ABOUT).status_code == 404
    for path in ("/", ABOUT, "/corrections/"):
        assert WORDS not in text_of(path)


def test_a_public_page_stands_in_no_list_and_no_count_of_articles(clock):
    make_post("published", title="記事", slug="a", **NAMES)
    page = make_page(title=WORDS, update_kind="correction", update_note=WORDS, **NAMES)
    assert list(Revision.objects.published().values_list("title", flat=True)) == ["記事"]
    for path in ("/", "/tags/tag/", "/categories/section/", "/authors/person/", "/corrections/"):
        answer = text_of(path)
        assert WORDS not in answer[answer.index("<main") : answer.index("</main>")], path
    assert "1件" in text_of("/tags/tag/")
    assert counted(type(page.category).objects.all()).get().public == 1
    assert [one.post for one in chosen(NOON, newest=True, drafts=True)] == [
        Post.objects.get(is_page=False).pk
    ]


def test_a_section_that_only_a_page_stands_in_is_no_section_for_readers(clock):
    make_page(**NAMES)
    for path in ("/tags/tag/", "/categories/section/", "/authors/person/"):
        assert Client().get(path).status_code == 404
    assert "/categories/" not in text_of("/")


def test_changing_a_public_page_changes_nothing_public_until_it_is_published(clock):
    page = make_page(title="一")
    clock.shift(60)
    keeper = make_user("editor", name="keeper")
    draft = workflow.start_revision(page.post, by=keeper, page=PAGE)
    document = draft.to_document().replace(title=WORDS, update_kind="update", update_note="改定しました。")
    draft = workflow.save_draft(draft, document, by=keeper, version=1, page=PAGE)
    assert WORDS not in text_of(ABOUT) + text_of("/")
    advance(draft, "published", by=keeper)
    assert WORDS in text_of(ABOUT)
    assert "改定しました。" in text_of(ABOUT)


def test_an_approval_of_a_page_is_sealed_and_nobody_approves_their_own(clock):
    page = make_page("in_review")
    keeper = make_user("editor", name="keeper")
    assert workflow.refusal("approve", page, by=keeper)
    approved = workflow.perform("approve", page, by=make_user("editor"), acknowledged=True)
    assert approved.seal == approved.seal_now() != ""


def test_a_retracted_page_answers_410_with_its_notice(clock, publisher):
    page = make_page(title=WORDS)
    clock.shift(60)
    workflow.perform("retract", page, by=publisher, comment=REASON, notice="お知らせの言葉")
    answer = Client().get(ABOUT)
    assert (answer.status_code, "お知らせの言葉" in answer.content.decode()) == (410, True)
    assert WORDS not in answer.content.decode() + text_of("/")


def test_an_unpublished_page_is_gone_from_its_address_and_the_footer(clock, publisher):
    page = make_page()
    clock.shift(60)
    workflow.perform("unpublish", page, by=publisher, comment="理由")
    assert Client().get(ABOUT).status_code == 404
    assert ABOUT not in footer()


def test_a_changed_address_leads_on_and_may_not_be_that_of_another_page(clock, publisher):
    page = make_page()
    make_page(slug="contact", title="お問い合わせ")
    with pytest.raises(workflow.Refused, match="contact"):
        workflow.change_address(page.post, slug="contact", by=publisher)
    workflow.change_address(page.post, slug="publisher", by=publisher)
    answer = Client().get(ABOUT)
    assert (answer.status_code, answer["Location"]) == (301, "/pages/publisher/")
    make_page(slug="about", title="別の頁")
    assert Client().get(ABOUT).status_code == 200
    assert not Redirect.objects.exists()


def test_an_article_may_have_the_slug_of_a_page(clock):
    make_page(slug="about", title="頁")
    make_post("published", slug="about", title="記事")
    assert "頁" in text_of(ABOUT)
    assert "記事" in text_of("/2026/03/01/about/")


def test_the_number_of_a_page_leads_to_it(clock):
    page = make_page()
    assert Client().get(f"/p/{page.post_id}/")["Location"] == ABOUT


def test_who_may_ask_sees_a_page_as_of_another_moment(clock, editor):
    page = make_page(title="前の題")
    Post.objects.update(assignee=make_user("writer"))
    replaced(page, clock, "update", "改定", title="今の題")
    assert "前の題" in browser(editor).get(f"{ABOUT}?at=2026-03-01T12:30").content.decode()
    assert "今の題" in text_of(f"{ABOUT}?at=2026-03-01T12:30")


def test_a_page_is_no_article_for_other_sites(clock):
    make_page(category="section", tags=["tag"])
    page = text_of(ABOUT)
    assert 'property="og:type"' in page
    assert 'content="website"' in page
    for word in (
        "NewsArticle",
        "hatena",
        "article:section",
        "article:published_time",
        "/categories/section/",
        'rel="tag"',
    ):
        assert word not in page


def test_search_engines_know_a_public_page_and_no_other(clock):
    make_page()
    make_page("draft", slug="privacy", title=WORDS)
    places = text_of("/sitemap-pages-0.xml")
    assert "/pages/about/</loc>" in places
    assert "privacy" not in places


def test_no_page_is_like_an_article_or_stands_beside_it(clock):
    make_page(title=WORDS, **NAMES)
    clock.shift(60)
    make_post("published", slug="a", **NAMES)
    page = text_of("/2026/03/01/a/")
    assert WORDS not in page[page.index("<main") : page.index("</main>")]
    assert "/2026/03/01/a/" not in text_of(ABOUT)


def test_a_page_is_found_by_no_search_of_articles(clock):
    make_page(title=WORDS)
    page = text_of(f"/search/?q={WORDS}")
    assert ABOUT not in page[page.index("<main") : page.index("</main>")]


# --- the footer -------------------------------------------------------------------------------------------------------


def test_the_footer_of_every_page_leads_to_the_pages_in_their_order(clock):
    for slug in ("about", "privacy", "contact"):
        make_page(slug=slug, title=f"{slug}の頁")
    keys = list(Post.objects.pages().values_list("pk", flat=True))
    stamp = SiteStamp.objects.get().value
    workflow.order_pages([keys[2], keys[0], keys[1]], by=make_user("editor"))
    for path in ("/", ABOUT, "/nowhere/", "/corrections/"):
        assert re.findall(r'href="/pages/(\w+)/"', footer(path)) == ["contact", "about", "privacy"], path
    assert SiteStamp.objects.get().value == stamp + 1


def test_the_footer_has_the_pages_in_the_language_of_the_site(clock):
    make_page(slug="about", title="運営者情報", lang="ja")
    make_page(slug="about-en", title="About us", lang="en", translation_of=ABOUT)
    make_page(slug="contact", title="お問い合わせ")
    assert re.findall(r'href="/pages/([\w-]+)/"', footer()) == ["about", "contact"]
    first = text_of(ABOUT)
    assert re.search(r'<a href="/pages/about-en/"\s+hreflang="en"\s+lang="en">', first)
    assert re.search(r'<a href="/pages/about/"\s+hreflang="ja"\s+lang="ja">', text_of("/pages/about-en/"))


def test_the_words_on_ai_lead_to_the_page_on_ai_as_soon_as_there_is_one(clock):
    make_post("published", slug="a", ai_use="generated")
    said = re.compile(r'class="disclosure">[^<]*<a href="/pages/ai/">')
    assert not said.search(text_of("/2026/03/01/a/"))
    make_page(slug="ai", title="AIの利用")
    assert said.search(text_of("/2026/03/01/a/"))


def test_pages_cost_no_question_more(clock, django_assert_max_num_queries):
    make_post("published", slug="a", tags=["a"], category="s", author="p", coauthors=["q"])
    for number in range(9):
        make_page(slug=f"p{number}", title=f"頁{number}")
    for path, count in [
        ("/", 5),
        ("/2026/03/01/a/", 4),
        ("/tags/a/", 6),
        ("/pages/p1/", 6),
        ("/corrections/", 5),
    ]:
        with django_assert_max_num_queries(count):
            assert Client().get(path).status_code == 200


# --- the rules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["writer", "editor", "publisher"])
def test_who_reviews_may_make_pages(role, clock):
    document = make_document(slug="about")
    if role == "writer":
        with pytest.raises(workflow.Refused):
            workflow.new_page(document, by=make_user(role), page=PAGE)
    else:
        assert workflow.new_page(document, by=make_user(role), page=PAGE).post.is_page


@pytest.mark.parametrize("slug", ["about", " ABOUT ", "ａｂｏｕｔ", ""])
def test_a_page_needs_an_address_of_its_own(slug, clock):
    make_page()
    with pytest.raises(workflow.Refused):
        workflow.new_page(make_document(slug=slug), by=make_user("editor"), page=PAGE)


def test_the_database_keeps_two_pages_from_one_address(clock):
    make_page()
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(slug="about", is_page=True)


def test_the_database_gives_a_page_no_day(clock):
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(slug="about", is_page=True, date=NOON.date())


@pytest.mark.parametrize("keys", [[], [0], "twice"])
def test_an_order_of_other_pages_is_refused(keys, clock):
    page = make_page()
    keys = [page.post_id] * 2 if keys == "twice" else keys
    with pytest.raises(workflow.Refused):
        workflow.order_pages(keys, by=make_user("editor"))


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_an_editor_makes_a_usual_page_with_one_click(editor):
    client = browser(editor)
    assert "広告掲載基準" in client.get(DESK).content.decode()
    answer = client.post(DESK, {"usual": "advertising"})
    post = Post.objects.get()
    assert answer["Location"] == f"/admin/posts/post/{post.pk}/change/"
    assert (post.slug, str(post), post.is_page) == ("advertising", "広告掲載基準", True)
    assert client.get(answer["Location"]).status_code == 200
    assert 'value="advertising"' not in client.get(DESK).content.decode()


def test_an_editor_makes_a_page_in_another_language(editor, clock):
    first = make_page()
    data = {"title": "About us", "slug": "about-en", "lang": "en", "translates": first.post_id}
    assert browser(editor).post(DESK, data).status_code == 302
    made = Revision.objects.latest("pk")
    assert (made.lang, made.translation_of_id, made.get_absolute_url()) == (
        "en",
        first.post_id,
        "/pages/about-en/",
    )


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"title": "", "slug": ""}, 422),
        ({"title": "x", "slug": "about"}, 409),
        ({"title": "x", "slug": "！"}, 409),
        ({"title": "x", "slug": "x", "lang": "xx"}, 422),
        ({"usual": "nothing"}, 422),
        ({"move": "up:999"}, 409),
        ({"move": "sideways:1"}, 409),
    ],
    ids=str,
)
def test_faults_are_said_and_make_no_page(data, status, editor, clock):
    make_page()
    assert browser(editor).post(DESK, data).status_code == status
    assert Post.objects.count() == 1


def test_arrows_move_a_page(editor, clock):
    _first, second = make_page(), make_page(slug="contact", title="連絡")
    browser(editor).post(DESK, {"move": f"up:{second.post_id}"})
    assert list(Post.objects.pages().values_list("slug", flat=True)) == ["contact", "about"]
    browser(editor).post(DESK, {"move": f"up:{second.post_id}"})
    browser(editor).post(DESK, {"move": f"down:{second.post_id}"})
    assert list(Post.objects.pages().values_list("slug", flat=True)) == ["about", "contact"]


def test_the_list_of_articles_says_what_is_a_page(editor, clock):
    make_page()
    assert "固定ページ" in browser(editor).get("/admin/posts/post/").content.decode()
    assert "運営者情報" in browser(editor).get("/admin/posts/post/?status=public").content.decode()


def test_a_preview_shows_the_page_as_readers_will_see_it(editor, clock):
    draft = make_page("draft", title="運営者情報")
    page = browser(editor).get(f"/preview/{draft.pk}/").content.decode()
    assert "運営者情報</h1>" in page
    assert "読了" not in page
