"""Requests that no browser sends, byte by byte, to the site as it is shipped: gunicorn with its file of settings."""

import gzip
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from e2e import server

from .wire import HOST, Reply, get, send

pytestmark = pytest.mark.walk

CANARY = "kanaria-9f3"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    static = server.collect_static(folder)
    with server.running(folder, static, "ja", "posts.tests.attacks.stock") as running:
        yield running


@pytest.fixture(scope="module")
def at(site) -> str:
    return site.address


@pytest.fixture(autouse=True)
def no_fault(site):
    """After each test: nothing was a 500, no worker died, and the site answers as before."""
    before = len(site.log.read_text("utf-8", "replace"))
    yield
    said = site.log.read_text("utf-8", "replace")[before:]
    assert "Traceback" not in said and "Booting worker" not in said, said
    assert get(site.address).status == 200


def sound(reply: Reply, *wanted: int) -> None:
    assert reply.status in wanted, reply.raw[:200]
    assert reply.of("Server") in (None, "gunicorn") and reply.of("X-Powered-By") is None
    assert reply.of("X-Content-Type-Options") == "nosniff"
    assert "default-src 'none'" in reply.of("Content-Security-Policy")
    assert reply.is_closed and reply.seconds < 5


# --- E03 ---

OF_THE_MOMENT = (b"Date:", b"Set-Cookie:", b"X-Request-ID:")
PATHS = {
    "NUL": (b"/\x00", (400,)),
    "NUL, encoded": (b"/%00", (404,)),
    "NUL in a tag": (b"/tags/%00/", (404,)),
    "bytes that are no UTF-8": (b"/\xff\xfe", (400,)),
    "the same, encoded": (b"/%ff%fe", (404,)),
    "a lone %": (b"/%", (404,)),
    "a lone %, in the question": (b"/search/?q=%", (200,)),
    "% without digits": (b"/%zz", (404,)),
    "overlong UTF-8": (b"/%c0%af%c0%ae", (404,)),
    "a surrogate": (b"/%ed%a0%80", (404,)),
    "right to left": (b"/%e2%80%ae/", (404,)),
    "NUL in the question": (b"/?page=%00", (404,)),
    "NUL in a search": (b"/search/?q=%00", (200,)),
    "8 KB of path": (b"/" + b"a" * 8000, (404,)),
    "8 KB of question": (b"/?x=" + b"a" * 8000, (200,)),
    "8 KB of escapes": (b"/" + b"%E3%81%82" * 880, (404,)),
    "100 KB of path": (b"/" + b"a" * 100_000, (414,)),
    "100 KB of question": (b"/?q=" + b"a" * 100_000, (414,)),
    "a space": (b"/a b", (400,)),
    "CR and LF, encoded": (b"/%0d%0aSet-Cookie:x=1", (404,)),
    "CR and LF in a question": (b"/?page=%0d%0aX:1", (404,)),
    "*": (b"*", (400,)),
    "no slash": (b"x", (400,)),
}


@pytest.mark.parametrize("name", PATHS)
def test_E03_bytes_that_are_no_address(name, at):
    path, wanted = PATHS[name]
    reply = get(at, path)
    sound(reply, *wanted)
    assert b"\r\nX:1" not in reply.head and b"Set-Cookie" not in reply.head


@pytest.mark.parametrize("name", PATHS)
def test_E03_below_the_desk_they_are_no_fault_either(name, at):
    path, _wanted = PATHS[name]
    sound(get(at, b"/admin" + path if path.startswith(b"/") else path), 302, 400, 404, 414)


# --- E04 ---

ASIDE = [
    "/static/../editorial/settings.py",
    "/static/%2e%2e/%2e%2e/manage.py",
    "/static/..%2f..%2fmanage.py",
    "/static//etc/passwd",
    "/media/../db.sqlite3",
    "/media/%2e%2e/site.sqlite3",
    "/media/..%5csite.sqlite3",
    "/media//etc/passwd",
    "/media/....//site.sqlite3",
    "//evil.example/",
    "//evil.example/2026/",
    "///evil.example",
    "/\\evil.example/",
    "/%5cevil.example/",
    "/%2fevil.example/",
    "/./",
    "/2026/./",
    "/2026/../admin/",
    "/x/../",
    "/2026%0a",
    "/2026/%0a",
    "/admin%0a",
    "/archive/;jsessionid=1",
    "/ARCHIVE/",
    "/Archive",
    "/admin/..;/archive/",
    "/archive\\",
    "/archive%5c",
    "/.%0d./",
    "/archive/%20",
    "//admin//",
    "/%61dmin/",
]


