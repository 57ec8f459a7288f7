"""What an article declares of itself: that it is paid for, what it is no advice for, what a machine wrote."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.difference import compare
from posts.document import Document
from posts.models import Category, Revision
from posts.models.choices import AiUse, Approval, Sponsorship
from posts.rendering import Rendered
from posts.roles import SYSTEM

from .hiding import replaced, text_of
from .make import NOON, advance, import_post, make_document, make_post, make_user

ARTICLE = "/2026/03/01/a/"
OUT = '<a href="https://example.com/" rel="nofollow noopener noreferrer">店</a>'


# --- advertising ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [one for one in Sponsorship if one], ids=str)
def test_the_label_stands_above_the_headline_on_the_page_and_in_every_list(kind, clock):
    names = {"category": "経済", "tags": ["本"], "author": "北見"}
    make_post("published", slug="a", title="見出しの言葉", sponsorship=kind.value, **names)
    row = Category.objects.get()
    lists = [
        "/",
        "/tags/本/",
        "/search/?q=本文",
        "/2026/03/",
        f"/categories/{row.slug}/",
        "/authors/北見/",
    ]
    label = f'<p class="label">{kind.label}</p>'
    for path in [ARTICLE, *lists]:
        page = text_of(path)
        body = page[page.index("<main") :]
        assert body.count(label) == 1, path
        heading = re.search(r"<h[1-3][^>]*>(?:<a[^>]*>)?見出しの言葉", body)
        assert body.index(label) < heading.start(), path


def test_the_label_stands_with_the_titles_beside_another_article(clock):
    make_post("published", slug="b", title="前の記事", sponsorship="tie_up", category="経済")
    clock.shift(60)
    make_post("published", slug="a", category="経済")
    page = text_of(ARTICLE)
    below = page[page.index('class="neighbours"') :]
    assert "タイアップ | 前の記事" in below


def test_an_article_nobody_has_paid_for_has_no_label(clock):
    make_post("published", slug="a")
    assert 'class="label"' not in text_of("/") + text_of(ARTICLE)


def test_other_sites_show_the_label_with_the_title(clock):
    make_post("published", slug="a", title="見出し", sponsorship="ad")
    assert re.search(r'property="og:title"\s+content="広告（PR） \| 見出し"', text_of(ARTICLE))


def test_no_template_words_the_label_itself():
    """Whoever writes the words of a column by hand forgets them in the next list."""
    found = [
        path.name
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        if "get_sponsorship_display" in path.read_text("utf-8")
    ]
    assert found == []


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        (OUT, OUT.replace('rel="', 'rel="sponsored ')),
        (OUT.replace("<a ", "<a title='say \"so\" > x' "), None),
        ('<a href="/2026/03/01/b/">内</a>', '<a href="/2026/03/01/b/">内</a>'),
        ('<code>&lt;a rel="nofollow x"</code>', '<code>&lt;a rel="nofollow x"</code>'),
        (OUT * 2, OUT.replace('rel="', 'rel="sponsored ') * 2),
    ],
    ids=["outbound", "with a title", "our own", "in code", "two"],
)
def test_links_out_of_a_paid_text_say_so(html, wanted):
    wanted = wanted or html.replace('rel="', 'rel="sponsored ')
    assert Revision(html=html, sponsorship="affiliate").reader_html == wanted
    assert Revision(html=html).reader_html == html


def test_the_page_of_a_paid_text_has_links_that_say_so(clock):
    page = Rendered(html=f"<p>{OUT}</p>", toc=(), text="店", minutes=1)
    draft = workflow.new_post(
        make_document(slug="a", sponsorship="affiliate"), by=make_user("writer"), page=page
    )
    advance(draft, "published")
    assert 'rel="sponsored nofollow noopener noreferrer"' in text_of(ARTICLE)


# --- disclaimers ------------------------------------------------------------------------------------------------------

WORDS = "投資の勧誘や助言ではありません。"


def test_the_disclaimer_of_the_section_stands_above_and_below_the_text(clock):
    make_post("published", slug="a", category="投資")
    Category.objects.update(disclaimer=WORDS)
    page = text_of(ARTICLE)
    assert page.count(WORDS) == 2
    assert page.index(WORDS) < page.index('class="prose"') < page.rindex(WORDS)


def test_the_disclaimer_of_a_further_section_stands_there_as_well(clock):
    live = make_post("published", slug="a", category="技術", also_in=["連載", "投資"])
    Category.objects.filter(name="投資").update(disclaimer=WORDS)
    assert text_of(ARTICLE).count(WORDS) == 2
    assert Revision.objects.get(pk=live.pk).disclaimer == WORDS


def test_the_page_of_the_section_shows_its_disclaimer(clock):
    make_post("published", slug="a", category="投資")
    Category.objects.update(disclaimer=WORDS)
    assert text_of(Category.objects.get().get_absolute_url()).count(WORDS) == 1


@pytest.mark.parametrize(
    ("typed", "asked", "kept"),
    [
        (
            "",
            True,
            "本記事は情報提供を目的とし、投資の勧誘や助言ではありません。最終判断はご自身でお願いします。",
        ),
        ("自社の言葉", True, "自社の言葉"),
        ("", False, ""),
    ],
    ids=["offered", "own words stay", "not asked for"],
)
def test_the_form_of_a_section_offers_the_usual_words(typed, asked, kept, editor):
    client = Client()
    client.force_login(editor)
    data = {"name": "投資", "slug": "invest", "aliases": "", "description": "", "disclaimer": typed}
    answer = client.post("/admin/posts/category/add/", data | ({"usual_disclaimer": "on"} if asked else {}))
    assert answer.status_code == 302
    assert Category.objects.get().disclaimer == kept


# --- the use of AI ----------------------------------------------------------------------------------------------------

CHECKED = "編集部が確認しました"
USED = {"generated": "この記事の作成にAIを使用し", "assisted": "この記事の作成にAIを補助的に使用し", "": ""}


def reviewed(**fields) -> Revision:
    return make_post("published", slug="a", **fields)


def sampled(**fields) -> Revision:
    """As `accept_batch` leaves it: approved by a person, and not read."""
    revision = make_post("approved", slug="a", **fields)
    Revision.objects.filter(pk=revision.pk).update(approval=Approval.SAMPLED)
    return workflow.perform("publish", Revision.objects.get(pk=revision.pk), by=make_user("publisher"))


def adopted(**fields) -> Revision:
    return workflow.perform("adopt", import_post(slug="a", date=NOON, **fields), by=SYSTEM)


def before_samples(**fields) -> Revision:
    """A row of before the second way of approval: its word is empty and means read."""
    revision = make_post("published", slug="a", **fields)
    Revision.objects.filter(pk=revision.pk).update(approval="")
    return revision


@pytest.mark.parametrize("use", [*AiUse], ids=lambda use: use.value or "none")
@pytest.mark.parametrize(
    ("way", "is_checked"),
    [(reviewed, True), (before_samples, True), (sampled, False), (adopted, False)],
    ids=["reviewed", "before samples", "sampled", "adopted"],
)
def test_a_check_by_people_is_claimed_only_where_the_record_has_one(way, is_checked, use, clock):
    way(ai_use=use.value)
    page = text_of(ARTICLE)
    assert (USED[use.value] in page) if use else ("AI" not in page)
    assert (CHECKED in page) == (is_checked and bool(use))


def test_a_change_that_nobody_approved_does_not_inherit_the_check(clock):
    """A reviewed text that a later import replaces says no more than that import knows."""
    way = adopted(ai_use="generated")
    assert not Revision.objects.get(pk=way.pk).is_reviewed
    replaced(way, clock, "typo", "", title="二")
    assert CHECKED in text_of(ARTICLE)


def test_a_draft_claims_no_check_in_its_preview(clock, editor):
    draft = make_post("in_review", slug="a", ai_use="generated")
    client = Client()
    client.force_login(editor)
    page = client.get(f"/preview/{draft.pk}/").content.decode()
    assert "AIを使用しました" in page
    assert CHECKED not in page


# --- ties to those the article is about -------------------------------------------------------------------------------

TIES = "筆者は同社の株を<100株>持っています。"


def test_a_conflict_of_interest_stands_below_the_byline_and_in_the_feeds(clock):
    make_post("published", slug="a", author="北見", disclosure=TIES)
    page, said = text_of(ARTICLE), TIES.replace("<", "&lt;").replace(">", "&gt;")
    assert (
        page.index('rel="author"') < page.index("利益相反") < page.index(said) < page.index('class="prose"')
    )
    assert f"<p>利益相反: {said}</p>" in json.loads(text_of("/feed.json"))["items"][0]["content_html"]


def test_an_article_without_a_conflict_of_interest_says_nothing_of_one(clock):
    make_post("published", slug="a", author="北見")
    assert "利益相反" not in text_of(ARTICLE) + text_of("/feed.xml")


def test_a_conflict_of_interest_goes_the_round_from_the_form_to_a_file_and_back(clock, writer, tmp_path):
    client = Client()
    client.force_login(writer)
    fields = {"title": "見出し", "body": "本文です。", "format": "markdown", "disclosure": TIES}
    client.post(reverse("admin:posts_post_add"), fields)
    draft = Revision.objects.get()
    assert draft.disclosure == TIES and draft.to_document().disclosure == TIES
    assert Document.from_text(draft.post.history.latest("pk").text).disclosure == TIES
    change = compare(make_document(), draft.to_document()).fields
    assert [one.name for one in change] == ["disclosure"]
    call_command("export_markdown", str(tmp_path / "out"), drafts=True, verbosity=0)
    workflow.purge(draft.post, by=make_user("admin"), reason="裁判所の命令により消去します")
    call_command("import_markdown", str(tmp_path / "out"), verbosity=0)
    assert Revision.objects.get().disclosure == TIES


def test_a_conflict_of_interest_has_a_limit_in_words(writer):
    with pytest.raises(workflow.Refused, match="利益相反"):
        workflow.new_post(make_document(disclosure="株" * 301), by=writer)
    assert workflow.new_post(make_document(disclosure="株" * 300), by=writer)


def test_an_import_knows_a_conflict_of_interest_by_its_key(tmp_path):
    (tmp_path / "a.md").write_text(f'---\ntitle: T\ndate: 2026-01-01\ndisclosure: "{TIES}"\n---\n\n本文\n')
    call_command("import_markdown", str(tmp_path), verbosity=0)
    assert "持っています" in Revision.objects.get().disclosure


def test_front_matter_of_that_name_from_before_makes_room():
    """It was never shown, and nobody approved it for readers: it stays what it was, under another name."""
    draft = make_post("draft")
    Revision.objects.filter(pk=draft.pk).update(extra={"layout": "post", "disclosure": "x"})
    import_module("posts.migrations.0016_disclosure").make_room(apps, None)
    now = Revision.objects.get()
    assert (now.extra, now.disclosure) == ({"layout": "post", "disclosure_imported": "x"}, "")
    assert now.to_document().extra == now.extra
