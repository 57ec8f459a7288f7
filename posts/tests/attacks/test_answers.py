"""Odd questions to public addresses: page numbers, dates, keys, headers, conditions; and what errors tell."""

import hashlib
import logging
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from posts import workflow

from .. import rooms
from ..make import PAGE, advance, make_post, make_user
from ..permissions.addresses import ADDRESSES, PUBLIC
from ..test_addresses import CANARY

ROOT = Path(__file__).resolve().parents[3]
FIELDS = {"tags": ["tag"], "category": "section", "author": "person"}
LISTS = ["/", "/tags/tag/", "/categories/section/", "/authors/person/", "/2026/", "/2026/03/", "/2026/03/01/"]
LISTS += ["/search/?q=見出し", "/corrections/"]


@pytest.fixture(autouse=True)
def nobody_has_asked_before():
    cache.clear()  # mails of forgotten passwords are counted there


@pytest.fixture
def stock(clock):
    first = make_post("published", slug="a", **FIELDS)
    clock.shift(60)
    draft = workflow.start_revision(first.post, by=make_user("writer"), page=PAGE)
    document = draft.to_document().replace(update_kind="correction", update_note="金額を訂正しました。")
    draft = workflow.save_draft(draft, document, by=make_user("writer"), version=1, page=PAGE)
    return advance(draft, "published")


def get(path: str, **more):
    return Client().get(path, **more)


def with_query(path: str, query: str) -> str:
    return path + ("&" if "?" in path else "?") + query


# --- E01, E02 ---

NUMBERS = {
    "0": 404,
    "-1": 404,
    "abc": 404,
    "": 404,
    "1.0": 404,
    "1e9": 404,
    "9" * 5000: 404,
    "%00": 404,
    "٣": 404,
    "1_0": 404,
    "+-1": 404,
    "²": 404,
    "Ⅰ": 404,
    "१": 404,
    "0x1": 404,
    "inf": 404,
    "1%0a2": 404,
    "99999999": 404,
    "1": 301,
    "１": 301,
    "%201%20": 301,
    "01": 301,
    "1%0a": 404,
}


@pytest.mark.parametrize("path", LISTS)
def test_E01_a_page_has_one_number_and_every_other_word_is_none(path, stock):
    assert get(path).status_code == 200
    for number, status in NUMBERS.items():
        answer = get(with_query(path, f"page={number}"))
        assert answer.status_code == status, number[:20]
        if status == 301:
            assert answer["Location"] in (path, quote(path, "/?=&")), number
    answer = get(with_query(path, "page=0&page=1"))  # the last one counts, as everywhere in Django
    assert answer.status_code == 301 and get(with_query(path, "page=1&page=0")).status_code == 404


DATES = [
    "/0/",
    "/0000/",
    "/10000/",
    "/1/",
    "/2025/0/",
    "/2025/00/",
    "/2025/13/",
    "/2025/2/30/",
    "/2025/02/30/",
]
DATES += [
    "/2025/02/29/a/",
    "/9999/12/31/",
    "/0001/01/01/a/",
    f"/{'9' * 400}/",
    f"/2025/{'1' * 400}/",
    "/-2025/",
    "/2025.5/",
]
DATES += ["/٢٠٢٦/", "/2026/03/01/a/b/", "/2026/03/1e0/", "/१९९९/"]


@pytest.mark.parametrize("path", DATES)
def test_E02_days_that_are_none_are_not_found(path, stock):
    assert get(path).status_code == 404


# --- E05, E06 ---

KEYS = [
    "title__regex=.*",
    "order=password",
    "order_by=?",
    "o=-1",
    "_connector=OR",
    "_negated=1",
    "author__password=a",
    "status=draft",
    "pk=1",
    "post__slug=a",
    "preview=1",
    "format=json",
    "callback=x",
    "debug=1",
    "lang=en",
    "page__gt=1",
    "__class__=x",
    "q%5B%5D=1",
    "fields=*",
    "a=1&a=2&a=3",
]


