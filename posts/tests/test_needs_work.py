"""The needs-work page: who sees what, clusters, filters, the worst first, the trend, and the same as files."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from posts import quality, workflow
from posts.checks import CHECKS
from posts.checks.names import NAMES
from posts.models import Post, Revision, Severity, StockDay
from posts.workflow import queues
from posts.workflow.stock import Stock, Wanted

from .make import PAGE, make_document, make_user
from .test_stock import GOOD, arrive, paragraphs

MARK = "---END---"


@pytest.fixture
def stock(clock):
    """Three articles of an import, the worst last, and one draft of the writer's, judged."""
    good = arrive("a", f"{paragraphs(1)}\n\n出典：検査協会\n\n[協会](https://example.com/)")
    marked = arrive("b", f"{paragraphs(2)}\n\n{MARK}", category="技術", tags=["検査"])
    worst = arrive(
        "c", f"{paragraphs(3)}\n\n{MARK}\n\n私は工場を訪ねました。", category="経済", author="田中"
    )
    fields = GOOD | {"title": "工場の検査を助けるAIの費用と効果", "body": f"{paragraphs(4)}\n\n{MARK}"}
    own = workflow.new_post(make_document(**fields), by=make_user("writer"), page=PAGE)
    quality.check_stock(jobs=1)
    return {"good": good, "marked": marked, "worst": worst, "own": own}


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(make_user(role))
    return client


def page(role: str = "editor", query: str = "", language: str = "en"):
    client = client_of(role)
    client.cookies["django_language"] = language
    return client.get(reverse("admin:posts_needs_work") + query)


def titles(answer) -> list[str]:
    return [row.revision.title for row in answer.context["page"].object_list]


def test_every_check_has_a_name():
    assert set(NAMES) == set(CHECKS)


def test_the_worst_comes_first_and_each_finding_is_said(stock):
    answer = page(query="?severity=error")
    assert titles(answer)[0] == stock["worst"].title
    assert set(titles(answer)) == {stock[name].title for name in ("worst", "marked", "own")}
    html = answer.content.decode()
    assert "mark(s) of a generator are left in the text" in html
    assert reverse("admin:posts_post_change", args=[stock["worst"].post_id]) in html


def test_clusters_count_articles_by_check(stock, editor):
    found = {(one.check, one.severity): one.posts for one in Stock(editor).clusters()}
    assert found["ai.marker", "error"] == 3 and found["style.first_person", "error"] == 1
    order = [one.severity for one in Stock(editor).clusters(Wanted(infos=True))]
    assert order == sorted(order, key=list(Severity.values).index) and "info" in order


def test_a_writer_sees_their_own_articles_alone(stock):
    answer = page("writer")
    assert titles(answer) == [stock["own"].title]
    assert "template" not in answer.content.decode().lower()
    assert client_of("writer").get(reverse("admin:posts_common_paragraphs")).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?check=ai.marker", {"worst", "marked", "own"}),
        ("?check=style.first_person", {"worst"}),
        ("?check=ai.marker&state=open", {"own"}),
        ("?check=ai.marker&state=public", {"worst", "marked"}),
        ("?check=ai.marker&site=site", {"worst", "marked"}),
        ("?check=ai.marker&author=%E7%94%B0%E4%B8%AD", {"worst"}),
        ("?check=ai.marker&author=nobody", set()),
        ("?check=ai.marker&assignee=nobody", {"worst", "marked", "own"}),
        ("?check=ai.marker&tag=%E6%A4%9C%E6%9F%BB", {"worst", "marked", "own"}),
        ("?check=ai.marker&tag=none", set()),
        ("?check=no.such", set()),
    ],
)
def test_filters(stock, query, found):
    answer = page(query=query)
    assert set(titles(answer)) == {stock[name].title for name in found}


def test_a_section_filters(stock):
    key = Revision.objects.get(pk=stock["marked"].pk).category_id
    assert titles(page(query=f"?section={key}&severity=error")) == [stock["marked"].title]