@pytest.mark.parametrize("path", ASIDE)
def test_E04_no_spelling_leads_out_of_a_folder_or_of_the_site(path, at):
    reply = get(at, path)
    assert reply.status in (200, 301, 302, 400, 404), reply.raw[:100]
    goal = reply.of("Location") or "/"
    assert goal.startswith("/") and not goal.startswith(("//", "/\\"))
    for inside in (b"SECRET_KEY", b"SQLite format", b"root:", b"DJANGO_SETTINGS"):
        assert inside not in reply.raw
    if reply.status == 200:
        assert path.strip("/.") in ("", "x/..", "2026", "2026/..//admin", "%61dmin") or path == "/x/../", path


# --- E07 ---

ADDRESSES = [
    "/",
    "/2026/",
    "/feed.xml",
    "/robots.txt",
    "/search/?q=a",
    "/admin/",
    "/admin/login/",
    "/nowhere/",
]
OTHERS = ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "BREW", "A" * 40]


@pytest.mark.parametrize("path", ADDRESSES)
def test_E07_head_is_get_without_the_body(path, at):
    whole, head = get(at, path), get(at, path, b"HEAD")
    lines = [
        sorted(line for line in one.head.split(b"\r\n") if not line.startswith(OF_THE_MOMENT))
        for one in (whole, head)
    ]
    assert lines[0] == lines[1] and not head.body
    assert whole.body or whole.status == 302


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize("path", ["/", "/robots.txt", "/nowhere/", "/static/css/site.css", "/media/x.png"])
def test_E07_other_methods_are_refused_with_what_is_taken(path, method, at):
    reply = get(at, path, method.encode(), Cookie=f"a={CANARY}")
    if len(method) > 20:
        return sound(reply, 400)
    sound(reply, 405)
    assert {"GET", "HEAD"} <= set(re.split(", ?", reply.of("Allow")))
    assert CANARY.encode() not in reply.raw


def test_E07_a_method_in_small_letters_is_none(at):
    sound(get(at, "/", b"get"), 400)


def test_E07_options_tells_what_is_taken_and_asks_no_page(at):
    reply = get(at, "/", b"OPTIONS")
    sound(reply, 405)
    assert reply.of("Allow") == "GET, HEAD"


# --- E08 ---

ODD = {
    "GET with a body": (b"GET / HTTP/1.1\r\nContent-Length: 5\r\n" + HOST + b"\r\nhello", (200,)),
    "two lengths": (
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n" + HOST + b"\r\nhello!",
        (400,),
    ),
    "chunked and a length": (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n" + HOST + b"\r\n0\r\n\r\n",
        (400,),
    ),
    "chunked twice": (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
        + HOST
        + b"\r\n0\r\n\r\n",
        (400,),
    ),
    "an unknown coding": (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n" + HOST + b"\r\n0\r\n\r\n",
        (501,),
    ),
    "a length below nothing": (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n" + HOST + b"\r\n", (400,)),
    "a length with a sign": (b"POST / HTTP/1.1\r\nContent-Length: +5\r\n" + HOST + b"\r\nhello", (400,)),
    "a chunk that lies": (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
        + HOST
        + b"\r\nffffffffffffffffff\r\nx\r\n0\r\n\r\n",
        (400, 403),
    ),
    "an expectation": (
        b"POST / HTTP/1.1\r\nExpect: magic\r\nContent-Length: 1\r\n" + HOST + b"\r\nx",
        (417,),
    ),
    "HTTP/0.9": (b"GET /\r\n\r\n", (400,)),
    "HTTP/1.0": (b"GET / HTTP/1.0\r\n\r\n", (200,)),
    "HTTP/2 without TLS": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400,)),
    "HTTP/9.9": (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", (400,)),
    "a folded header": (b"GET / HTTP/1.1\r\nX: 1\r\n 2\r\n" + HOST + b"\r\n", (400,)),
    "a space before the colon": (b"GET / HTTP/1.1\r\nX : 1\r\n" + HOST + b"\r\n", (400,)),
    "a script for a path": (b"GET <script>alert(1)</script> HTTP/1.1\r\n" + HOST + b"\r\n", (400,)),
    "nothing of HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", (400,)),
}


@pytest.mark.parametrize("name", ODD)
def test_E08_what_is_hardly_a_request_is_refused_or_answered(name, at):
    data, wanted = ODD[name]
    reply = send(at, data)
    sound(reply, *wanted)
    assert b"<script>alert" not in reply.raw


def test_E08_100_continue_is_answered_once(at):
    data = b"POST /admin/login/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n" + HOST + b"\r\n"
    reply = send(at, data, b"hello", pause=0.3)
    assert reply.raw.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 ")


