"""Tags, sections and people at the desk: lists, merging, order, portraits."""

import io

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.models import Author, Category, Image, Tag
from posts.models.usage import counted

from .make import make_post, make_user


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def picture(colour="teal") -> SimpleUploadedFile:
    file = io.BytesIO()
    PIL.Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return SimpleUploadedFile("x.png", file.getvalue(), "image/png")


def path(model, page="changelist", *args) -> str:
    return reverse(f"admin:posts_{model}_{page}", args=args)


def test_counts_say_what_readers_find_and_what_names_it(editor, writer, clock):
    live = make_post(
        "published", slug="a", tags=["t"], category="s", also_in=["u"], author="a", coauthors=["b"]
    )
    make_post("draft", slug="b", tags=["t"], category="u", author="b")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer)
    workflow.save_draft(draft, draft.to_document().replace(tags=[], category="u"), by=writer, version=1)
    counts = {
        row.name: (row.public, row.articles)
        for model in (Tag, Category, Author)
        for row in counted(model.objects.all())
    }
    assert counts == {"t": (1, 2), "s": (1, 1), "u": (1, 2), "a": (1, 1), "b": (1, 2)}


@pytest.mark.parametrize("order", ["4", "-4", "5", "-5"])
@pytest.mark.parametrize("model", ["tag", "category", "author"])
def test_lists_are_sorted_by_counts(model, order, editor):
    make_post("draft", tags=["a", "b"], category="s", author="x")
    assert browser(editor).get(path(model), {"o": order}).status_code == 200


@pytest.mark.parametrize("words", ["ＡＩ", "ai", "人工", "人工 知能", "えーあい", "AI-tag"])
def test_search_finds_names_and_other_names_however_they_are_spelt(words, editor):
    Tag.objects.create(name="AI", slug="ai-tag", aliases=["人工知能", "エーアイ"])
    Tag.objects.create(name="金利")
    page = browser(editor).get(path("tag"), {"q": words}).content.decode()
    assert ("ai-tag" in page) == (words != "えーあい")
    assert "金利" not in page


@pytest.mark.parametrize("words", ["\0", "%", "_", "'\"", "x" * 5000, " "])
def test_odd_searches_answer(words, editor):
    assert browser(editor).get(path("tag"), {"q": words}).status_code == 200


@pytest.mark.parametrize("model", ["tag", "category", "author"])
def test_lists_need_as_many_queries_for_many_rows(model, editor, django_assert_max_num_queries):
    for number in range(6):
        make_post("draft", tags=[f"t{number}"], category=f"s{number}", author=f"a{number}")
    client = browser(editor)
    with django_assert_max_num_queries(10):
        assert client.get(path(model)).status_code == 200


def test_merge_from_the_list_to_the_summary(editor, clock):
    make_post("published", slug="a", tags=["人工知能"])
    make_post("published", slug="b", tags=["AI"])
    make_post("draft", slug="c", tags=["A.I."])
    client = browser(editor)
    keys = {row.name: row.pk for row in Tag.objects.all()}
    answer = client.post(path("tag"), {"action": "merge", "_selected_action": list(keys.values())})
    choose = client.get(answer["Location"])
    assert choose.status_code == 200
    ids = ",".join(map(str, keys.values()))
    seen = client.get(path("tag", "merge"), {"ids": ids, "into": keys["AI"], "choose": "1"}).content.decode()
    assert "/tags/人工知能/" in seen
    assert "/tags/a.i/" not in seen
    assert Tag.objects.count() == 3
    answer = client.post(path("tag", "merge"), {"ids": ids, "into": keys["AI"]}, follow=True)
    assert "2" in answer.content.decode()
    assert set(Tag.objects.get().aliases) == {"人工知能", "A.I."}


def test_merge_into_a_name_that_was_not_chosen_in_the_list(editor):
    make_post("draft", tags=["a", "b"])
    Tag.objects.filter(name="b").update(aliases=["びい"])
    ids = Tag.objects.get(name="a").pk
    client = browser(editor)
    assert "b" in client.get(path("tag", "merge"), {"ids": ids, "other": "びい"}).content.decode()
    assert client.get(path("tag", "merge"), {"ids": ids, "other": "ない"}).status_code == 409
    into = Tag.objects.get(name="b").pk
    assert client.post(path("tag", "merge"), {"ids": ids, "into": into}).status_code == 302
    assert Tag.objects.get().aliases == ["びい", "a"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 404),
        ({"ids": "x"}, 404),
        ({"ids": "99999999"}, 404),
        ({"ids": "9" * 40}, 404),
        ({"ids": ",".join(map(str, range(1, 500)))}, 404),
        ({"ids": "1,\0"}, 404),
    ],
)
def test_odd_merges_are_absent(query, status, editor):
    make_post("draft", tags=["a"])
    for answer in (
        browser(editor).get(path("tag", "merge"), query),
        browser(editor).post(path("tag", "merge"), query),
    ):
        assert answer.status_code == status


def test_merge_without_a_choice_or_by_others_changes_nothing(editor, writer):
    make_post("draft", tags=["a", "b"])
    ids = ",".join(str(row.pk) for row in Tag.objects.all())
    into = Tag.objects.get(name="a").pk
    assert browser(editor).post(path("tag", "merge"), {"ids": ids}).status_code == 200
    assert browser(editor).post(path("tag", "merge"), {"ids": into, "into": into}).status_code == 409
    for method in ("get", "post"):
        answer = getattr(browser(writer), method)(path("tag", "merge"), {"ids": ids, "into": into})
        assert answer.status_code == 403
    assert Tag.objects.count() == 2


