"""check_urls proves that an old site's addresses answer; add_redirects lets the others lead on."""

import gzip
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from posts import workflow
from posts.management.addresses import split
from posts.models import HistoryEntry, Post, Redirect, SiteStamp
from posts.transfer.run import Order, run

from .make import make_post

DATA = Path(__file__).parents[3] / "shared" / "data"


def told(command: str, *args) -> tuple[int, str, str]:
    """(exit status, standard output, standard error) of a command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, *args, stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def listing(tmp_path):
    """Writes a file and names it."""

    def write(data: str | bytes, name: str = "list.txt") -> str:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return str(path)

    return write


def sitemap(*addresses: str, kind: str = "url") -> str:
    root = {"url": "urlset", "sitemap": "sitemapindex"}[kind]
    entries = "".join(
        f"<{kind}><loc> {one} </loc><lastmod>2025-01-01</lastmod></{kind}>" for one in addresses
    )
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {space}>{entries}</{root}>'


@pytest.fixture
def stock(clock, publisher):
    make_post("published", slug="a", tags=["tag"])
    moved = make_post("published", slug="old")
    workflow.change_address(moved.post, slug="new", by=publisher)
    hidden = make_post("published", slug="hidden")
    gone = make_post("published", slug="gone")
    clock.shift(60)
    workflow.perform("unpublish", hidden, by=publisher, comment="理由")
    workflow.perform("retract", gone, by=publisher, comment="事実に誤りがありました。", notice="お知らせ")


GOOD = ["/", "/2026/03/01/a/", "/2026/03/01/a.html", "/2026/03/01/old", "/tags/TAG/", "/?page=1"]


def test_a_list_of_good_addresses_is_proved(stock, listing):
    lines = "\n".join(["# 旧サイト", "", *GOOD, "https://old.example.com/2026/03/01/OLD/?utm=1"])
    status, out, _err = told("check_urls", listing("\ufeff" + lines))
    assert status == 0
    assert "old.example.com" in out and "1件" in out


@pytest.mark.parametrize(
    ("address", "statuses", "remedy"),
    [
        ("/2026/03/01/hidden/", [404], "公開されていません"),
        ("/2026/03/01/gone/", [410], "取り下げ"),
        ("/2026/03/01/bb/", [404], "2026-03-01"),
        ("/2026/03/02/a/", [404], "/2026/03/02/a/,/2026/03/01/a/"),
        ("/images/x.JPG", [404], "ファイル"),
        ("/?p=1&page=7", [404], "疑問符"),
        ("/somewhere/else/", [404], "転送"),
        ("/chain/", [301, 404], ""),
        ("http://[bad/", [404], ""),
    ],
)
def test_a_failing_address_is_named_with_what_can_be_done(address, statuses, remedy, stock, listing):
    Redirect.objects.create(path="/chain/", url="/2020/01/01/nothing/")
    status, out, _err = told("check_urls", listing(f"/\n{address}"), "--format", "json")
    report = json.loads(out)
    assert (status, report["asked"], report["answered"], report["failed"]) == (1, 2, 1, 1)
    (failure,) = report["failures"]
    assert failure["address"] == address and failure["statuses"] == statuses
    assert remedy in failure["remedy"]
    status, out, _err = told("check_urls", listing(f"/\n{address}"))
    assert status == 1 and address in out and remedy in out


def test_retracted_articles_may_stay_gone(stock, listing):
    path = listing("/2026/03/01/gone/\n/2026/03/01/gone.html")
    assert told("check_urls", path)[0] == 1
    assert told("check_urls", path, "--allow-gone")[0] == 0


def test_a_redirect_to_another_site_is_counted_and_not_asked(stock, listing):
    Redirect.objects.create(path="/shop/", url="https://shop.example.com/")
    status, out, _err = told("check_urls", listing("/shop"), "--format=json")
    assert (status, json.loads(out)["elsewhere"]) == (0, 1)


def test_sitemaps_are_read_plain_packed_and_by_their_index(stock, listing, tmp_path):
    listing(
        gzip.compress(sitemap("https://old.example/2026/03/01/a/", "https://old.example/").encode()),
        "one.xml.gz",
    )
    listing(sitemap("https://old.example/2026/03/01/x/"), "two.xml")
    index = sitemap("https://old.example/maps/one.xml.gz", "https://old.example/two.xml.gz", kind="sitemap")
    status, out, _err = told("check_urls", listing(index, "sitemap.xml"), "--format=json")
    report = json.loads(out)
    assert (status, report["answered"], report["failed"]) == (1, 2, 1)
    assert report["other_hosts"] == {"old.example": 3}


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<urlset><url>", "broken.xml"),
        (sitemap("https://old.example/missing.xml", kind="sitemap"), "index.xml"),
        (b"\x1f\x8b\x08 no gzip", "x.gz"),
        (b"# nothing\n", "empty.txt"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><urlset>&d;</urlset>', "entity.xml"),
    ],
)
def test_what_cannot_be_read_is_wrong_use(data, name, listing):
    assert told("check_urls", listing(data, name))[0] == 2
    assert told("check_urls", "nowhere.txt")[0] == 2


def test_an_index_that_names_itself_ends(stock, listing):
    index = sitemap("https://x.example/sitemap.xml", "https://x.example/two.xml", kind="sitemap")
    listing(sitemap("https://x.example/"), "two.xml")
    assert told("check_urls", listing(index, "sitemap.xml"))[0] == 0


def test_standard_input_is_a_list_too(stock, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"/2026/03/01/a/\n")))
    assert told("check_urls", "-")[0] == 0


def test_asking_changes_nothing(stock, listing):
    before = (SiteStamp.objects.get().value, Redirect.objects.count(), HistoryEntry.objects.count())
    told("check_urls", listing("\n".join([*GOOD, "/x/"])))
    assert before == (SiteStamp.objects.get().value, Redirect.objects.count(), HistoryEntry.objects.count())


@pytest.mark.pure
@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("https://Old.example:8080/a?b=c#d", ("old.example", "/a?b=c")),
        ("/a/b", ("", "/a/b")),
        ("a/b", ("", "/a/b")),
        ("//a//b", ("", "/a//b")),
        ("/a?u=https://x.example/", ("", "/a?u=https://x.example/")),
        ("https://old.example", ("old.example", "/")),
    ],
)
def test_addresses_are_split_into_host_and_path(address, parts):
    assert split(address) == parts


# --- add_redirects ---


def test_redirects_are_added_once_and_lead_on_in_one_hop(stock, listing):
    lines = [
        "old,new",
        "# comment",
        "/blog/%E3%81%82.html,/2026/03/01/a/",
        "https://old.example/x,/2026/03/01/old/",
        "/topics/t/,/tags/tag/",
        "/archives/,/archive/",
        "/shop,https://shop.example.com/?a=b",
        "/deep/er,/blog/あ.html",
    ]
    path = listing("\ufeff" + "\n".join(lines))
    assert told("add_redirects", path)[0] == 0
    for old, leads_to in {
        "/blog/あ": "/2026/03/01/a/",
        "/x": "/2026/03/01/new/",
        "/topics/T": "/tags/tag/",
        "/archives": "/archive/",
        "/shop/": "https://shop.example.com/?a=b",
        "/deep/er/": "/2026/03/01/a/",
    }.items():
        answer = Client().get(old)
        assert (answer.status_code, answer["Location"]) == (301, leads_to), old
    before = Redirect.objects.count()
    status, out, _err = told("add_redirects", path)
    assert (status, Redirect.objects.count()) == (0, before) and "6" in out and "変更なし" in out
    assert HistoryEntry.objects.filter(step="change_address", comment__contains="/blog/あ.html").count() == 1


def test_a_redirect_to_another_target_is_changed(stock, listing):
    told("add_redirects", listing("/x,/2026/03/01/a/"))
    assert told("add_redirects", listing("/x/,/tags/tag/"))[0] == 0
    assert list(Redirect.objects.filter(path__startswith="/x").values_list("path", "url")) == [
        ("/x/", "/tags/tag/")
    ]


def test_a_trial_changes_nothing(stock, listing):
    before = Redirect.objects.count()
    status, out, _err = told("add_redirects", listing("/x,/2026/03/01/a/"), "--dry-run")
    assert (status, Redirect.objects.count()) == (0, before) and "1" in out


@pytest.mark.parametrize(
    "line",
    [
        "/2026/03/01/a/,/tags/tag/",
        "/tags/tag,/2026/03/01/a/",
        "/archive,/2026/03/01/a/",
        "/admin/,/2026/03/01/a/",
        "/,/2026/03/01/a/",
        "/?p=1,/2026/03/01/a/",
        "x,/2026/03/01/a/",
        "/x,/nowhere/",
        "/x,/tags/nothing/",
        "/x,/2026/03/01/nothing/",
        "/x,/pages/nothing/",
        "/x,javascript:alert(1)",
        "/x,//evil.example/",
        "/x",
        "/x,/y,/z",
        "/%00,/2026/03/01/a/",
    ],
)
def test_what_cannot_lead_is_refused_and_the_rest_is_added(line, stock, listing):
    before = Redirect.objects.count()
    status, _out, err = told("add_redirects", listing(f"{line}\n/fine,/2026/03/01/a/"))
    assert (status, Redirect.objects.count()) == (1, before + 1)
    assert "1" in err


def test_a_redirect_to_an_article_that_is_not_public_waits(stock, listing):
    assert told("add_redirects", listing("/x,/2026/03/01/hidden/"))[0] == 0
    assert Client().get("/x").status_code == 404


def test_an_unreadable_list_is_wrong_use(listing):
    assert told("add_redirects", "nowhere.csv")[0] == 2
    assert told("add_redirects", listing(b"\xff\xfe"))[0] == 2


@pytest.mark.corpus
@pytest.mark.skipif(not DATA.is_dir(), reason="no data folder beside the repository")
def test_every_address_of_the_archive_answers_as_jekyll_spelt_it(listing):
    root = DATA / "corpora" / "allforces" / "_posts"
    run(Order([root], publish=True, jobs=2))
    names = [path.stem for path in root.rglob("*.md")]
    old = [f"https://old.example/{name[:10].replace('-', '/')}/{name[11:]}" for name in names]
    spelt = [f"{one}{ending}" for one in old for ending in ("/", "", ".html")]
    status, out, _err = told("check_urls", listing("\n".join(spelt)), "--format=json")
    report = json.loads(out)
    assert report["failures"] == [] and status == 0
    assert report["asked"] == 3 * Post.objects.count() == 609