def test_E08_requests_in_one_go_are_answered_in_order(at):
    kept = b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    missing = b"GET /nowhere/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    reply = send(at, kept + missing + b"GET /robots.txt HTTP/1.1\r\n" + HOST + b"\r\n")
    assert re.findall(rb"HTTP/1\.1 (\d+) ", reply.raw) == [b"200", b"404", b"200"]


def test_E08_a_body_that_is_cut_off_is_taken_by_nobody(at):
    """A form that ends early would be a shorter text."""
    head = (
        b"POST /admin/login/ HTTP/1.1\r\nContent-Length: 500\r\n"
        + FORM
        + HOST
        + b"\r\nusername=writer&password=k"
    )
    reply = send(at, head, half=True)
    assert reply.status in (0, 400, 403)


def test_E08_slow_headers_hold_a_thread_for_seconds_and_other_readers_not_at_all(at):
    """One byte a second would hold a thread for ever; all eight of them are tried, and the site goes on."""
    begun = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        slow = [pool.submit(send, at, *_drops(40), pause=1, patience=40) for _ in range(7)]
        time.sleep(3)
        quick = [get(at) for _ in range(5)]
        assert all(one.status == 200 and one.seconds < 2 for one in quick)
        ends = [one.result() for one in slow]
    assert all(one.is_closed and one.status in (0, 400) for one in ends)
    assert max(one.seconds for one in ends) < 20 and time.monotonic() - begun < 40


def _drops(count: int) -> list[bytes]:
    return [b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", *[b"a"] * count]


def test_E08_who_does_not_hang_up_keeps_nobody_out(at):
    """gunicorn lingers two seconds for each of them in the loop that lets others in: one client would stop the site."""
    port = int(at.rpartition(":")[2])
    lines = []
    for _ in range(20):
        lines.append(socket.create_connection(("127.0.0.1", port)))
        lines[-1].sendall(b"GET /robots.txt HTTP/1.1\r\n" + HOST + b"\r\n")
    time.sleep(0.5)
    reply = get(at, "/robots.txt")
    for line in lines:
        line.close()
    assert reply.status == 200 and reply.seconds < 2


def test_E08_who_sends_nothing_is_hung_up_on(at):
    reply = send(at, patience=30)
    assert reply.is_closed and not reply.raw and reply.seconds < 15


# --- E11 ---

LANGUAGES = ["*", "xx-yy;q=9", "ja;q=abc", ",,,,", "a" * 300, "en-" * 200, "\xff\xfe", "ja,en;q=0.1," * 300]


@pytest.mark.parametrize(
    "name", ["Accept-Language", "Accept", "Accept-Encoding", "User-Agent", "Referer", "Cookie"]
)
@pytest.mark.parametrize("value", LANGUAGES)
def test_E11_odd_headers_change_nothing_of_a_page(name, value, at):
    plain = get(at)
    odd = send(at, b"GET / HTTP/1.1\r\n" + HOST + f"{name}: {value}\r\n\r\n".encode("latin-1"))
    assert odd.status == 200 and odd.body == plain.body


@pytest.mark.parametrize("size", [8_000, 16_000, 65_536])
def test_E11_long_headers_are_refused_by_their_length(size, at):
    reply = send(at, b"GET / HTTP/1.1\r\nX: " + b"a" * size + b"\r\n" + HOST + b"\r\n")
    assert reply.status == (200 if size < 8_190 else 431)


def test_E11_so_many_headers_and_no_more(at):
    many = b"".join(b"X%d: 1\r\n" % number for number in range(100))
    sound(send(at, b"GET / HTTP/1.1\r\n" + many + HOST + b"\r\n"), 431)


def test_E11_thousands_of_them_leave_the_memory_as_it_was(site, at):
    pid = int(re.findall(r"Booting worker with pid: (\d+)", site.log.read_text())[-1])
    for number in range(200):
        get(at, "/admin/login/", Accept_Language=f"x{number}-{'y' * 50};q=0.{number}")
    before = _memory(pid)
    with ThreadPoolExecutor(8) as pool:
        asked = range(2_000)
        list(
            pool.map(lambda number: get(at, "/admin/login/", Accept_Language=f"z{number}-{'y' * 500}"), asked)
        )
    assert _memory(pid) - before < 20_000  # kB


def _memory(pid: int) -> int:
    with open(f"/proc/{pid}/status") as file:  # noqa: PTH123
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])


# --- E16 ---