def test_what_articles_name_is_not_deleted_but_led_to_merging(editor):
    make_post("draft", tags=["a"])
    unused = Tag.objects.create(name="u")
    used = Tag.objects.get(name="a")
    client = browser(editor)
    for method in ("get", "post"):
        answer = getattr(client, method)(path("tag", "delete", used.pk), {"post": "yes"})
        assert answer["Location"] == f"{path('tag', 'merge')}?ids={used.pk}"
    assert client.get(path("tag", "delete", unused.pk)).status_code == 200
    assert client.post(path("tag", "delete", unused.pk), {"post": "yes"}).status_code == 302
    assert list(Tag.objects.values_list("name", flat=True)) == ["a"]


def test_changed_slug_in_the_form_leaves_a_redirect(editor, clock):
    live = make_post("published", slug="a", category="投資")
    client = browser(editor)
    data = {"name": "投資", "slug": "toushi", "aliases": "", "description": "", "disclaimer": ""}
    assert client.post(path("category", "change", live.category_id), data).status_code == 302
    assert Client().get("/categories/投資/")["Location"] == "/categories/toushi/"


def test_sections_move_by_button_and_as_a_whole(editor, writer):
    keys = [Category.objects.create(name=name, position=n).pk for n, name in enumerate("abc")]
    client = browser(editor)
    assert client.post(path("category", "order"), {"move": f"up:{keys[2]}"}).status_code == 302
    assert [row.name for row in Category.objects.all()] == ["a", "c", "b"]
    client.post(path("category", "order"), {"move": f"up:{keys[0]}"})
    assert [row.name for row in Category.objects.all()] == ["a", "c", "b"]
    client.post(path("category", "order"), {"order": [keys[1], keys[2], keys[0]]})
    assert [row.name for row in Category.objects.all()] == ["b", "c", "a"]
    for odd in ({"move": "up:x"}, {"move": "left:1"}, {"order": keys[:2]}, {"order": ["x", "\0", "1"]}, {}):
        assert client.post(path("category", "order"), odd).status_code == 302
    assert client.get(path("category", "order")).status_code == 405
    browser(writer).post(path("category", "order"), {"move": f"up:{keys[0]}"})
    assert [row.name for row in Category.objects.all()] == ["b", "c", "a"]
    assert "order-handle" not in browser(writer).get(path("category")).content.decode()


def test_new_section_stands_last(editor):
    Category.objects.create(name="a", position=40)
    browser(editor).post(path("category", "add"), {"name": "b", "slug": "", "aliases": ""})
    assert [row.name for row in Category.objects.all()] == ["a", "b"]


AUTHOR = {"name": "田中花子", "slug": "", "aliases": "", "bio": "経済部"}


def test_portrait_goes_through_the_gate_and_onto_the_public_page(editor, clock):
    make_post("published", slug="a", author="田中花子")
    author = Author.objects.get()
    client = browser(editor)
    bad = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    form = path("author", "change", author.pk)
    assert client.post(form, AUTHOR | {"upload": bad, "alt": ""}).status_code == 200
    assert Image.objects.count() == 0
    assert client.post(form, AUTHOR | {"upload": picture(), "alt": "顔写真"}).status_code == 302
    author.refresh_from_db()
    assert (author.portrait.alt, author.portrait.width) == ("顔写真", 40)
    assert author.portrait.file.url in Client().get(author.get_absolute_url()).content.decode()
    assert author.portrait.file.url in client.get(path("author")).content.decode()
    client.post(form, AUTHOR | {"alt": "横顔"})
    assert Author.objects.get().portrait.alt == "横顔"
    client.post(form, AUTHOR | {"alt": "", "no_portrait": "on"})
    assert Author.objects.get().portrait is None


def test_an_author_is_linked_to_people_of_the_desk_only(editor, writer):
    reader = make_user(name="reader")
    reader.is_staff = False
    reader.save()
    client = browser(editor)
    page = client.get(path("author", "add")).content.decode()
    assert f'value="{writer.pk}"' in page
    assert f'value="{reader.pk}"' not in page
    assert client.post(path("author", "add"), AUTHOR | {"user": reader.pk, "alt": ""}).status_code == 200
    assert client.post(path("author", "add"), AUTHOR | {"user": writer.pk, "alt": ""}).status_code == 302
    assert client.post(path("author", "add"), AUTHOR | {"name": "別人", "user": writer.pk}).status_code == 200
    assert Author.objects.get().user == writer


@pytest.mark.parametrize("model", ["tag", "category", "author"])
def test_writers_look_at_names_and_change_nothing(model, writer):
    make_post("draft", tags=["a"], category="a", author="a")
    client = browser(writer)
    assert client.get(path(model)).status_code == 200
    assert client.post(path(model, "add"), {"name": "x"}).status_code == 403
    assert "merge" not in client.get(path(model)).content.decode().split("changelist-form")[1]


def test_taggits_own_pages_are_not_at_the_desk(writer):
    client = browser(writer)
    assert client.get("/admin/taggit/tag/merge-tags/").status_code == 404
    assert client.post("/admin/taggit/tag/merge-tags/", {"new_tag_name": "AI"}).status_code == 404


def test_the_address_of_the_app_leads_to_my_desk(writer):
    answer = browser(writer).get("/admin/posts/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
