"""The editor's endpoints: who may ask, what they answer, and what bad questions get."""

import io
import json
from datetime import timedelta

import PIL.Image
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.admin.editor.addresses import ENDPOINTS
from posts.admin.forms import Names
from posts.models import Buffer, HistoryEntry, Image, Post, Revision, Tag

from .make import NOON, make_post, make_user
from .test_desk import FIELDS, browser, page

PREVIEW, UPLOAD = "admin:posts_preview_text", "admin:posts_upload"
FIND, NAMES, BUFFER = "admin:posts_find_posts", "admin:posts_names", "admin:posts_buffer"
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


def png(size=(40, 30)) -> SimpleUploadedFile:
    data = io.BytesIO()
    PIL.Image.new("RGB", size, "teal").save(data, "PNG")
    return SimpleUploadedFile("x.png", data.getvalue(), "image/png")


def keep(user, post=None, fields=None, **more):
    sent = {
        "post": post.pk if post else "",
        "fields": json.dumps({"body": "途中"} if fields is None else fields),
    }
    return browser(user).post(reverse(BUFFER), sent | more, **JSON)


def titles(user, **query) -> list[str]:
    return [item["title"] for item in browser(user).get(reverse(FIND), query).json()["articles"]]


# --- all of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_script_without_a_session_is_told_so_in_words(name, client):
    method = ENDPOINTS[name][1][0].lower()
    answer = getattr(client, method)(reverse(f"admin:{name}"))
    assert answer.status_code == 401
    assert "ログイン" in answer.json()["error"]
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ENDPOINTS)
def test_staff_without_a_role_are_refused(name):
    nobody = browser(make_user(name="nobody"))
    for method in ENDPOINTS[name][1]:
        answer = getattr(nobody, method.lower())(reverse(f"admin:{name}"))
        assert answer.status_code == 403 or (name == "posts_buffer" and answer.status_code in (200, 302))


@pytest.mark.parametrize("name", ENDPOINTS)
def test_other_methods_are_not_taken(name, editor):
    client, address, taken = browser(editor), reverse(f"admin:{name}"), ENDPOINTS[name][1]
    for method in {"GET", "POST", "DELETE"} - {*taken}:
        answer = client.generic(method, address)
        assert (answer.status_code, answer["Allow"]) == (405, ", ".join(taken))
    assert client.put(address).status_code == 405


def test_a_forged_form_of_another_site_is_refused(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(reverse(BUFFER), {"fields": "{}"}).status_code == 403
    assert not Buffer.objects.exists()


# --- preview --------------------------------------------------------------------------------------------------------


def test_preview_is_the_real_page_and_stores_nothing(writer):
    answer = browser(writer).post(reverse(PREVIEW), {"body": "## 章\n\n**「語」**です<script>x</script>"})
    told = answer.json()
    assert "<strong>「語」</strong>" in told["html"]
    assert "<script" not in told["html"]
    assert told["minutes"] == 1
    assert not Post.objects.exists()
    assert not HistoryEntry.objects.exists()


def test_preview_tells_in_words_why_a_text_cannot_be_shown(writer):
    told = browser(writer).post(reverse(PREVIEW), {"body": "> " * 3000}).json()
    assert "html" not in told
    assert "入れ子" in told["problem"] or "表示" in told["problem"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"body": "字" * 200_001}, 413),
        ({"body": "x", "format": "docx"}, 400),
        ({"body": "x", "lang": "x" * 500}, 200),
        ({"body": "a\0b"}, 200),
        ({}, 200),
    ],
)
def test_preview_answers_odd_questions(fields, status, writer):
    assert browser(writer).post(reverse(PREVIEW), fields).status_code == status