HOSTS = [
    "evil.example",
    "",
    "a@127.0.0.1",
    "127.0.0.1@evil.example",
    "127.0.0.1,evil.example",
    "127.0.0.1 evil",
]
HOSTS += [
    "evil.example#127.0.0.1",
    "127.0.0.1/evil",
    "127.0.0.1:x",
    "[::2]",
    "127.0.0.1:80:80",
    "あ".encode().decode("latin-1"),
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/feed.xml", "/admin/login/", "/nowhere/"])
def test_E16_a_host_that_is_not_ours_is_refused(path, host, at):
    data = f"GET {path} HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\n\r\n".encode("latin-1")
    reply = send(at, data)
    sound(reply, 400)
    assert b"evil" not in reply.raw


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:9", "localhost", "LOCALHOST", "localhost.", "[::1]"]
)
def test_E16_however_ours_is_written_no_answer_repeats_it(host, at, site):
    for path in ("/", "/feed.xml", "/sitemap.xml", "/robots.txt", site.facts["public"]):
        data = f"GET {path} HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\n\r\n".encode()
        reply = send(at, data)
        assert reply.status == 200 and reply.body == get(at, path).body


def test_E16_two_hosts_none_and_a_whole_address(at):
    sound(send(at, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n"), 400)
    sound(send(at, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"), 400)
    for path in (b"/feed.xml", b"/nowhere/", b"/admin/", b"/2026/03"):
        reply = get(at, b"http://evil.example" + path)
        assert reply.status < 500 and b"evil.example" not in reply.raw


# --- E25 ---


def post(
    at: str, body: bytes, kind: bytes = b"application/x-www-form-urlencoded", path: str = "/admin/login/"
) -> Reply:
    cookie = b"Cookie: csrftoken=" + b"k" * 32 + b"\r\n"  # or the token alone would be refused, unread
    head = f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n".encode()
    return send(at, head + b"Content-Type: " + kind + b"\r\n" + cookie + HOST + b"\r\n" + body)


def multipart(count: int, *, file: bool, ending: bytes = b"--") -> bytes:
    name = b'; filename="x.png"' if file else b""
    part = b'--b\r\nContent-Disposition: form-data; name="f%d"' + name + b"\r\n\r\nx\r\n"
    return b"".join(part % number for number in range(count)) + b"--b" + ending + b"\r\n"


KIND = b"multipart/form-data; boundary="
BODIES = {
    "10,000 fields": (b"&".join(b"a%d=1" % number for number in range(10_000)), None, (400,)),
    "10,000 fields of a multipart": (multipart(10_000, file=False), KIND + b"b", (400,)),
    "1,000 files": (multipart(1_000, file=True), KIND + b"b", (400,)),
    "a boundary that never comes": (multipart(3, file=False), KIND + b"other", (400, 403)),
    "no boundary": (multipart(3, file=False), b"multipart/form-data", (400, 403)),
    "a boundary of 10 KB": (multipart(3, file=False), KIND + b"b" * 7_000, (400, 403)),
    "a multipart without an end": (multipart(3, file=False, ending=b""), KIND + b"b", (400, 403)),
    "a multipart in a multipart": (
        b'--b\r\nContent-Disposition: form-data; name="f"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n'
        * 500,
        KIND + b"b",
        (400, 403),
    ),
    "JSON of 100,000 brackets": (b"[" * 100_000, b"application/json", (403,)),
    "a wrong coding": (b"a=1", b"application/x-www-form-urlencoded; charset=utf-7", (400, 403)),
    "UTF-16": (b"a=1", b"application/x-www-form-urlencoded; charset=utf-16", (400, 403)),
}


@pytest.mark.parametrize("name", BODIES)
def test_E25_a_form_that_is_too_much_is_refused_quickly(name, at):
    body, kind, wanted = BODIES[name]
    reply = post(at, body, kind or b"application/x-www-form-urlencoded")
    sound(reply, *wanted)


def test_E25_a_field_of_10_MB_is_not_read_to_its_end(at):
    """The line may be cut before the answer is read: who sends on after a refusal has it so."""
    reply = post(at, b"a=" + b"x" * 10_000_000)
    assert reply.status in (0, 400) and reply.is_closed and reply.seconds < 5


def test_E25_a_packed_body_is_not_unpacked(at):
    packed = gzip.compress(b"a=" + b"x" * 20_000_000)
    head = b"POST /admin/login/ HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n" % len(packed)
    sound(send(at, head + FORM + HOST + b"\r\n" + packed), 400, 403)


def test_control_a_slow_answer_is_noticed(at):
    with pytest.raises(AssertionError):
        sound(Reply(raw=get(at).raw, seconds=9, is_closed=True), 200)
    with pytest.raises(AssertionError):
        sound(get(at, "/nowhere/"), 200)