def asked_of_database(path: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = get(path)
    assert answer.status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.walk
@pytest.mark.parametrize("path", [*LISTS, "/2026/03/01/a/", "/archive/", "/feed.xml", "/sitemap.xml"])
def test_E05_no_unknown_key_reaches_the_database(path, stock):
    """The questions are the same ones to the letter, so none of the keys or values is in them."""
    steady = [re.sub(r"\d{4}-\d\d-\d\d[ \d:.+T]*", "", one) for one in asked_of_database(path)]
    for key in KEYS:
        odd = asked_of_database(with_query(path, key))
        assert [re.sub(r"\d{4}-\d\d-\d\d[ \d:.+T]*", "", one) for one in odd] == steady, key


WISHES = [
    "x" * 100_000,
    "語 " * 10_000,
    "   ",
    "　",
    "%",
    "_",
    "%_%",
    "'",
    '"',
    '"開いた',
    "(",
    ")",
    "NEAR(a b)",
    "a OR b",
    "a*",
    "-",
    "--",
    "-a",
    "^a",
    "title:見出し",
    "{a b}: c",
    "a AND",
    "NOT a",
    "🍣",
    "👨‍👩‍👧‍👦",
    "\0",
    "a\0b",
    "\\",
    "';DROP TABLE x",
    "\u202e見",
]


@pytest.mark.parametrize("wish", WISHES, ids=range(len(WISHES)))
def test_E06_any_words_are_words_to_look_for(wish, stock):
    answer = get("/search/", query_params={"q": wish})
    assert answer.status_code == 200
    assert len(answer.content) < 60_000  # what was asked is cut, not repeated


def test_E06_widths_and_kana_are_one(stock, clock):
    make_post("published", slug="b", title="ガス料金")
    for wish in ("ガス", "ｶﾞｽ", "がす"):
        assert "/2026/03/01/b/" in rooms.body(get("/search/", query_params={"q": wish})), wish


# --- E09 ---


def digest(answer) -> str:
    return hashlib.sha256(rooms.body(answer).encode()).hexdigest()


def examples(world) -> list[str]:
    return [world.at(row) for route, row in PUBLIC.items() if not route.startswith(("preview/", "shared/"))]


CHANGES = {
    "a new text": lambda world: make_post(
        "published", slug="new", title="新しい", by=world.people["own"], **FIELDS
    ),
    "a section renamed": lambda world: rooms.send(
        world.clients["admin"],
        f"/admin/posts/category/{world.names['category']}/change/",
        {"name": "政治", "slug": "経済", "order": "0", "_save": "1"},
    ),
    "another name of the site": lambda world: setattr(settings, "SITE_NAME", "別の名前"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_E09_304_is_said_only_where_the_bytes_are_the_same(change, world, settings):
    settings.SITE_NAME = "元の名前"
    before = {path: get(path) for path in examples(world)}
    marks = {path: one.headers.get("ETag") for path, one in before.items() if one.status_code == 200}
    assert len([mark for mark in marks.values() if mark]) > 5
    for path, mark in marks.items():
        if mark:
            assert get(path, headers={"if-none-match": mark}).status_code == 304, path
            assert (
                get(path, headers={"if-none-match": f'"x", W/{mark.removeprefix("W/")}'}).status_code == 304
            ), path
            assert get(path, headers={"if-none-match": '"x"'}).status_code == 200, path
    CHANGES[change](world)
    wrong = []
    for path, mark in marks.items():
        now = get(path)
        again = get(path, headers={"if-none-match": mark or '"x"'})
        if again.status_code == 304 and digest(now) != digest(before[path]):
            wrong.append(path)
    assert wrong == []


ODD_CONDITIONS = [
    {"if-none-match": '"'},
    {"if-none-match": "*"},
    {"if-none-match": ",,,"},
    {"if-none-match": "x" * 5000},
    {"if-modified-since": "yesterday"},
    {"if-modified-since": "Wed, 99 Foo 9999 99:99:99 GMT"},
    {"if-match": '"x"'},
    {"if-unmodified-since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    {"range": "bytes=0-"},
    {"range": "bytes=9-1,5-5,-1"},
    {"range": "bytes=" + ",".join(f"{n}-{n}" for n in range(1000))},
    {"if-range": '"x"'},
]


@pytest.mark.parametrize("odd", ODD_CONDITIONS, ids=range(len(ODD_CONDITIONS)))
def test_E09_odd_conditions_are_no_fault(odd, world):
    for path in ("/", "/feed.xml", "/sitemap.xml", "/robots.txt", world.names["public"]):
        answer, plain = get(path, headers=odd), get(path)
        assert answer.status_code in (200, 304, 412), path
        if answer.status_code == 200:
            assert digest(answer) == digest(plain)


# --- E12 ---

BROKEN = [
    "csrftoken=x",
    "csrftoken=" + "k" * 31,
    "sessionid=x; csrftoken=%00",
    "messages=x",
    "django_language=en; a=" + "b" * 3000,
]


@pytest.mark.parametrize("cookie", BROKEN, ids=range(len(BROKEN)))
def test_E12_who_brings_a_broken_cookie_is_sent_none(cookie, stock):
    """Django makes a new token for who brings a broken one, and would send it with a page that caches keep."""
    for path in [*LISTS, "/2026/03/01/a/", "/feed.xml", "/nowhere/", "/2026/03"]:
        answer = get(path, headers={"cookie": cookie})
        assert not answer.cookies and "Cookie" not in answer.headers.get("Vary", ""), path
        assert "Cache-Control" in answer.headers, path


UNKEYED = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-scheme": "nothttps",
    "x-forwarded-proto": "https",
    "x-forwarded-prefix": "/evil",
    "x-forwarded-port": "1",
    "x-forwarded-server": "evil.example",
    "x-original-url": "/admin/",
    "x-rewrite-url": "/admin/",
    "forwarded": "host=evil.example;proto=https",
    "x-http-method-override": "DELETE",
    "x-wp-nonce": "1",
    "x-ghost-preview": "a=b",
    "accept-language": "en",
    "x-script-name": "/evil",
    "x-host": "evil.example",
    "cookie": "a=b; django_language=en; csrftoken=x",
    "user-agent": "Googlebot",
    "x-requested-with": "XMLHttpRequest",
    "origin": "https://evil.example",
    "referer": "https://evil.example/",
    "via": "1.1 x",
    "client-ip": "1.2.3.4",
}


def told(answer) -> tuple:
    """What a cache would keep: all of it but the moment."""
    of_the_moment = ("Date", "Expires", "X-Request-ID")
    headers = {name: value for name, value in answer.headers.items() if name not in of_the_moment}
    return answer.status_code, headers, rooms.body(answer)


@pytest.mark.walk
def test_E13_nothing_beside_the_address_changes_what_a_cache_keeps(world):
    """Each header with each public address; and words of advertisers behind it, on the pages themselves."""
    count = 0
    for path in examples(world):
        plain = told(get(path))
        assert told(get(path)) == plain
        for name, value in UNKEYED.items():
            assert told(get(path, headers={name: value})) == plain, (path, name)
            count += 1
        marked = told(get(with_query(path, "utm_source=evil.example&fbclid=1")))
        assert "evil.example" not in marked[2] and marked[0] == plain[0], path
    assert count == len(UNKEYED) * len(examples(world))


@pytest.mark.walk
def test_E14_what_somebody_sees_who_has_signed_in_is_seen_by_nobody_after(world):
    """Every address by an administrator, its writer, and at another moment; then by anybody, as from a shared cache."""
    addresses = [world.at(row) for row in ADDRESSES.values()]
    before = {path: told(get(path)) for path in addresses if not path.startswith("/shared/")}
    for path in addresses:
        with world.watch.trial():
            for who in ("admin", "own"):
                world.clients[who].get(path)
                world.clients[who].get(with_query(path, "at=2027-01-01"))
    for path, plain in before.items():
        status, headers, body = told(get(path))
        assert CANARY not in body and quote(CANARY) not in body, path
        assert status == plain[0] and ("Set-Cookie" in headers) == ("Set-Cookie" in plain[1]), path


DECEPTIONS = ["/admin/x.css", "/admin/posts/post/{post}/change/x.css", "/admin/posts/post/{post}/change.css"]
DECEPTIONS += [
    "/preview/{revision}/.png",
    "/preview/{revision}/x.js",
    "/preview/{revision}.png",
    "/preview/{revision}/frame/a.css",
]
DECEPTIONS += [
    "/admin/posts/post/{post}/change/%2ex.css",
    "/admin/posts/post/{post}/change/;x.css",
    "/shared/{token}.css",
]
DECEPTIONS += [
    "/admin/posts/post/{post}/change/%0ax.css",
    "/shared/{token}/x.png",
    "/admin/posts/post/%23x.css",
]


@pytest.mark.parametrize("path", DECEPTIONS)
@pytest.mark.parametrize("who", ["own", "admin"])
def test_E15_no_page_of_one_person_stands_at_the_address_of_a_file(path, who, world):
    answer = world.clients[who].get(path.format(**world.names))
    assert answer.status_code in (301, 302, 404)  # 302: the desk leads what is no article to its list
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert CANARY not in rooms.body(answer)


# --- E17, E18 ---


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "testserver"])
def test_E17_the_link_of_a_forgotten_password_has_the_host_of_the_site(host, settings):
    settings.SITE_URL = "https://news.example"
    make_user("writer", email="w@example.com")
    headers = {"host": host, "x-forwarded-host": "evil.example"}
    assert (
        Client()
        .post(reverse("admin_password_reset"), {"email": "w@example.com"}, headers=headers)
        .status_code
        == 302
    )
    for thread in threading.enumerate():
        if thread.name == "reset-mail":  # it goes out beside the answer
            thread.join(10)
    [letter] = mail.outbox
    assert {urlsplit(one).netloc for one in re.findall(r"https?://\S+", letter.body)} == {"news.example"}
    assert "evil" not in letter.message().as_string()


def test_E17_a_host_that_is_not_ours_sends_no_mail():
    make_user("writer", email="w@example.com")
    answer = Client().post(
        reverse("admin_password_reset"), {"email": "w@example.com"}, headers={"host": "evil.example"}
    )
    assert answer.status_code == 400 and mail.outbox == []


NEXT = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http://testserver@evil.example/",
    "//testserver@evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "\t//evil.example",
    "/\t/evil.example",
    " //evil.example",
    "https://evil.example",
    "//evil.example\\@testserver",
    "ftp://testserver/",
    "/ok\r\nX-Bad: 1",
    "/ok\nSet-Cookie: a=b",
    "/%0d%0aX-Bad:1",
    "\x00//evil.example",
    "/\u2028/evil.example",
    "//%65vil.example",
    "x" * 5000,
]


