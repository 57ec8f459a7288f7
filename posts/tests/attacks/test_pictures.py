"""Group F: what is sent as a picture. The gate itself is tested in posts/tests/test_pictures.py."""

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow

from posts import pictures, workflow
from posts.models import Image, Revision
from posts.pictures import PictureError, take
from posts.tests.make import make_document, make_user
from posts.tests.test_desk import browser
from posts.tests.test_pictures import END, chunk, packed
from posts.workflow import content

from .strings import TEXT, payloads

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(7)"><script>alert(7)</script></svg>'
NO_PICTURES = {
    "svg": SVG,
    "svg-with-declaration": b'<?xml version="1.0"?><!DOCTYPE svg>' + SVG,
    "svgz": bytes.fromhex("1f8b0800000000000003") + SVG,
    "svg-after-blanks": b"\n\n \xef\xbb\xbf" + SVG,
    "html": b"<!DOCTYPE html><script>alert(7)</script>",
    "xml": b'<?xml version="1.0"?><x/>',
    "pdf": b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(7))>>",
    "htaccess": b"AddType text/html .png\n",
    "php": b"<?php system($_GET['x']); ?>",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
    "nothing": b"",
    "zip": b"PK\x03\x04" + bytes(60),
}
OTHER_FORMATS = ("BMP", "TIFF", "ICO", "PCX", "TGA", "PPM", "PDF", "ICNS", "SGI", "DIB", "EPS")


def dots(size=(12, 9), kind="PNG", colour="teal", **options) -> bytes:
    return packed(Pillow.new("RGB", size, colour), kind, **options)


def stored() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


def send(client, data: bytes, name: str, kind: str = "image/png"):
    return client.post(
        reverse("admin:posts_image_add"), {"upload": SimpleUploadedFile(name, data, kind), "alt": "絵"}
    )


@pytest.mark.parametrize("name", NO_PICTURES)
def test_F01_what_is_no_picture_is_refused_whatever_it_is_called(name, media, editor):
    client = browser(editor)
    for called, kind in (("a.png", "image/png"), ("a.svg", "image/svg+xml"), ("a.jpg", "text/html")):
        assert send(client, NO_PICTURES[name], called, kind).status_code == 200  # the form again
    assert not Image.objects.exists() and stored() == set()


@pytest.mark.pure
@pytest.mark.parametrize("kind", OTHER_FORMATS)
def test_F01_formats_that_are_not_named_are_not_decoded(kind):
    with pytest.raises(PictureError) as caught:
        take(dots((32, 32), kind))
    assert caught.value.code == "not_an_image"


@pytest.mark.pure
def test_F02_nothing_but_pixels_is_written():
    png = dots()
    data = png.removesuffix(END) + chunk(b"tEXt", b"a\0<script>") + END + b"<script>PK\x03\x04"
    assert b"script" not in take(data).data and take(data).data.endswith(END)


BOMBS = """
import struct, sys, zlib
from posts.pictures import PictureError, take

def chunk(name, words):
    return struct.pack(">I", len(words)) + name + words + struct.pack(">I", zlib.crc32(name + words))

def png(side, depth, kind, channels):
    row, pack, out = bytes((side * depth * channels + 7) // 8 + 1), zlib.compressobj(1), b""
    for _ in range(side):
        out += pack.compress(row)
    head = struct.pack(">IIBBBBB", side, side, depth, kind, 0, 0, 0)
    parts = ((b"IHDR", head), (b"tEXt", b"a\\0b"), (b"IDAT", out + pack.flush()), (b"IEND", b""))
    return b"\\x89PNG\\r\\n\\x1a\\n" + b"".join(chunk(*part) for part in parts)

def gif(side, frames):
    dot = b"\\x02\\x02\\x44\\x01\\0"
    frame = b"," + struct.pack("<4HB", 0, 0, 1, 1, 0) + dot
    return b"GIF89a" + struct.pack("<HH", side, side) + b"\\0\\0\\0" + frame * frames + b";"

def lossless(side):
    # the head of a WebP that claims its size; there are no pixels behind it
    bits = (side - 1) | (side - 1) << 14
    body = b"VP8L" + struct.pack("<I", 10) + b"\\x2f" + struct.pack("<I", bits) + bytes(5)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body

made = eval(sys.argv[1])
try:
    told = take(made).extension
except PictureError as error:
    told = error.code
kilobytes = open("/proc/self/status").read().split("VmHWM:")[1].split()[0]
print(told, int(kilobytes) // 1024)
"""
MEGABYTES = {
    "png(12000, 1, 0, 1)": ("too_many_pixels", 100),
    "png(13500, 1, 0, 1)": ("not_an_image", 100),
    "png(6300, 1, 0, 1)": ("png", 300),
    "png(6300, 16, 6, 4)": ("png", 300),
    "gif(100, 10000)": ("too_many_frames", 100),
    "gif(12500, 1)": ("too_many_pixels", 100),
    "gif(6300, 5)": ("gif", 300),
    "lossless(6300)": ("too_many_pixels", 100),
}


