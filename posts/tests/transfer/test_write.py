"""What an import leaves in the database: outcomes, adoption, conflicts, history, addresses."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image as Pillow

from posts import workflow
from posts.models import HistoryEntry, Image, Post, Redirect, Revision
from posts.rendering import RenderError
from posts.tests.make import PAGE, make_document, make_post, make_user
from posts.tests.transfer.stages import Alone
from posts.transfer import run as running
from posts.transfer.crew import Crew
from posts.transfer.discover import DiscoverError
from posts.transfer.run import Order, run
from posts.transfer.wishes import Wishes


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(running, "Crew", Alone)  # rendering is tested where it lives


@pytest.fixture
def blog(tmp_path):
    """Writes files into a folder named blog and imports it."""
    return Blog(tmp_path / "blog")


class Blog:
    def __init__(self, root: Path):
        self.root = root
        root.mkdir()

    def write(self, name="2025-04-01-harbour.md", head="title: 港の話\ndate: 2025-04-01", body="本文です。"):
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\n{head}\n---\n\n{body}\n")
        return path

    def run(self, **order):
        self.report = run(Order([self.root], **order))
        return {result.key[1]: result.outcome for result in self.report.results}

    def rules(self):
        return [problem.rule for result in self.report.results for problem in result.problems]


def newest() -> Revision:
    return Revision.objects.order_by("-number", "-pk").first()


def writes(queries) -> list[str]:
    words = ("INSERT", "UPDATE", "DELETE")
    return [query["sql"] for query in queries if query["sql"].startswith(words)]


def test_a_file_becomes_a_draft_nobody_can_read(blog):
    blog.write()
    assert blog.run() == {"2025-04-01-harbour.md": "created"}
    post = Post.objects.get()
    assert (post.site, post.source, post.slug, post.date) == (
        "blog",
        "2025-04-01-harbour.md",
        "harbour",
        None,
    )
    assert newest().status == "draft" and not Revision.objects.published().exists()
    assert blog.report.results[0].url is None


def test_publish_adopts_at_the_files_own_date_and_never_as_approved(blog):
    blog.write()
    blog.run(publish=True)
    revision = Revision.objects.published().get()
    assert revision.live_from.isoformat() == "2025-03-31T15:00:00+00:00"
    assert (revision.post.date, revision.approved_by, revision.seal) == (date(2025, 4, 1), None, "")
    assert blog.report.results[0].url == "/2025/04/01/harbour/"


def test_future_date_is_scheduled_and_drafts_stay_drafts(blog, clock):
    blog.write("2026-04-01-later.md", "title: L")
    blog.write("2026-02-01-held.md", "title: H\npublished: false")
    blog.write("undated.md", "title: U")
    blog.run(publish=True)
    states = {revision.title: revision.status for revision in Revision.objects.all()}
    assert states == {"L": "published", "H": "draft", "U": "draft"}
    assert not Revision.objects.published().exists() and Revision.objects.scheduled().count() == 1
    assert {"hold.own_draft", "hold.no_date"} <= set(blog.rules())


def test_second_run_writes_nothing(blog):
    blog.write()
    blog.run(publish=True)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert blog.run(publish=True) == {"2025-04-01-harbour.md": "unchanged"}
    assert writes(queries) == []
    assert blog.report.results[0].url == "/2025/04/01/harbour/"


def test_dry_run_says_and_writes_nothing(blog):
    blog.write()
    with CaptureQueriesContext(connection) as queries:
        assert blog.run(publish=True, dry_run=True) == {"2025-04-01-harbour.md": "created"}
    assert writes(queries) == [] and not Post.objects.exists()


def test_the_original_is_kept_verbatim(blog):
    path = blog.write()
    path.write_bytes(
        b"\xef\xbb\xbf---\r\ntitle: T\r\ndate: 2025-04-01\r\n---\r\n\r\n{% include x.html %}b\r\n"
    )
    blog.run()
    entry = HistoryEntry.objects.get(step="import")
    assert entry.text.encode() == path.read_bytes() and entry.actor is None and entry.actor_name == "SYSTEM"
    post = Post.objects.get()
    assert (post.source_hash, post.desk_seal) == (entry.digest, newest().seal_now())
    assert newest().body == "b"


def test_changed_file_changes_the_draft(blog):
    blog.write()
    blog.run()
    blog.write(body="新しい本文です。")
    assert blog.run() == {"2025-04-01-harbour.md": "updated"}
    assert (newest().body, newest().number, newest().version) == ("新しい本文です。", 1, 2)


def test_changed_file_of_a_public_article_is_adopted_or_waits_as_a_draft(blog):
    blog.write()
    blog.run(publish=True)
    blog.write(body="二つ目の本文です。")
    assert blog.run() == {"2025-04-01-harbour.md": "updated"}
    assert Revision.objects.published().get().body == "本文です。" and newest().status == "draft"
    blog.write(body="三つ目の本文です。")
    assert blog.run(publish=True) == {"2025-04-01-harbour.md": "updated"}
    assert Revision.objects.published().get().body == "三つ目の本文です。"
    assert blog.report.results[0].url == "/2025/04/01/harbour/" and Revision.objects.count() == 2


def test_other_bytes_with_the_same_meaning_make_no_revision(blog):
    blog.write()
    blog.run(publish=True)
    blog.write(head='title: "港の話"\ndate: 2025-04-01 # day')
    assert blog.run(publish=True) == {"2025-04-01-harbour.md": "updated"}
    assert Revision.objects.count() == 1
    assert blog.run(publish=True) == {"2025-04-01-harbour.md": "unchanged"}


def test_what_the_desk_touched_is_a_conflict_noted_once(blog):
    blog.write()
    blog.run()
    writer = make_user("writer")
    workflow.save_draft(
        newest(), newest().to_document().replace(body="デスクの本文"), by=writer, version=1, page=PAGE
    )
    blog.write(body="新しい本文です。")
    assert blog.run() == {"2025-04-01-harbour.md": "conflict"}
    assert newest().body == "デスクの本文"
    entry = HistoryEntry.objects.get(step="conflict")
    assert "新しい本文です。" in entry.text and len(entry.digest) == 64
    with CaptureQueriesContext(connection) as queries:
        assert blog.run() == {"2025-04-01-harbour.md": "conflict"}
    assert writes(queries) == []
    blog.write(body="また新しい本文です。")
    assert blog.run() == {"2025-04-01-harbour.md": "conflict"}
    assert HistoryEntry.objects.filter(step="conflict").count() == 2


def test_a_comment_does_not_touch(blog):
    blog.write()
    blog.run()
    workflow.perform("comment", newest(), by=make_user("editor"), comment="よい記事")
    blog.write(body="新しい本文です。")
    assert blog.run() == {"2025-04-01-harbour.md": "updated"}


def test_what_was_unpublished_by_a_person_does_not_come_back(blog):
    blog.write()
    blog.run(publish=True)
    workflow.perform("unpublish", newest(), by=make_user("publisher"), comment="掲載の終わり")
    blog.write(body="新しい本文です。")
    assert blog.run(publish=True) == {"2025-04-01-harbour.md": "conflict"}
    assert not Revision.objects.published().exists()


def test_an_emptied_file_wipes_nothing(blog):
    blog.write()
    blog.run(publish=True)
    blog.write(body="")
    assert blog.run(publish=True) == {"2025-04-01-harbour.md": "skipped"}
    assert Revision.objects.published().get().body == "本文です。"


def test_a_bad_file_stops_nobody_and_leaves_nothing(blog):
    blog.write("a.md", "title: A\ndate: 2025-02-30")
    blog.write("b.md", f"title: B\ndate: 2025-04-01\ntags: [{'x' * 101}]")
    blog.write("c.md", "title: C\ndate: 2025-04-01")
    assert blog.run(publish=True) == {"a.md": "failed", "b.md": "failed", "c.md": "created"}
    assert Post.objects.get().source == "c.md"
    assert blog.rules() == ["date.unreadable", "document.too_long"]


def test_colliding_files_get_their_own_addresses_and_keep_them(blog):
    for name in ("a/harbour.md", "b/harbour.md", "2025-04-01-harbour.md"):
        blog.write(name)
    blog.run(publish=True)
    slugs = {post.source: post.slug for post in Post.objects.all()}
    assert slugs == {
        "2025-04-01-harbour.md": "harbour",
        "a/harbour.md": "harbour-2",
        "b/harbour.md": "harbour-3",
    }
    blog.write("0/harbour.md")
    blog.write("b/harbour.md", body="新しい本文です。")
    blog.run(publish=True)
    assert slugs | {"0/harbour.md": "harbour-4"} == {post.source: post.slug for post in Post.objects.all()}


def test_the_address_of_an_article_of_our_own_is_never_taken(blog, clock):
    make_post("published", slug="harbour", at=None)
    blog.write("2026-03-01-harbour.md", "title: T\ndate: 2026-03-01")
    blog.run(publish=True)
    assert Post.objects.get(site="blog").slug == "harbour-2"


def test_old_addresses_lead_to_the_article_unless_one_stands_there(blog):
    aliases = "aliases: [/2012/harbour.html, /2025/05/05/port/, //elsewhere.example/x]"
    blog.write("2025-03-31-harbour.md", f"title: A\ndate: 2025-03-31 20:00 +0000\n{aliases}")
    blog.write("2025-05-05-port.md", "title: B\naliases: /2012/harbour.html")
    blog.run(publish=True)
    first = Post.objects.get(source="2025-03-31-harbour.md")
    redirects = {redirect.path: redirect.post for redirect in Redirect.objects.all()}
    assert redirects == {"/2012/harbour.html": first, "/2025/03/31/harbour/": first}
    assert {"date.differs"} <= set(blog.rules())


def test_links_between_files_lead_to_planned_addresses(blog):
    blog.write("2025-04-01-a.md", "title: A", "[b](2025-04-02-b.md) [old](/old/b/)")
    blog.write("2025-04-02-b.md", "title: B\naliases: /old/b/")
    blog.run()
    assert Revision.objects.get(title="A").body == "[b](/2025/04/02/b/) [old](/2025/04/02/b/)"


def test_pictures_come_in_through_the_gate(blog, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    Pillow.new("RGB", (8, 6)).save(blog.root / "port.png")
    blog.write(head="title: T\ndate: 2025-04-01\nimage: port.png", body="![港](port.png)")
    blog.run(publish=True)
    image = Image.objects.get()
    assert newest().cover == image and newest().body == f"![港]({image.address})" and image.alt == "港"
    assert (settings.MEDIA_ROOT / image.file.name).is_file()


def test_text_that_cannot_be_rendered_stays_a_draft(blog, monkeypatch):
    monkeypatch.setattr(Alone, "page", RenderError("too_slow"))
    blog.write()
    assert blog.run(publish=True) == {"2025-04-01-harbour.md": "created"}
    assert newest().status == "draft" and blog.rules() == ["hold.render"]


def test_a_deleted_file_is_told_and_nothing_else(blog):
    path = blog.write()
    blog.write("2025-04-02-b.md", "title: B")
    blog.run(publish=True)
    path.unlink()
    blog.run(publish=True)
    assert blog.report.missing == (("blog", "2025-04-01-harbour.md"),) and Post.objects.count() == 2


def test_no_account_is_made_and_rights_in_a_file_are_nothing(blog, django_user_model):
    blog.write(
        head="title: T\ndate: 2025-04-01\nauthor: admin\nstatus: published\nis_superuser: true\nassignee: 1"
    )
    blog.run()
    assert (
        not django_user_model.objects.exists() and newest().status == "draft" and newest().author.user is None
    )


def test_document_word_lists_are_those_of_the_model():
    for field, words in {
        "sponsorship": ("ad", "tie_up", "affiliate"),
        "ai_use": ("assisted", "generated"),
        "update_kind": ("typo", "correction", "addition", "update", "apology"),
    }.items():
        assert {*words, ""} == set(dict(Revision._meta.get_field(field).flatchoices))
    assert make_document().format == "markdown"


def test_an_expiry_date_ends_the_publication_only_when_asked(blog, clock):
    blog.write("a.md", "title: A\ndate: 2026-02-01\nexpirydate: 2030-01-01")
    blog.write("b.md", "title: B\ndate: 2026-02-01\nexpirydate: 2026-02-02")
    blog.run(publish=True)
    assert Revision.objects.published().filter(live_until=None).count() == 2
    assert blog.rules().count("expiry.kept") == 2


def test_with_expiry_an_end_is_planned_and_what_is_over_stays_a_draft(blog, clock):
    blog.write("a.md", "title: A\ndate: 2026-02-01\nexpirydate: 2030-01-01")
    blog.write("b.md", "title: B\ndate: 2026-02-01\nexpirydate: 2026-02-02")
    wishes = Wishes(expiry=True)
    blog.run(publish=True, wishes=wishes)
    revision = Revision.objects.published().get()
    assert revision.end_set == revision.live_until
    assert revision.live_until.isoformat() == "2029-12-31T15:00:00+00:00"
    assert {"expiry.set", "hold.expired"} <= set(blog.rules())
    assert set(blog.run(publish=True, wishes=wishes).values()) == {"unchanged"}
    blog.write("a.md", "title: A\ndate: 2026-02-01\nexpirydate: 2031-01-01", "新しい本文です。")
    assert blog.run(publish=True, wishes=wishes)["a.md"] == "updated"
    assert Revision.objects.published().get().live_until.isoformat() == "2030-12-31T15:00:00+00:00"


def test_strict_stops_at_the_first_failure(blog):
    blog.write("a.md")
    blog.write("b.md", "title: B\ndate: 2025-02-30")
    blog.write("c.md")
    assert blog.run(strict=True) == {"b.md": "failed"} and not Post.objects.exists()
    blog.write("b.md", f"title: B\ndate: 2025-04-01\ntags: [{'x' * 101}]")
    assert blog.run(strict=True)["b.md"] == "failed"
    assert set(Post.objects.values_list("source", flat=True)) <= {"a.md"}


def test_files_without_a_text_are_drafts_or_passed_over(blog):
    blog.write(body="")
    assert blog.run(publish=True, wishes=Wishes(skip_empty=True)) == {"2025-04-01-harbour.md": "skipped"}
    assert blog.rules() == ["source.no_body"]
    assert blog.run(publish=True) == {"2025-04-01-harbour.md": "created"}
    assert newest().status == "draft" and "hold.no_body" in blog.rules()


def test_an_emptied_file_empties_its_article_only_when_allowed(blog):
    blog.write()
    blog.run()
    blog.write(body="")
    assert blog.run() == {"2025-04-01-harbour.md": "skipped"}
    assert blog.run(wishes=Wishes(allow_empty=True)) == {"2025-04-01-harbour.md": "updated"}
    assert newest().body == ""


def test_a_folder_known_under_another_label_is_not_taken_twice(blog):
    for number in range(3):
        blog.write(f"{number}.md", f"title: T{number}\ndate: 2025-04-01")
    blog.run()
    for dry_run in (True, False):
        with pytest.raises(DiscoverError) as caught:
            blog.run(site="other", dry_run=dry_run)
        assert caught.value.rule == "source.root" and Post.objects.count() == 3
        assert caught.value.params == {"label": "other", "other": "blog", "count": 3, "total": 3}
    for number in range(3, 7):
        blog.write(f"{number}.md", f"title: T{number}\ndate: 2025-04-01")
    assert list(blog.run(site="other").values()) == ["created"] * 7


def test_authors_and_mapped_keys_are_used(blog):
    blog.write(head="title: T\ndate: 2025-04-01\nauthor: [maki, guest]\ndek: The lead.\nextra:\n  kind: 解説")
    wishes = Wishes(people={"maki": "牧 花子"}, mapped={"dek": "excerpt", "extra.kind": "category"})
    blog.run(wishes=wishes)
    document = newest().to_document()
    assert (document.author, document.coauthors) == ("牧 花子", ("guest",))
    assert (document.summary, document.category) == ("The lead.", "解説")
    assert document.extra == {"extra": {"kind": "解説"}}


def test_files_in_another_encoding_come_in_when_it_is_named(blog):
    path = blog.write()
    path.write_bytes(path.read_text().encode("cp932"))
    assert blog.run() == {"2025-04-01-harbour.md": "failed"}
    assert blog.run(wishes=Wishes(encoding="cp932")) == {"2025-04-01-harbour.md": "created"}
    assert newest().title == "港の話"


def test_pictures_come_in_with_their_smaller_forms(blog, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(running, "Crew", Crew)
    Pillow.effect_noise((1000, 500), 60).save(blog.root / "port.jpg")
    blog.write(body="![港](port.jpg)")
    blog.run(dry_run=True, jobs=1)
    assert not (tmp_path / "media").exists()
    blog.run(jobs=1)
    image = Image.objects.get()
    assert image.variants[0] == 480 and image.srcset in newest().html
    assert all(image.file.storage.exists(name) for name in image.form_names)


def test_a_large_picture_comes_in_with_its_card(blog, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(running, "Crew", Crew)
    Pillow.effect_noise((1400, 800), 60).save(blog.root / "port.jpg")
    blog.write(head="title: T\ndate: 2025-04-01\nimage: port.jpg")
    blog.run(jobs=1)
    cover = newest().cover
    assert cover.has_card and cover.file.storage.exists(cover.form_names[-1])


def test_a_picture_without_its_smaller_forms_comes_in_all_the_same(blog, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    Pillow.effect_noise((1000, 500), 60).save(blog.root / "port.jpg")
    blog.write(body="![港](port.jpg)")
    assert set(blog.run().values()) == {"created"}  # by a crew that makes none
    assert Image.objects.get().variants is None


def test_a_page_bundle_comes_in_with_its_pictures(blog, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    path = blog.write(
        "2025-04-01-harbour/index.md", "title: T", "![港][p] [大](big.png)\n\n[p]: port.png\n[q]: port.png"
    )
    for at, name in enumerate(("port.png", "big.png", "beside.png")):
        Pillow.new("RGB", (8, 6 + at)).save(path.parent / name)
    (path.parent / "drawing.svg").write_text("<svg/>")
    blog.write(
        "a.md", "title: A\ndate: 2025-04-01", "[b](2025-04-01-harbour/) [c](@/2025-04-01-harbour/index.md)"
    )
    blog.run(publish=True)
    port, big, beside = Image.objects.order_by("height")
    post = Post.objects.get(source="2025-04-01-harbour/index.md")
    body = post.revisions.get().body
    assert body == f"![港][p] [大]({big.address})\n\n[p]: {port.address}\n[q]: {port.address}"
    assert (post.slug, str(post.date), port.alt) == ("harbour", "2025-04-01", "港")
    assert Revision.objects.get(title="A").body == "[b](/2025/04/01/harbour/) [c](/2025/04/01/harbour/)"
    assert sorted(rule for rule in blog.rules() if rule.startswith("image")) == [
        "image.beside",
        "image.not_an_image",
    ]


def test_fragments_that_lead_nowhere_are_told_with_their_line(blog, monkeypatch):
    monkeypatch.undo()
    blog.write(body="## Part\n\n[a](#part) [b](#nowhere)")
    blog.run()
    told = [problem for problem in blog.report.results[0].problems if problem.rule == "link.fragment"]
    assert [(problem.line, problem.params["address"]) for problem in told] == [(8, "#nowhere")]


def test_old_addresses_answer_with_one_redirect(blog, client):
    head = (
        "title: T\npath: 2017/03/16/harbour\naliases: [2017/03/16/harbour.html, old/port]\npermalink: /a/港/"
    )
    blog.write("x.md", head)
    blog.run(publish=True)
    assert client.get("/2017/03/16/harbour/").status_code == 200
    for old in ("/2017/03/16/harbour.html", "/old/port", "/a/港/"):
        answer = client.get(old)
        assert (answer.status_code, answer["location"]) == (301, "/2017/03/16/harbour/"), old


# --- a conflict at the desk -------------------------------------------------------------------------------------------


@pytest.fixture
def conflict(blog, client):
    """A file and its article, both changed since the import; the desk's page of what waits."""
    blog.write(body="最初の文。\n\n変わらない文。")
    blog.run()
    writer = make_user("writer")
    workflow.save_draft(
        newest(), newest().to_document().replace(body="デスクの文。"), by=writer, version=1, page=PAGE
    )
    blog.write(body="ファイルの文。\n\n変わらない文。")
    assert blog.run() == {"2025-04-01-harbour.md": "conflict"}
    client.force_login(writer)
    entry = HistoryEntry.objects.get(step="conflict")
    return blog, client, f"/admin/posts/post/{entry.post_id}/entries/{entry.pk}/"