@pytest.mark.parametrize("wish", NEXT, ids=range(len(NEXT)))
@pytest.mark.parametrize("way", ["login", "language", "logout"])
def test_E18_nobody_is_led_to_another_site(wish, way, writer):
    writer.set_password("korenaga-nagai-7")
    writer.save()
    client = Client(raise_request_exception=False)
    if way == "login":
        sent = {"username": "writer", "password": "korenaga-nagai-7", "next": wish}
        answer = client.post("/admin/login/", sent, query_params={"next": wish})
    elif way == "language":
        answer = client.post(
            "/admin/language/", {"language": "en", "next": wish}, headers={"referer": "https://evil.example/"}
        )
    else:
        client.force_login(writer)
        answer = client.post("/admin/logout/", {"next": wish}, query_params={"next": wish})
    assert answer.status_code in (200, 302)
    goal = urlsplit(answer.headers.get("Location", "").replace("\\", "/"))
    assert goal.netloc in ("", "testserver") and goal.scheme in ("", "http")
    assert not answer.headers.get("Location", "").startswith(("//", "/\\", "\\"))
    assert "X-Bad" not in answer.headers and "a" not in answer.cookies
    assert not re.search(r"[\r\n]", answer.headers.get("Location", ""))


# --- E23, E24 ---

