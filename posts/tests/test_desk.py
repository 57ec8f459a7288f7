"""The desk in a browser's words: forms posted by four people."""

import io
from datetime import timedelta

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from posts import workflow
from posts.models import Image, Post, Revision

from .make import NOON, advance, make_post, make_user


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(post) -> str:
    return reverse("admin:posts_post_change", args=[post.pk])


FIELDS = {"title": "見出し", "body": "本文です。", "format": "markdown"}


def step(client, revision, name, **inputs):
    data = {"_step": name, "_revision": revision.pk}
    inputs = {"acknowledged": "on", **inputs} if name == "approve" else inputs
    data |= {f"{name}-{revision.pk}-{key}": value for key, value in inputs.items()}
    return client.post(page(revision.post), data)


def test_four_people_walk_the_whole_round(writer, editor, publisher, client):
    at_desk = browser(writer)
    assert at_desk.get(reverse("admin:posts_post_add")).status_code == 200
    answer = at_desk.post(
        reverse("admin:posts_post_add"), FIELDS | {"_save": "1", "slug": "a", "tags": "AI、投資"}
    )
    assert answer.status_code == 302
    revision = Revision.objects.get()
    answer = at_desk.post(
        page(revision.post), FIELDS | {"title": "新しい見出し", "version": 1, "_submit": "1"}
    )
    assert answer.status_code == 302
    assert step(browser(editor), revision, "approve").status_code == 302
    assert step(browser(publisher), revision, "publish").status_code == 302
    revision.refresh_from_db()
    answer = client.get(revision.get_absolute_url())
    assert "新しい見出し" in answer.content.decode()


@pytest.mark.parametrize("status", ["draft", "returned", "in_review", "approved", "published", "discarded"])
def test_page_opens_for_everyone_who_may_see_it(status, writer, editor, publisher, chief):
    revision = make_post(status)
    for user in (writer, editor, publisher, chief):
        assert browser(user).get(page(revision.post)).status_code == 200


def test_forged_fields_change_nothing(writer, publisher):
    revision = make_post("draft")
    before = Revision.objects.values().get()
    forged = {
        "status": "published",
        "approved_by": writer.pk,
        "live_from": "2026-01-01",
        "number": 9,
        "slug": "x",
    }
    forged |= {
        "post": 99,
        "id": 99,
        "seal": "x",
        "created_by": publisher.pk,
        "html": "<script>",
        "rendered_with": "",
    }
    answer = browser(writer).post(
        page(revision.post), FIELDS | forged | {"title": "新", "version": 1, "_save": "1"}
    )
    after = Revision.objects.values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert answer.status_code == 302
    assert changed == {
        "title",
        "version",
        "saved_at",
        "html",
        "text",
    }  # the body was rendered for the first time
    assert Post.objects.get().slug != "x"


def test_writer_cannot_publish_by_a_forged_step(writer):
    revision = make_post("approved")
    answer = step(browser(writer), revision, "publish")
    assert answer.status_code == 409
    assert Revision.objects.get().status == "approved"


@pytest.mark.parametrize(
    "data", [{"_step": "adopt"}, {"_step": "nonsense"}, {"_step": "approve", "_revision": "x"}, {}]
)
def test_odd_posts_are_answered_in_words_and_change_nothing(data, writer):
    revision = make_post("draft")
    answer = browser(writer).post(page(revision.post), data)
    assert answer.status_code in (400, 409)
    assert Revision.objects.get().status == "draft"


def test_other_peoples_drafts_are_as_absent_as_no_draft(writer):
    revision = make_post("draft", title="カナリア")
    stranger = browser(make_user("writer", name="stranger"))
    entry = revision.post.history.first()
    paths = [page(revision.post), reverse("admin:posts_post_history", args=[revision.post_id])]
    paths += [reverse("admin:posts_post_entry", args=[revision.post_id, entry.pk])]
    for path in paths:
        assert stranger.get(path).status_code == 404
        assert stranger.get(path.replace(str(revision.post_id), "999999")).status_code == 404
    assert "カナリア" not in stranger.get(reverse("admin:posts_post_changelist")).content.decode()


def test_staff_without_a_role_see_nothing():
    revision = make_post("draft")
    nobody = browser(make_user(name="nobody"))
    assert nobody.get(page(revision.post)).status_code in (403, 404)
    assert nobody.get(reverse("admin:posts_post_changelist")).status_code == 403
    assert nobody.post(reverse("admin:posts_post_add"), FIELDS | {"_save": "1"}).status_code == 403