@pytest.mark.parametrize(
    "query", ["?severity=odd", "?section=x", "?assignee=-1", "?page=9", "?state=x", "?format=xml"]
)
def test_odd_addresses_are_not_found(stock, query):
    assert page(query=query).status_code == 404


def test_infos_are_shown_when_they_are_asked_for(stock):
    level = "stock-info"
    assert level not in page().content.decode() and level in page(query="?infos=1").content.decode()


def test_a_waived_finding_needs_no_work(stock, publisher):
    workflow.waive(stock["marked"], "ai.marker", by=publisher, reason="記号は記事の題材そのものです。")
    assert stock["marked"].title not in titles(page(query="?check=ai.marker"))


def test_what_has_left_the_stock_is_not_listed(stock, publisher, clock):
    clock.shift(60)
    workflow.perform("unpublish", stock["marked"], by=publisher, comment="古くなりました")
    assert stock["marked"].title not in titles(page(query="?check=ai.marker"))


def test_a_text_in_review_leads_to_its_review(stock, editor):
    row = Revision.objects.get(pk=stock["own"].pk)
    Revision.objects.filter(pk=row.pk).update(status="in_review", submitted_at=timezone.now())
    assert reverse("admin:posts_post_review", args=[row.post_id]) in page().content.decode()


def test_the_file_for_a_spreadsheet(stock):
    Revision.objects.filter(pk=stock["worst"].pk).update(title="=1+1")
    answer = page(query="?format=csv&check=style.first_person")
    words = b"".join(answer.streaming_content).decode()
    assert words.startswith("\ufeff") and answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(words[1:])))
    assert {row[1] for row in rows[1:]} == {"'=1+1"}
    assert {"ai.marker", "style.first_person"} <= {row[5] for row in rows[1:]}


def test_the_file_has_the_form_of_the_command(stock):
    answer = page(query="?format=json&check=style.first_person")
    (found,) = json.loads(b"".join(answer.streaming_content))
    assert found["path"] == "posts/c.md" and set(found) == {"path", "url", "findings"}
    assert set(found["findings"][0]) == {"id", "severity", "line", "count", "snippet"}


def test_the_trend_is_a_line_and_a_table(stock):
    assert "<polyline" not in page().content.decode()
    StockDay.objects.create(
        day=timezone.localdate() - timedelta(days=3), check_id="", severity="error", posts=9
    )
    html = page().content.decode()
    assert "<polyline" in html and "2026-02-26" in html and "style=" not in html
    assert "<polyline" not in page("writer").content.decode()
    assert StockDay.objects.get(day=date(2026, 3, 1), check_id="", severity="error").posts == 3


def test_paragraphs_for_the_template_are_listed(clock):
    note = (
        "この記事の内容は公開時点のものであり、変更されることがあります。購入は自己責任でお願いいたします。"
    )
    for name in "abcde":
        arrive(name, f"{paragraphs(ord(name))}\n\n{note}")
    quality.check_stock(jobs=1)
    html = client_of("editor").get(reverse("admin:posts_common_paragraphs")).content.decode()
    assert note in html


def test_my_desk_counts_errors_and_leads_here(stock, writer):
    assert [row.pk for row in queues.needing_work(writer)] == [stock["own"].pk]
    html = client_of("editor").get(reverse("admin:index")).content.decode()
    assert reverse("admin:posts_needs_work") + "?severity=error" in html


def test_the_page_asks_few_questions(stock):
    client = client_of("editor")
    client.get(reverse("admin:posts_needs_work"))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("admin:posts_needs_work"))
    assert len(asked) < 15, [one["sql"][:120] for one in asked]


def test_an_erased_article_is_listed_nowhere(stock, chief, editor):
    workflow.purge(Post.objects.get(pk=stock["own"].post_id), by=chief, reason="法に基づく消去です。")
    assert stock["own"].pk not in set(Stock(editor).needing_work().values_list("pk", flat=True))
