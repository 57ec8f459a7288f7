"""Files that export wrote, on their way back: as they stand, and under the same guards as any file."""

import io
from datetime import timedelta

import pytest
from PIL import Image as Pillow

from posts import pictures, workflow
from posts.models import Image, Post, Redirect, Revision
from posts.tests.make import make_document, make_post, make_user
from posts.transfer import native
from posts.transfer import run as running
from posts.transfer.export import export
from posts.transfer.run import Order, run

from .stages import Alone
from .test_roundtrip import empty


@pytest.fixture(autouse=True)
def _quick(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(running, "Crew", Alone)
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "export"


def live(**fields) -> Revision:
    return make_post("published", slug=fields.pop("slug", "harbour"), **fields)


def exported(folder, **more):
    done = export(folder, **{"newest": True, "drafts": True} | more)
    assert not done.failed
    return folder


def rules(report) -> list[str]:
    return [problem.rule for result in report.results for problem in result.problems]


def test_the_form_of_a_file(clock):
    text = native.write(make_document(slug="x", extra={"notice": 1}), native.Standing("/2026/03/01/x/"))
    assert "\neditorial: 1\npermalink: " in text and native.claims(text.encode())
    document, standing, _block = native.read(text.replace("\n", "\r\n"))
    assert document.extra == {"notice": 1} and standing.permalink == "/2026/03/01/x/"


@pytest.mark.parametrize(
    "text", ["", "editorial: 1", "---\ntitle: a\n---\neditorial: 1\n", "+++\neditorial: 1\n+++"]
)
def test_what_does_not_claim_to_be_an_export(text):
    assert not native.claims(text.encode())


@pytest.mark.parametrize(
    "line",
    [
        "live_from: yesterday",
        "permalink: /2026/13/01/x/",
        "permalink: //evil.example/",
        "redirect_from: [//evil.example/]",
        "redirect_from: {a: b}",
        "tags: {a: 7}",
        "canonical_url: javascript:alert(1)",
        "update_kind: coup",
        "title: ''",
        "date: 2026-03-01",
    ],
)
def test_a_spoilt_file_fails_alone_and_says_why(folder, clock, line):
    live()
    exported(folder)
    empty()
    (folder / "2026" / "spoilt.md").write_text(f"---\ntitle: T\n{line}\neditorial: 1\n---\n\nx\n")
    report = run(Order([folder], publish=True))
    assert sorted(result.outcome for result in report.results) == ["created", "failed"]


def test_without_publish_everything_is_a_draft_and_old_addresses_lead_there_later(folder, clock):
    live()
    exported(folder)
    empty()
    run(Order([folder]))
    revision = Revision.objects.get()
    assert (revision.status, revision.post.date) == ("draft", None)
    assert Redirect.objects.get().path == "/2026/03/01/harbour/"
    clock.shift(timedelta(days=2))
    for step, role in (("submit", "writer"), ("approve", "editor"), ("publish", "publisher")):
        revision = workflow.perform(step, revision, by=make_user(role), acknowledged=True)
    assert revision.get_absolute_url() == "/2026/03/03/harbour/" and Redirect.objects.exists()


def test_an_export_into_its_own_house_changes_nothing(folder, clock):
    live()
    make_post(slug="draft")
    exported(folder)
    report = run(Order([folder], publish=True))
    assert {result.outcome for result in report.results} == {"skipped"} and "native.known" in rules(report)
    assert Post.objects.count() == 2


def test_another_article_at_that_address_keeps_it(folder, clock):
    live()
    exported(folder)
    empty()
    live(title="別の記事")
    run(Order([folder], publish=True))
    assert sorted(Post.objects.values_list("slug", flat=True)) == ["harbour", "harbour-2"]


def test_translations_name_each_other_whatever_the_order(folder, clock):
    draft = make_post(slug="zz", title="原文")
    make_post(slug="aa", title="Translation", lang="en", translation_of=f"post:{draft.post_id}")
    first = live(slug="one")
    second = live(slug="two", translation_of=first.get_absolute_url())
    Revision.objects.filter(pk=first.pk).update(translation_of=second.post)
    exported(folder)
    empty()
    run(Order([folder], publish=True))
    pairs = {(r.post.slug, r.translation_of and r.translation_of.slug) for r in Revision.objects.all()}
    assert pairs == {("zz", None), ("aa", "zz"), ("one", "two"), ("two", "one")}


def test_pictures_come_back_wherever_they_are_served_from(folder, clock, settings):
    settings.MEDIA_URL = "https://cdn.example/x/"
    out = io.BytesIO()
    Pillow.new("RGB", (30, 20), (9, 90, 9)).save(out, "JPEG")
    image = Image.objects.take(pictures.take(out.getvalue()))
    live(body=f"![図]({image.address})", cover=image.address)
    exported(folder)
    assert "https://cdn" not in next(folder.rglob("*.md")).read_text()
    sha = image.sha256
    empty()
    settings.MEDIA_URL = "/media/"
    run(Order([folder], publish=True))
    revision, back = Revision.objects.get(), Image.objects.get()
    assert back.sha256 == sha and revision.cover == back and back.address in revision.body


def test_a_missing_picture_is_told_and_the_article_taken(folder, clock):
    out = io.BytesIO()
    Pillow.new("RGB", (30, 20), (9, 90, 9)).save(out, "PNG")
    image = Image.objects.take(pictures.take(out.getvalue()))
    live(body=f"![図]({image.address})", cover=image.address)
    exported(folder)
    next(folder.rglob("*.png")).unlink()
    empty()
    report = run(Order([folder], publish=True))
    assert report.counts["created"] == 1 and "image.missing" in rules(report)
    assert Revision.objects.get().cover is None


def test_a_changed_export_updates_and_an_end_arrives(folder, clock):
    live(body="一")
    exported(folder)
    empty()
    run(Order([folder], publish=True))
    file = next(folder.rglob("*.md"))
    text = file.read_text().replace("\n一\n", "\n二\n")
    file.write_text(text)
    clock.shift(timedelta(hours=1))
    run(Order([folder], publish=True))
    assert Revision.objects.published().get().body == "二"
    file.write_text(text.replace("editorial: 1", 'editorial: 1\nlive_until: "2026-03-01 12:30:00 +0900"'))
    clock.shift(timedelta(hours=1))
    run(Order([folder], publish=True))
    assert not Revision.objects.published().exists()


def test_nothing_in_a_file_grants_anything(folder, clock):
    folder.mkdir()
    head = (
        "title: T\nslug: x\neditorial: 1\nstatus: approved\nseal: abc\nlive_from: 2026-01-01 00:00:00 +0900"
    )
    (folder / "x.md").write_text(f"---\n{head}\n---\n\n<script>x</script>\n")
    run(Order([folder]))
    revision = Revision.objects.get()
    assert (revision.status, revision.seal, revision.approved_by) == ("draft", "", None)
    assert revision.extra == {"status": "approved", "seal": "abc"}