def outcome(blog, **order) -> str:
    return blog.run(**order)["2025-04-01-harbour.md"]


def test_the_desk_sees_both_texts_of_a_conflict(conflict):
    blog, client, page = conflict
    article = client.get(f"/admin/posts/post/{Post.objects.get().pk}/change/").content.decode()
    assert page in article
    shown = client.get(page).content.decode()
    assert all(words in shown for words in ("ファイル", "デスク", "最初"))
    assert shown.count("<ins") >= 2 and shown.count("<del") >= 2
    assert 'name="_take_over"' in shown and 'name="_decline"' in shown


def test_a_file_taken_over_counts_as_imported(conflict):
    blog, client, page = conflict
    assert client.post(page, {"_take_over": "1"}).status_code == 302
    assert newest().body == "ファイルの文。\n\n変わらない文。" and newest().status == "draft"
    assert workflow.waiting(Post.objects.get()) is None
    original = HistoryEntry.objects.filter(step="import").first()
    assert original.text.startswith("---\ntitle") and original.actor.username == "writer"
    assert outcome(blog) == "unchanged"
    blog.write(body="次の文。")
    assert outcome(blog) == "updated" and newest().body == "次の文。"


def test_a_declined_file_is_not_asked_about_again(conflict):
    blog, client, page = conflict
    assert client.post(page, {"_decline": "1", "comment": "古い"}).status_code == 302
    assert newest().body == "デスクの文。" and outcome(blog) == "unchanged"
    blog.write(body="最初の文。\n\n変わらない文。")
    assert outcome(blog) == "unchanged"  # as at the last import that was taken
    blog.write(body="三つ目の文。")
    assert outcome(blog) == "conflict" and newest().body == "デスクの文。"