def test_preview_that_is_asked_for_too_often_says_so(writer, clock, monkeypatch):
    monkeypatch.setattr("posts.admin.editor.preview.A_MINUTE", 2)
    client = browser(writer)
    codes = [client.post(reverse(PREVIEW), {"body": "x"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    other = browser(make_user("editor"))
    assert other.post(reverse(PREVIEW), {"body": "x"}).status_code == 200
    clock.shift(timedelta(minutes=1))
    assert client.post(reverse(PREVIEW), {"body": "x"}).status_code == 200


# --- images ---------------------------------------------------------------------------------------------------------


def test_a_pasted_image_goes_through_the_gate(writer):
    answer = browser(writer).post(reverse(UPLOAD), {"upload": png()})
    assert answer.status_code == 201
    assert answer.json() == {"address": Image.objects.get().address, "width": 40, "height": 30, "alt": ""}


@pytest.mark.parametrize(
    ("upload", "status", "words"),
    [
        (SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png"), 422, "画像"),
        (SimpleUploadedFile("x.png", b"", "image/png"), 422, ""),
        (SimpleUploadedFile("x.png", bytes(20 * 1024 * 1024 + 1), "image/png"), 422, "20 MB"),
        (None, 400, "画像"),
    ],
    ids=["no image", "empty", "too large", "no file"],
)
def test_what_is_no_image_is_refused_in_words(upload, status, words, writer):
    answer = browser(writer).post(reverse(UPLOAD), {"upload": upload} if upload else {})
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert not Image.objects.exists()


def test_images_need_their_own_permission(writer):
    writer.groups.get().permissions.remove(*writer.groups.get().permissions.filter(codename="add_image"))
    assert browser(writer).post(reverse(UPLOAD), {"upload": png()}).status_code == 403
    assert '"upload": ""' in browser(writer).get(reverse("admin:posts_post_add")).context["editor"]


# --- links to our own articles --------------------------------------------------------------------------------------


def test_articles_are_found_however_the_title_is_spelt(editor):
    make_post("draft", title="ＡＩと電力の話")
    make_post("draft", title="港の朝")
    assert titles(editor, q="ai 朝") == []
    assert titles(editor, q="話 ai") == ["ＡＩと電力の話"]
    assert titles(editor, q="aiと電力") == ["ＡＩと電力の話"]
    assert titles(editor) == ["港の朝", "ＡＩと電力の話"]


def test_a_writer_finds_no_draft_of_others(writer):
    make_post("draft", title="自分の原稿")
    make_post("draft", by=make_user("writer", name="other"), title="カナリア")
    make_post("discarded", title="破棄した原稿")
    assert titles(writer) == ["自分の原稿"]


@pytest.mark.parametrize(
    "query", [{"q": "\0"}, {"q": "x" * 5000}, {"q": b"\xff\xed\xa0\x80"}, {"p": "1"}, {"q": "%"}]
)
def test_odd_searches_are_answered(query, editor):
    make_post("draft")
    assert browser(editor).get(reverse(FIND), query).status_code == 200


def test_a_public_article_is_linked_by_its_path_and_others_by_number(editor, clock):
    public, draft = make_post("published", slug="a"), make_post("draft", slug="b")
    later = make_post("published", slug="c", at=NOON + timedelta(days=3))
    found = browser(editor).get(reverse(FIND)).json()["articles"]
    paths = [item["path"] for item in found]
    assert paths == [f"/p/{later.post_id}/", f"/p/{draft.post_id}/", public.post.get_absolute_url()]


def test_search_takes_few_queries(editor, django_assert_max_num_queries):
    for number in range(14):
        make_post("published", slug=f"s{number}")
    client = browser(editor)
    with django_assert_max_num_queries(9):
        assert len(client.get(reverse(FIND)).json()["articles"]) == 12


# --- the address by number ------------------------------------------------------------------------------------------


def test_the_address_by_number_leads_to_the_article_once_it_is_public(client, clock):
    revision = make_post("approved", slug="a")
    address = reverse("permanent", args=[revision.post_id])
    assert client.get(address).status_code == 404
    workflow.perform("publish", revision, by=make_user("publisher"))
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, "/2026/03/01/a/")
    assert client.head(address).status_code == 302
    assert client.post(address).status_code == 405


def test_links_survive_a_changed_slug(client, publisher, clock):
    revision = make_post("published", slug="a")
    old = revision.post.get_absolute_url()
    workflow.change_address(revision.post, slug="b", by=publisher)
    by_number = client.get(reverse("permanent", args=[revision.post_id]))
    assert by_number["Location"] == "/2026/03/01/b/"
    assert client.get(old)["Location"] == "/2026/03/01/b/"


def test_the_address_by_number_tells_of_a_retraction_and_hides_the_rest(client, publisher, clock):
    revision = make_post("published", slug="a")
    address = reverse("permanent", args=[revision.post_id])
    clock.shift(60)
    workflow.perform(
        "retract", revision, by=publisher, comment="事実と異なるため取り下げます", notice="おわびします"
    )
    assert client.get(address).status_code == 410
    draft = make_post("draft", slug="b")
    answers = [client.get(reverse("permanent", args=[pk])) for pk in (draft.post_id, 999_999, 10**30)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert client.get("/p/-1/").status_code == client.get("/p/1x/").status_code == 404


# --- names ----------------------------------------------------------------------------------------------------------


def test_tags_are_found_folded_with_their_use(editor, clock):
    make_post("published", tags=["AI"], slug="a")
    make_post("draft", tags=["AI", "生成AI"], slug="b")
    told = browser(editor).get(reverse(NAMES), {"kind": "tag", "q": "ＡＩ"}).json()
    assert [(item["name"], item["count"]) for item in told["names"]] == [("AI", 1), ("生成AI", 0)]
    assert told["exact"] == "AI"


def test_names_are_found_by_their_other_names(editor):
    Tag.objects.create(name="人工知能", aliases=["AI"])
    told = browser(editor).get(reverse(NAMES), {"kind": "tag", "q": "ai"}).json()
    assert told["exact"] == "人工知能"
    assert told["names"][0]["alias"] == "AI"


def test_a_name_that_is_not_there_will_be_made(editor):
    told = browser(editor).get(reverse(NAMES), {"kind": "author", "q": "山田"}).json()
    assert told == {"names": [], "exact": ""}


@pytest.mark.parametrize(
    ("query", "status"),
    [({"kind": "user"}, 400), ({}, 400), ({"kind": "category", "q": "\0%_"}, 200), ({"kind": "tag"}, 200)],
)
def test_names_answer_odd_questions(query, status, editor):
    assert browser(editor).get(reverse(NAMES), query).status_code == status


# --- what was typed and not saved -----------------------------------------------------------------------------------


def test_typed_text_is_kept_and_touches_nothing_else(writer):
    revision = make_post("draft")
    before = Revision.objects.values().get(), HistoryEntry.objects.count()
    answer = keep(writer, revision.post, draft=revision.pk, version=1)
    assert answer.status_code == 200
    kept = Buffer.objects.get()
    assert (kept.user, kept.post, kept.draft, kept.version) == (writer, revision.post, revision, 1)
    assert kept.fields == {"body": "途中"}
    assert (Revision.objects.values().get(), HistoryEntry.objects.count()) == before


def test_kept_text_is_offered_to_its_writer_alone(writer, editor):
    revision = make_post("draft")
    keep(writer, revision.post, fields=FIELDS | {"body": "途中のカナリア"}, draft=revision.pk, version=1)
    mine, theirs = browser(writer).get(page(revision.post)), browser(editor).get(page(revision.post))
    assert "途中のカナリア" in mine.content.decode()
    assert "途中のカナリア" not in theirs.content.decode()
    assert browser(editor).get(reverse(BUFFER), {"post": revision.post_id}).json() == {}
    assert browser(writer).get(reverse(BUFFER), {"post": revision.post_id}).json()["version"] == 1


def test_kept_text_comes_back_into_the_form_with_the_version_it_began_from(writer, editor):
    revision = make_post("draft")
    keep(
        writer,
        revision.post,
        fields=FIELDS | {"body": "途中", "tags": 'a, "b, c"'},
        draft=revision.pk,
        version=1,
    )
    browser(editor).post(page(revision.post), FIELDS | {"body": "編集者の文", "version": 1, "_save": "1"})
    answer = browser(writer).get(page(revision.post), {"restore": "1"})
    form = answer.context["form"]
    assert (form["body"].value(), form["tags"].value()) == ("途中", 'a, "b, c"')
    assert answer.context["version"] == 1
    stale = FIELDS | {"body": "途中", "version": 1, "_draft": revision.pk, "_save": "1"}
    assert browser(writer).post(page(revision.post), stale).status_code == 409
    assert Revision.objects.get().body == "編集者の文"


def test_a_save_drops_what_was_kept(writer):
    revision = make_post("draft")
    keep(writer, revision.post, version=1)
    browser(writer).post(page(revision.post), FIELDS | {"body": "できた", "version": 1, "_save": "1"})
    assert not Buffer.objects.exists()


def test_a_save_that_came_too_late_is_in_the_history_and_kept_nowhere_else(writer, editor):
    revision = make_post("draft")
    keep(writer, revision.post, fields={"body": "記者の文"}, version=1)
    for user, words in ((editor, "編集者の文"), (writer, "記者の文")):
        browser(user).post(page(revision.post), FIELDS | {"body": words, "version": 1, "_save": "1"})
    assert "記者の文" in revision.post.history.get(step="conflict").text
    assert not Buffer.objects.exists()


@pytest.mark.parametrize("version", [1, 0], ids=["saved", "kept in the history"])
def test_the_next_page_is_told_once_which_copy_of_the_browser_is_settled(version, writer):
    revision = make_post("draft")
    client, sent = (
        browser(writer),
        {"body": "新", "version": version, "_save": "1", "_copy": "editorial:text:1"},
    )
    client.post(page(revision.post), FIELDS | sent)
    pages = [json.loads(client.get(page(revision.post)).context["editor"]) for _ in range(2)]
    assert [data["settled"] for data in pages] == [["editorial:text:1"], []]


def test_a_refused_save_keeps_it(writer):
    revision = make_post("draft")
    keep(writer, revision.post, version=1)
    browser(writer).post(page(revision.post), FIELDS | {"title": "", "version": 1, "_save": "1"})
    assert Buffer.objects.exists()


def test_text_of_a_new_article_is_kept_and_dropped_when_it_is_made(writer):
    keep(writer, fields=FIELDS | {"body": "新しい記事の途中"})
    add = reverse("admin:posts_post_add")
    assert "新しい記事の途中" in browser(writer).get(add).content.decode()
    assert browser(writer).get(add, {"restore": "1"}).context["form"]["body"].value() == "新しい記事の途中"
    assert browser(writer).post(add, FIELDS | {"_save": "1"}).status_code == 302
    assert not Buffer.objects.exists()


def test_kept_text_that_equals_the_saved_one_is_not_offered(writer):
    revision = make_post("draft", tags=["a", "b, c"], summary="要約")
    fields = FIELDS | {"tags": 'a, "b, c"', "summary": "要約", "category": "", "author": ""}
    keep(writer, revision.post, fields=fields, version=1)
    assert browser(writer).get(page(revision.post)).context["kept"] is None


def test_kept_text_of_a_closed_article_can_still_be_read(writer):
    revision = make_post("in_review")
    keep(writer, revision.post, fields={"body": "間に合わなかった文"})
    assert "間に合わなかった文" in browser(writer).get(page(revision.post)).content.decode()


@pytest.mark.parametrize("way", ["script", "form", "delete"])
def test_kept_text_is_dropped_when_its_writer_says_so(way, writer):
    revision = make_post("draft")
    keep(writer, revision.post)
    client, path = browser(writer), f"{reverse(BUFFER)}?post={revision.post_id}"
    if way == "delete":
        assert client.delete(path, **JSON).status_code == 200
    else:
        answer = client.post(path, {"drop": "1"}, **(JSON if way == "script" else {}))
        assert answer.status_code == (200 if way == "script" else 302)
    assert not Buffer.objects.exists()


def test_a_second_text_replaces_the_first(writer):
    revision = make_post("draft")
    for words in ("一", "二"):
        keep(writer, revision.post, fields={"body": words})
        keep(writer, fields={"body": words})
    assert sorted((kept.post_id is None, kept.fields["body"]) for kept in Buffer.objects.all()) == [
        (False, "二"),
        (True, "二"),
    ]


def test_nobody_keeps_a_text_at_an_article_that_is_not_for_their_eyes(writer):
    stranger = make_user("writer", name="stranger")
    revision = make_post("draft")
    assert keep(stranger, revision.post).status_code == 404
    assert not Buffer.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"fields": "no json"}, 400),
        ({"fields": "[1]"}, 400),
        ({"fields": '{"body": 1}'}, 400),
        ({"fields": "[" * 100_000}, 400),
        ({}, 400),
        ({"fields": '{"body": "' + "x" * 600_000 + '"}'}, 413),
        ({"fields": '{"body": "a\\u0000b\\ud800", "status": "published"}'}, 200),
        ({"fields": "{}", "version": "9" * 18, "draft": "999"}, 200),
        ({"fields": "{}", "post": "99999"}, 404),
        ({"fields": "{}", "post": "x"}, 404),
        ({"fields": "{}", "post": "9" * 40}, 404),
        ({"fields": "{}", "user": "0"}, 409),
    ],
)
def test_odd_texts_get_a_clear_answer(sent, status, writer):
    assert browser(writer).post(reverse(BUFFER), sent, **JSON).status_code == status
    assert not Buffer.objects.filter(fields__has_key="status").exists()


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_page_hands_over_targets_and_words(writer):
    answer = browser(writer).get(reverse("admin:posts_post_add"))
    data = json.loads(answer.context["editor"])
    assert data["targets"]["title"]["max"] == 32
    assert data["targets"]["summary"] == {"min": 80, "max": 120, "limit": 5000}
    assert data["words"]["count_aim"] == "%(count)s / 目安%(max)s字"
    assert data["phrases"]["Find"] == "検索"
    assert b"<textarea" in answer.content


def test_the_page_takes_few_queries(writer, django_assert_max_num_queries):
    revision = make_post("draft", tags=["a", "b"])
    keep(writer, revision.post, fields=FIELDS | {"body": "途中"}, version=1)
    client = browser(writer)
    client.get(page(revision.post))
    with django_assert_max_num_queries(14):
        client.get(page(revision.post))


@pytest.mark.parametrize("names", [["a", "b, c"], ["「甲、乙」", "丙"], ["x"]])
def test_names_with_commas_come_back_as_they_were(names):
    field = Names()
    assert field.to_python(field.prepare_value(names)) == names