TELLTALE = re.compile(
    r"Traceback|DJANGO_SETTINGS|SECRET_KEY|SELECT |site-packages|/posts/\w+\.py|OperationalError|DEBUG"
)


def refusals(editor) -> dict:
    """{status: an answer with it}, each made in the way that readers meet it."""
    checked = Client(enforce_csrf_checks=True)
    desk = Client(enforce_csrf_checks=True, raise_request_exception=False)
    desk.force_login(editor)
    free = Client(raise_request_exception=False)
    free.force_login(editor)
    many = {f"f{number}": "x" for number in range(2_000)}
    return {
        "400": free.get("/?at=x"),
        "400 host": Client().get("/", headers={"host": "evil.example"}),
        "400 fields": free.post("/admin/posts/post/add/", many),
        "400 size": free.post("/admin/posts/post/add/", {"body": "x" * 6_000_000}),
        "403": checked.post("/"),
        "403 desk": desk.post("/admin/posts/post/add/", {"title": "x"}),
        "403 role": free.get("/admin/auth/user/"),
        "404": Client().get("/nowhere/"),
        "404 desk": free.get("/admin/nowhere/"),
        "413": free.post(reverse("admin:posts_preview_text"), {"body": "字" * 200_001}),
    }


def test_E23_every_refusal_is_a_page_of_ours_in_japanese_and_tells_nothing(editor, stock):
    with rooms.hush():
        answers = refusals(editor)
    for name, answer in answers.items():
        body = rooms.body(answer)
        assert str(answer.status_code) == name[:3], (name, answer.status_code)
        assert not TELLTALE.search(body), name
        assert "default-src 'none'" in answer["Content-Security-Policy"], name
        if name != "413":  # which a script reads
            assert '<html lang="ja"' in body and re.search("[ぁ-ん]", body), name


