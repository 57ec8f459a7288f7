"""Pictures in a bucket: the same addresses and pages as on a disk, whichever process wrote them."""

import os
from io import BytesIO

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from editorial import machines
from posts import pictures
from posts.models import Image

from . import s3


def picture(*size: int) -> pictures.Picture:
    data = BytesIO()
    PIL.Image.effect_noise(size, 60).convert("RGB").save(data, "PNG")
    return pictures.take(data.getvalue())


# A real server of the kind, empty: s3://KEY:SECRET@HOST:PORT/BUCKET?insecure=1 (moto_server was asked)
REAL = os.environ.get("TEST_S3_URL", "")
looks_inside = pytest.mark.skipif(bool(REAL), reason="looks into the server of these tests")


@pytest.fixture
def bucket(settings):
    with s3.serving() as server:
        here = f"s3://key:secret@127.0.0.1:{server.server_port}/pictures?region=tokyo&insecure=1"
        settings.STORAGES = settings.STORAGES | {"default": machines.media(REAL or here)}
        yield server


def test_a_picture_of_the_desk_goes_to_the_bucket_and_is_shown_at_its_address(bucket, client):
    image = Image.objects.take(picture(600, 400))
    assert image.address.startswith("/media/images/") and image.small_url.startswith("/media/images/")
    for address in (image.address, image.small_url):
        answer = client.get(address)
        assert answer.status_code == 200 and answer["Content-Type"].startswith("image/")
        assert answer["X-Content-Type-Options"] == "nosniff" and "Set-Cookie" not in answer
        assert b"".join(answer.streaming_content)
        assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "made", [lambda name: name, pictures.card_name, lambda name: pictures.variant_name(name, 480)]
)
def test_every_file_that_is_made_of_a_picture_is_shown(bucket, client, made):
    name = made(picture(60, 40).name)
    default_storage.save(name, ContentFile(b"x"))
    assert client.get(f"/media/{name}").status_code == 200


@looks_inside
def test_the_calls_are_signed(bucket):
    default_storage.save("images/one.png", ContentFile(b"x"))
    assert bucket.files
    assert all(said.startswith("AWS4-HMAC-SHA256 Credential=key/") for _how, _path, said in bucket.asked)
    assert not any("secret" in said for *_more, said in bucket.asked)


@looks_inside
def test_the_same_picture_twice_is_one_file(bucket):
    taken = picture(60, 40)
    one, two = (Image.objects.take(taken) for _ in "ab")
    assert one == two
    default_storage.save(one.file.name, ContentFile(b"the same name"))
    assert len([path for path in bucket.files if path.endswith(".png")]) == 1


def test_what_is_not_there_is_not_found(bucket, client):
    assert client.get("/media/images/ab/cdef.png").status_code == 404


@pytest.mark.parametrize("path", ["../secret", "%2e%2e/secret", "images/../../secret", "backups/all.sql"])
def test_nothing_but_pictures_is_read_from_the_bucket(bucket, client, path):
    default_storage.save("backups/all.sql", ContentFile(b"everything"))
    bucket.asked.clear()
    assert client.get(f"/media/{path}").status_code == 404
    assert bucket.asked == []


def test_an_erased_picture_leaves_the_bucket(bucket):
    name = default_storage.save("images/one.png", ContentFile(b"x"))
    default_storage.delete(name)
    assert not bucket.files and not default_storage.exists(name)