@pytest.mark.pure
@pytest.mark.parametrize("bomb", MEGABYTES)
def test_F03_no_bomb_takes_more_than_its_memory(bomb):
    told, most = MEGABYTES[bomb]
    done = subprocess.run(
        [sys.executable, "-c", BOMBS, bomb],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr == ""
    code, megabytes = done.stdout.split()
    assert code == told and 10 < int(megabytes) < most


@pytest.mark.pure
@pytest.mark.parametrize("size", [(1, 1), (1, 11_000), (11_000, 1)], ids=str)
def test_F05_odd_sizes_come_through(size):
    assert (take(dots(size)).width, take(dots(size)).height) == size


@pytest.mark.pure
def test_F05_a_line_of_60_000_dots_is_refused():
    with pytest.raises(PictureError) as caught:
        take(dots((60_000, 1)))
    assert caught.value.code == "too_many_pixels"


def test_F07_the_server_makes_every_name(media, editor):
    client = browser(editor)
    names = [
        "../../x.png",
        "x.php.png",
        "x.png%00.html",
        "あ" * 100 + ".png",
        "CON",
        ".png",
        "-rf",
        "か\u3099.png",
    ]
    for number, name in enumerate([*names, *payloads(TEXT)]):
        answer = send(
            client, dots((12, number + 1)), " ".join(name.replace("\0", "").split()) or "x", "text/html"
        )
        assert answer.status_code in (200, 302)
    assert Image.objects.count() > len(names)
    assert all(pictures_name(name) for name in stored())
    assert {image.file.name for image in Image.objects.all()} == stored()


def pictures_name(name: str) -> bool:
    folder, _, file = name.removeprefix("images/").partition("/")
    stem, _, ending = file.partition(".")
    return (
        len(folder) == 2
        and len(stem) == 24
        and set(folder + stem) <= set("0123456789abcdef")
        and ending == "png"
    )


def test_F08_other_bytes_have_another_address(media):
    one, other = (Image.objects.take(take(dots(colour=colour))) for colour in ("teal", "navy"))
    assert one.file.url != other.file.url


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077], ids=oct)
def test_F09_files_and_folders_have_their_modes_whatever_the_umask(mask, media):
    media.mkdir(mode=0o750)
    before = os.umask(mask)
    try:
        image = Image.objects.take(take(dots((700, 500), "JPEG", quality=95)))
    finally:
        os.umask(before)
    path = Path(image.file.path)
    modes = {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    assert modes == {0o640}
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)] == [
        0o750,
        0o750,
    ]


def test_F10_folders_are_not_listed_and_odd_ranges_do_no_harm(client):
    image = Image.objects.take(take(dots()))
    url = image.file.url
    for path in (
        "/media/",
        "/media/images/",
        url.rsplit("/", 1)[0] + "/",
        "/media/../manage.py",
        "/media/%2e%2e/manage.py",
    ):
        assert client.get(path).status_code in (400, 404)
    for value in (
        "bytes=0-",
        "bytes=-1",
        "bytes=" + ",".join(f"{at}-{at + 1}" for at in range(1000)),
        "lines=x",
    ):
        answer = client.get(url, headers={"Range": value})
        assert answer.status_code in (200, 206, 416) and len(b"".join(answer)) <= image.file.size
    answer = client.get(url)
    assert answer["Content-Type"] == "image/png" and answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    modified = answer["Last-Modified"]
    assert client.get(url, headers={"If-Modified-Since": modified}).status_code == 304
    assert client.head(url)["Content-Length"] == str(image.file.size)


@pytest.mark.parametrize("words", ["あ" * 1001, '"><script>alert(7)</script>'])
def test_F11_alternative_words_are_words_of_a_length(words, media, editor):
    image = Image.objects.take(take(dots()))
    client = browser(editor)
    page = reverse("admin:posts_image_change", args=[image.pk])
    answer = client.post(page, {"alt": words, "credit": "", "_save": "1"})
    image.refresh_from_db()
    assert answer.status_code == (302 if len(words) < 1000 else 200)
    assert image.alt == (words if len(words) < 1000 else "")
    assert b"<script>alert(7)" not in client.get(page).content


def test_F13_the_picture_of_a_draft_cannot_be_guessed_and_no_page_names_it(media, client, clock):
    image = Image.objects.take(take(dots()))
    body = f"![絵]({image.address})"
    document = make_document(body=body, cover=image.address)
    workflow.new_post(document, by=make_user("writer"), page=content.render(document))
    assert pictures_name(image.file.name)  # 26 digits of the hash: 104 bits
    for path in ("/", "/feed.xml", "/sitemap.xml", "/archive/", "/search/?q=%E7%B5%B5"):
        assert image.file.name not in client.get(path).content.decode()
    assert Client().get(image.address.replace(image.sha256[2:8], "000000")).status_code == 404
    assert Revision.objects.get().status == "draft"


def test_F14_the_same_picture_is_stored_once(media):
    data = dots()
    first, second = Image.objects.take(take(data)), Image.objects.take(take(data), alt="別の言葉")
    assert first == second and len(stored()) == 1
    again = Image.objects.take(take(io.BytesIO(data).getvalue()))
    assert again == first and pictures.take(data).sha256 == first.sha256