def test_a_conflict_is_decided_once_and_by_who_may_edit(conflict):
    blog, client, page = conflict
    post = Post.objects.get()
    other = make_user("writer", "other")
    with pytest.raises(workflow.Refused):
        workflow.take_over(workflow.waiting(post), by=other)
    entry = workflow.waiting(post)
    assert client.post(page, {"_decline": "1"}).status_code == 302
    assert client.post(page, {"_take_over": "1"}).status_code == 409
    with pytest.raises(workflow.Refused):
        workflow.decline(entry, by=make_user("editor"))
    assert newest().body == "デスクの文。"


def test_a_text_in_review_is_not_taken_over(conflict):
    blog, client, page = conflict
    workflow.perform("submit", newest(), by=make_user("writer"))
    assert client.post(page, {"_take_over": "1"}).status_code == 409
    assert newest().body == "デスクの文。" and workflow.waiting(Post.objects.get())


# --- files with another name ------------------------------------------------------------------------------------------


def test_a_renamed_file_stays_the_same_article(blog):
    blog.write("2025-04-01-port.md")
    blog.run(publish=True)
    (blog.root / "2025-04-01-port.md").rename(blog.root / "2025-04-01-quay.md")
    assert blog.run(publish=True) == {"2025-04-01-quay.md": "unchanged"}
    assert "source.renamed" in blog.rules() and blog.report.missing == ()
    post = Post.objects.get()
    assert (post.source, post.slug) == ("2025-04-01-quay.md", "port")
    assert Redirect.objects.get(path="/2025/04/01/quay/").post == post