def test_stale_save_shows_both_texts_and_loses_nothing(writer, editor):
    revision = make_post("draft")
    mine, theirs = browser(writer), browser(editor)
    theirs.post(page(revision.post), FIELDS | {"body": "編集者の文", "version": 1, "_save": "1"})
    answer = mine.post(page(revision.post), FIELDS | {"body": "記者の文", "version": 1, "_save": "1"})
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "編集者の文" in words
    assert "記者の文" in words
    assert Revision.objects.get().body == "編集者の文"
    kept = revision.post.history.get(step="conflict")
    restored = mine.post(reverse("admin:posts_post_entry", args=[revision.post_id, kept.pk]))
    assert restored.status_code == 302
    assert Revision.objects.get().body == "記者の文"


def test_double_click_makes_one_save(writer):
    revision = make_post("draft")
    data = FIELDS | {"body": "二度押した", "version": 1, "_save": "1"}
    answers = [browser(writer).post(page(revision.post), data).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert revision.post.history.filter(step="save").count() == 1


def test_a_form_with_faults_is_422_and_keeps_what_was_typed(writer):
    revision = make_post("draft")
    answer = browser(writer).post(
        page(revision.post), FIELDS | {"title": "", "body": "打った文", "version": 1, "_save": "1"}
    )
    assert answer.status_code == 422
    assert "打った文" in answer.content.decode()


def test_reason_is_demanded(editor):
    revision = make_post("in_review")
    assert step(browser(editor), revision, "request_changes").status_code == 409
    assert (
        step(browser(editor), revision, "request_changes", comment="出典を加えてください").status_code == 302
    )


def test_schedule_from_the_form_is_in_the_sites_zone(clock, publisher):
    revision = make_post("approved")
    assert step(browser(publisher), revision, "publish", at="2026-03-02T09:00:00").status_code == 302
    assert Revision.objects.get().live_from.isoformat() == "2026-03-02T00:00:00+00:00"


def test_cover_goes_through_the_gate(writer):
    revision = make_post("draft")
    picture = io.BytesIO()
    PIL.Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    good = SimpleUploadedFile("x.png", picture.getvalue(), "image/png")
    bad = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    data = FIELDS | {"version": 1, "_save": "1"}
    assert browser(writer).post(page(revision.post), data | {"upload": bad}).status_code == 422
    assert (
        browser(writer).post(page(revision.post), data | {"upload": good, "cover_alt": "図"}).status_code
        == 302
    )
    revision.refresh_from_db()
    assert (revision.cover.width, revision.cover.height, revision.cover_alt) == (40, 30, "図")


def test_text_that_cannot_be_shown_is_saved_and_cannot_be_approved(writer, editor):
    revision = make_post("draft")
    data = FIELDS | {"body": "> " * 3000, "version": 1, "_save": "1"}
    assert browser(writer).post(page(revision.post), data).status_code == 302
    revision.refresh_from_db()
    assert (revision.rendered_with, bool(revision.render_problem)) == ("", True)
    assert browser(writer).get(page(revision.post)).status_code == 200
    workflow.perform("submit", revision, by=writer)
    assert step(browser(editor), revision, "approve").status_code == 409


@pytest.mark.parametrize("value", ["draft", "in_review", "public", "scheduled", "ended", "retracted", "odd"])
def test_list_filters_answer(value, editor, clock):
    make_post("published", category="s")
    make_post("draft")
    answer = browser(editor).get(reverse("admin:posts_post_changelist"), {"status": value})
    assert answer.status_code == 200


def test_list_needs_as_many_queries_for_many_articles(editor, django_assert_max_num_queries):
    for _ in range(12):
        make_post("draft")
    client = browser(editor)
    with django_assert_max_num_queries(12):
        client.get(reverse("admin:posts_post_changelist"))


def test_desk_speaks_the_language_a_person_chose_and_the_site_does_not(editor):
    client = browser(editor)
    make_post("published", slug="a")
    client.post(reverse("set_language"), {"language": "en", "next": "/admin/"})
    assert "Next steps" not in client.get("/").content.decode()
    assert '<html lang="en"' in client.get("/admin/").content.decode()
    assert '<html lang="ja"' in client.get("/").content.decode()


def test_only_the_admin_role_reaches_people(writer, editor, publisher, chief):
    path = reverse("admin:auth_user_changelist")
    assert [browser(u).get(path).status_code for u in (writer, editor, publisher, chief)] == [
        403,
        403,
        403,
        200,
    ]


def test_admin_role_cannot_make_a_superuser(chief):
    path = reverse("admin:auth_user_change", args=[chief.pk])
    data = {"username": chief.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    browser(chief).post(path, data)
    chief.refresh_from_db()
    assert not chief.is_superuser


def test_renamed_section_keeps_its_old_name(editor):
    revision = make_post("approved", category="投資")
    path = reverse("admin:posts_category_change", args=[revision.category_id])
    browser(editor).post(path, {"name": "投資分析", "slug": "投資", "position": 1, "aliases": ""})
    revision.category.refresh_from_db()
    assert (revision.category.name, revision.category.aliases) == ("投資分析", ["投資"])
    assert workflow.perform("publish", revision, by=make_user("publisher")).status == "published"


@pytest.mark.parametrize("name", ["category", "author", "tag", "image"])
def test_every_list_and_form_opens(name, editor):
    make_post("draft", category="s", tags=["t"], author="a")
    client = browser(editor)
    assert client.get(reverse(f"admin:posts_{name}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:posts_{name}_add")).status_code == 200


def test_image_upload_is_written_anew(editor):
    picture = io.BytesIO()
    PIL.Image.new("RGB", (20, 10), "red").save(picture, "JPEG", exif=b"Exif\0\0secret-place")
    data = {"upload": SimpleUploadedFile("../../x.jpg", picture.getvalue()), "alt": "図", "credit": ""}
    answer = browser(editor).post(reverse("admin:posts_image_add"), data)
    image = Image.objects.get()
    assert answer.status_code == 302
    assert b"secret-place" not in image.file.read()
    assert image.file.name.startswith("images/")


def test_nul_in_any_field_is_no_server_error(writer):
    revision = make_post("draft")
    data = {"version": "1", "_submit": "1", "submit-comment": "a\0b"}
    assert browser(writer).post(page(revision.post), FIELDS | {"body": "a\0b"} | data).status_code == 422
    assert browser(writer).post(page(revision.post), FIELDS | data).status_code == 422
    assert not revision.post.history.filter(step="submit").exists()


@pytest.mark.parametrize("slug", ["AI/ML", "..", ".", "?x#y", "%2f", ""])
@pytest.mark.parametrize("name", ["category", "tag", "author"])
def test_odd_slug_of_a_name_never_breaks_public_pages(name, slug, editor, clock):
    data = {"name": "見本/名前", "slug": slug, "aliases": "", "position": 1}
    answer = browser(editor).post(reverse(f"admin:posts_{name}_add"), data)
    field = {
        "category": {"category": "見本/名前"},
        "tag": {"tags": ["見本/名前"]},
        "author": {"author": "見本/名前"},
    }
    revision = make_post("published", slug="a", **field[name])
    assert answer.status_code == 302
    for path in ("/", revision.get_absolute_url()):
        assert Client().get(path).status_code == 200


def test_text_is_kept_when_the_draft_was_closed_meanwhile(writer, editor):
    revision = make_post("draft")
    data = FIELDS | {"version": 1, "_draft": revision.pk, "_save": "1", "body": "消えてはならない文"}
    workflow.perform("discard", revision, by=editor)
    answer = browser(writer).post(page(revision.post), data)
    assert answer.status_code == 409
    assert "消えてはならない文" in answer.content.decode()
    assert "消えてはならない文" in revision.post.history.get(step="conflict").text


def test_faulty_form_is_shown_again_even_when_the_draft_was_closed(writer, editor):
    revision = make_post("in_review")
    data = FIELDS | {
        "title": "",
        "version": 1,
        "_draft": revision.pk,
        "_save": "1",
        "body": "消えてはならない文",
    }
    answer = browser(writer).post(page(revision.post), data)
    assert (answer.status_code, "消えてはならない文" in answer.content.decode()) == (422, True)


def test_words_of_a_refused_step_are_shown_again(publisher):
    revision = make_post("published")
    answer = step(browser(publisher), revision, "retract", comment="短い", notice="長いお知らせの文章")
    assert (answer.status_code, "長いお知らせの文章" in answer.content.decode()) == (409, True)


def test_text_sent_after_the_session_ended_is_shown_again(writer):
    revision = make_post("draft")
    answer = Client().post(page(revision.post), FIELDS | {"body": "消えてはならない文", "_save": "1"})
    assert (answer.status_code, "消えてはならない文" in answer.content.decode()) == (403, True)


def test_text_sent_with_an_old_token_is_shown_again(writer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(writer)
    answer = client.post(page(make_post("draft").post), FIELDS | {"body": "消えてはならない文", "_save": "1"})
    assert (answer.status_code, "消えてはならない文" in answer.content.decode()) == (403, True)
    assert Revision.objects.get().body != "消えてはならない文"


@pytest.mark.parametrize("date", ["0001-01-01T00:00", "9999-12-31T23:59:59", "x"])
def test_date_at_the_edge_of_time_is_a_fault_of_the_form(date, writer):
    answer = browser(writer).post(reverse("admin:posts_post_add"), FIELDS | {"date": date, "_save": "1"})
    assert answer.status_code == 422


def test_long_text_counts_its_lines_once(writer):
    body = "abc\r\n" * 45_000
    answer = browser(writer).post(reverse("admin:posts_post_add"), FIELDS | {"body": body, "_save": "1"})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "query",
    [
        "date__year=99999999",
        "created_at__year=0",
        "slug__regex=(",
        "created_by__password__startswith=p",
        "o=x",
        "p=9999999",
    ],
)
@pytest.mark.parametrize("name", ["post", "tag", "image"])
def test_lists_answer_odd_questions_without_an_error(name, query, editor):
    answer = browser(editor).get(reverse(f"admin:posts_{name}_changelist") + "?" + query)
    assert answer.status_code in (200, 302, 400)


def test_change_of_a_scheduled_text_starts_from_it(clock, writer):
    live = make_post("published", title="今の文")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer)
    workflow.save_draft(draft, draft.to_document().replace(title="予約の文"), by=writer, version=1)
    planned = advance(draft, "published", at=NOON + timedelta(days=1))
    browser(writer).post(page(live.post), {"_start": planned.pk})
    assert live.post.revisions.open().get().title == "予約の文"


def test_an_article_with_history_cannot_be_deleted_by_accident():
    with pytest.raises(ProtectedError):
        make_post("draft").post.delete()


def test_a_text_in_place_of_a_seen_one_is_asked_what_changes(clock, writer):
    live = make_post("published")
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer)
    words = browser(writer).get(page(live.post)).content.decode()
    assert words.count('type="radio"') == 5
    assert "読者に見えているもの" in words
    data = FIELDS | {"version": 1, "_submit": "1", "body": "新しい"}
    assert browser(writer).post(page(live.post), data).status_code == 409
    data |= {"update_kind": "correction", "update_note": "金額を訂正しました。", "version": 2}
    assert browser(writer).post(page(live.post), data).status_code == 302
    assert Revision.objects.get(pk=draft.pk).status == "in_review"


