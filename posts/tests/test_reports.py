"""Reports of imports, kept and read at the desk."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from posts.models import ImportReport, Post
from posts.transfer import reports

from .make import make_user

LIST = reverse("admin:posts_importreport_changelist")
GOOD = "---\ntitle: 見出し\ndate: 2026-01-05\nmood: 晴れ\n---\n\n本文です。\n"


def browser(role) -> Client:
    client = Client()
    client.force_login(make_user(role))
    return client


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "blog"
    folder.mkdir()
    (folder / "2026-01-05-a.md").write_text(GOOD, "utf-8")
    (folder / "2026-01-06-b.md").write_bytes(b"---\ntitle: x\n---\n\xff\xfe\x81")
    return folder


def run(folder, **options):
    try:
        call_command("import_markdown", str(folder), verbosity=0, jobs=1, **options)
    except CommandError as error:
        assert error.returncode == 1


def page(report, **query):
    return reverse("admin:posts_importreport_change", args=[report.pk]) + (
        "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
    )


def test_a_run_is_kept_and_a_dry_run_is_not(folder):
    run(folder, dry_run=True)
    assert not ImportReport.objects.exists()
    run(folder, publish=True)
    kept = ImportReport.objects.get()
    assert (kept.site, kept.counts["created"], kept.counts["failed"]) == ("blog", 1, 1)
    assert kept.options == {"publish": True}
    assert str(folder) not in str(kept.report)
    assert {file["path"]: file["post"] for file in kept.report["files"]} == {
        "2026-01-05-a.md": Post.objects.get().pk,
        "2026-01-06-b.md": None,
    }


def test_unchanged_files_are_counted_and_not_listed(folder):
    run(folder)
    run(folder)
    newest = ImportReport.objects.first()
    assert newest.counts["unchanged"] == 1
    assert [file["path"] for file in newest.report["files"]] == ["2026-01-06-b.md"]


def test_a_report_is_read_in_the_readers_language(folder):
    run(folder)
    report = ImportReport.objects.get()
    client = browser("editor")
    japanese = client.get(page(report)).content.decode()
    client.cookies["django_language"] = "en"
    english = client.get(page(report)).content.decode()
    assert "“mood” is not known" in english
    assert "“mood” is not known" not in japanese
    assert reverse("admin:posts_post_change", args=[Post.objects.get().pk]) in english


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ({}, {"a", "b"}),
        ({"outcome": "created"}, {"a"}),
        ({"outcome": "failed"}, {"b"}),
        ({"rule": "key.unknown"}, {"a"}),
        ({"outcome": "failed", "rule": "key.unknown"}, set()),
        ({"rule": "%00"}, set()),
    ],
)
def test_files_are_chosen_by_outcome_and_rule(query, there, folder):
    run(folder)
    words = browser("editor").get(page(ImportReport.objects.get(), **query)).content.decode()
    assert {name for name in "ab" if f"-{name}.md" in words.split("report-files")[1]} == there


@pytest.mark.parametrize("query", [{"outcome": "x"}, {"p": "0"}, {"p": "9999"}, {"p": "x"}, {"p": "9" * 40}])
def test_odd_questions_are_absent(query, folder):
    run(folder)
    assert browser("editor").get(page(ImportReport.objects.get(), **query)).status_code == 404


def test_who_sees_every_article_reads_reports_and_nobody_changes_them(folder, django_assert_max_num_queries):
    run(folder)
    report = ImportReport.objects.get()
    assert browser("writer").get(LIST).status_code == 403
    assert browser("writer").get(page(report)).status_code == 404
    client = browser("editor")
    for address in (LIST, page(report)):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
    assert client.get(reverse("admin:posts_importreport_add")).status_code == 403
    assert (
        client.post(reverse("admin:posts_importreport_delete", args=[report.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert client.get(reverse("admin:posts_importreport_change", args=[report.pk + 1])).status_code == 404
    assert ImportReport.objects.count() == 1


def test_a_report_of_very_many_files_is_cut_and_says_so(folder, monkeypatch):
    monkeypatch.setattr(reports, "MOST_FILES", 1)
    run(folder)
    report = ImportReport.objects.get()
    assert (report.is_cut, len(report.report["files"])) == (True, 1)
    monkeypatch.setattr(reports, "MOST_BYTES", 10)
    run(folder)
    assert ImportReport.objects.first().report["files"] == []


def test_old_reports_go(folder, monkeypatch):
    monkeypatch.setattr(reports, "KEPT", 2)
    for _ in range(4):
        run(folder)
    assert ImportReport.objects.count() == 2