def test_a_copy_is_no_renamed_file(blog):
    old = blog.write()
    blog.run()
    for name in ("2025-04-02-a.md", "2025-04-02-b.md"):
        (blog.root / name).write_bytes(old.read_bytes())
    old.unlink()
    assert set(blog.run().values()) == {"created"} and Post.objects.count() == 3
    assert len(blog.report.missing) == 1


def test_a_dry_run_renames_nothing(blog):
    old = blog.write()
    blog.run()
    old.rename(blog.root / "other.md")
    assert blog.run(dry_run=True) == {"other.md": "unchanged"}
    assert Post.objects.get().source == old.name


def test_expiry_before_a_future_date_is_set_and_after_it_ends(blog, clock):
    blog.write(head="title: A\ndate: 2026-04-01\nexpiry: 2026-05-01")
    blog.write("b.md", head="title: B\ndate: 2026-04-01\nexpiry: 2026-03-20")
    blog.run(publish=True, wishes=Wishes(expiry=True))
    ends = {r.title: (r.status, r.live_until and r.live_until.isoformat()) for r in Revision.objects.all()}
    assert ends == {"A": ("published", "2026-04-30T15:00:00+00:00"), "B": ("draft", None)}
    assert {"expiry.set", "hold.refused"} <= set(blog.rules())


def test_a_link_to_an_unchanged_draft_leads_to_its_planned_address(blog):
    blog.write("2025-04-01-harbour.md")
    blog.run()
    blog.write("2025-04-02-port.md", "title: P", body="[港](2025-04-01-harbour.md)")
    blog.run()
    assert newest().body == "[港](/2025/04/01/harbour/)"


def test_a_run_that_is_refused_has_renamed_nothing(blog, tmp_path):
    for number in range(12):
        blog.write(f"2025-04-01-p{number}.md", f"title: T{number}")
    blog.run()
    for number in range(11):
        (blog.root / f"2025-04-01-p{number}.md").unlink()
    (blog.root / "2025-04-01-p11.md").rename(blog.root / "other.md")
    with pytest.raises(DiscoverError):
        blog.run()
    assert Post.objects.filter(source="2025-04-01-p11.md").exists()