@pytest.mark.parametrize("status", ["400", "403", "404", "500"])
@pytest.mark.parametrize("path", ["/", "/admin/"])
def test_E24_a_fault_in_the_page_of_a_fault_leaves_plain_words(status, path, monkeypatch, editor, stock):
    """Whatever breaks: the templates, their messages, the middleware between."""

    def fail(*_args, **_more):
        raise RuntimeError("hunter2")

    monkeypatch.setattr("django.template.base.Template.render", fail)
    logging.disable(logging.CRITICAL)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(editor)
    answer = {
        "400": lambda: client.get("/", headers={"host": "evil.example"}),
        "403": lambda: client.post(path),
        "404": lambda: client.get(f"{path}nowhere/"),
        "500": lambda: client.get(path),
    }[status]()
    logging.disable(logging.NOTSET)
    assert answer.status_code == 500 and "hunter2" not in rooms.body(answer)
    assert "問題が発生しました" in rooms.body(answer) and '<html lang="ja">' in rooms.body(answer)
    assert "default-src 'none'" in answer["Content-Security-Policy"] and answer["Cache-Control"] == "no-store"


# --- E27, E30, E31, E32 ---


def test_E27_what_machines_look_for_is_there_or_not_as_decided(settings, stock):
    settings.SECURITY_CONTACT = "mailto:security@example.com"
    robots = get("/robots.txt").content.decode()
    assert robots.startswith("User-agent: *\n") and "Disallow: /admin/" in robots
    assert b"Contact: mailto:security@example.com" in get("/.well-known/security.txt").content
    for path in (
        "/humans.txt",
        "/.git/config",
        "/.env",
        "/server-status",
        "/wp-login.php",
        "/debug",
        "/manage.py",
        "/db.sqlite3",
    ):
        assert get(path).status_code == 404, path


@pytest.mark.walk
def test_E27_no_public_page_leads_to_the_desk(world):
    for path in examples(world):
        if path != "/robots.txt":
            assert "/admin" not in rooms.body(get(path)), path


SLOW = re.compile(r"strip_tags|striptags|Truncator|truncate\w+_html|urlize|html\.parser")


def sources() -> list[Path]:
    found = [*ROOT.glob("posts/**/*.py"), *ROOT.glob("editorial/**/*.py"), *ROOT.glob("templates/**/*.html")]
    return [path for path in found if "tests" not in path.parts]


def test_E30_nothing_that_is_quadratic_in_the_library_reads_what_people_write():
    """strip_tags, the Truncator on HTML and urlize: section 2 of the list has the seconds."""
    # In a child process with an end to its seconds; and on pages that such a process has made and cleaned
    allowed = {"posts/rendering", "posts/transfer", "posts/admin/review/reading.py"}
    found = [str(path.relative_to(ROOT)) for path in sources() if SLOW.search(path.read_text("utf-8"))]
    assert [path for path in found if not path.startswith(tuple(allowed))] == []
    assert len(sources()) > 200 and SLOW.search("{{ x|striptags }}")


DEPLOY = {
    "SECRET_KEY": "k3y-" + "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ" * 2,
    "SITE_URL": "https://news.example",
    "DEBUG": "0",
    "DATABASE_URL": "sqlite://:memory:",
    "PATH": "/usr/bin:/bin",
}


def deploy_check(**more) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=DEPLOY | more, capture_output=True, text=True, timeout=120)


def test_E31_a_site_with_tls_has_nothing_to_be_warned_of():
    done = deploy_check()
    assert done.returncode == 0 and "no issues" in done.stdout, done.stdout + done.stderr


def test_E31_control_a_site_without_tls_is_warned():
    done = deploy_check(SITE_URL="http://news.example")
    assert done.returncode == 1 and "security.W" in done.stderr