def test_the_first_text_of_an_article_is_not_asked(writer):
    assert 'type="radio"' not in browser(writer).get(page(make_post("draft").post)).content.decode()


def test_publishing_over_a_public_text_is_called_replacing(clock, publisher, writer):
    live = make_post("published", title="古い")
    clock.shift(60)
    advance(workflow.start_revision(live.post, by=writer), "approved")
    assert "差し替える" in browser(publisher).get(page(live.post)).content.decode()


def test_a_step_sent_twice_is_taken_once_and_answered_kindly(clock, writer, editor):
    revision = make_post("in_review")
    for name, inputs in (("comment", {"comment": "確認中です"}), ("approve", {})):
        answers = [step(browser(editor), revision, name, **inputs).status_code for _ in range(2)]
        assert answers == [302, 302]
        assert revision.post.history.filter(step=name).count() == 1
    clock.shift(60)
    assert step(browser(editor), revision, "comment", comment="確認中です").status_code == 302
    assert revision.post.history.filter(step="comment").count() == 2


def test_the_form_shows_all_that_the_draft_holds(writer):
    fields = {"extra": {"layout": "wide"}, "summary": "要約です", "body": "本文です。"}
    revision = make_post("draft", **fields)
    form = browser(writer).get(page(revision.post)).context["form"]
    assert form.base == revision.to_document()


def test_a_second_click_on_change_this_article_starts_nothing_more(clock, writer):
    live = make_post("published")
    clock.shift(60)
    for _click in "ab":
        assert browser(writer).post(page(live.post), {"_start": "now"}).status_code == 302
    assert live.post.revisions.count() == 2
