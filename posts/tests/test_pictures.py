"""The image gate: what comes in is written anew, and what it wrote itself keeps its bytes (decisions/0009)."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image, ImageChops, ImageSequence, PngImagePlugin

from posts import pictures
from posts.pictures import PictureError, take
from posts.pictures.container import is_kept

pytestmark = pytest.mark.pure

MODES = {
    "PNG": ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"],
    "JPEG": ["1", "L", "RGB", "CMYK"],
    "WEBP": ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"],
    "GIF": ["1", "L", "LA", "P", "RGB", "RGBA"],
}
FILES = [
    path
    for root in (settings.BASE_DIR / "sample", settings.BASE_DIR.parent / "shared/data/corpora/rust-blog")
    for path in sorted(Path(root).rglob("*"))
    if path.suffix.lower() in {".png", ".jpg", ".webp", ".gif"}
]
NOISE = Image.merge("RGBA", [Image.effect_noise((37, 29), 60) for _ in range(4)])


def packed(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def in_mode(mode: str, size: tuple[int, int] = (37, 29)) -> Image.Image:
    image = NOISE.resize(size)
    if mode == "I;16":
        return image.convert("L").convert("I").convert("I;16")
    return (image.convert("RGB") if mode in {"1", "CMYK"} else image).convert(mode)


def moving(mode: str, kind: str, **options) -> bytes:
    """A spot that moves over five frames."""
    frames = [Image.new("RGBA", (40, 30), (0, 0, 0, 0)) for _ in range(5)]
    for number, frame in enumerate(frames):
        frame.paste((255, number * 20, 0, 200), (number * 3, 2, number * 3 + 10, 12))
    first, *rest = [frame.convert(mode) for frame in frames]
    return packed(first, kind, save_all=True, append_images=rest, **options)


def comes_through(data: bytes) -> pictures.Picture:
    """The picture, which has the shape that is kept and is the same after a second time."""
    picture = take(data)
    assert is_kept(picture.data)
    assert take(picture.data) == picture
    return picture


def places() -> Image.Exif:
    """What a camera adds: where the picture was taken, and which side is up."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (43.0, 4.0, 5.0)}
    return exif


def chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


PNG, JPEG, WEBP = (take(packed(NOISE.convert("RGB"), kind)).data for kind in ("PNG", "JPEG", "WEBP"))
GIF = take(packed(NOISE.convert("P"), "GIF")).data
END = chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(37, 29), (1, 1), (300, 1), (1, 300), (640, 480)], ids=str)
@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, modes in MODES.items() for mode in modes])
def test_what_the_gate_wrote_keeps_its_bytes(kind, mode, size):
    data = packed(in_mode(mode, size), kind, icc_profile=b"profile", comment=b"words", dpi=(72, 72))
    picture = comes_through(data)
    assert (picture.width, picture.height) == size
    assert b"profile" not in picture.data and b"words" not in picture.data


@pytest.mark.parametrize(
    "data",
    [
        packed(in_mode("P"), "PNG", transparency=3),
        packed(in_mode("P"), "PNG", transparency=b"\0\x80\xff"),
        packed(in_mode("P").quantize(3), "PNG", transparency=1),
        packed(in_mode("P"), "GIF", transparency=3, interlace=1),
        packed(in_mode("L"), "PNG", transparency=7),
        packed(in_mode("1"), "PNG", transparency=0),
        packed(in_mode("RGB"), "PNG", transparency=(1, 2, 3)),
        packed(in_mode("L"), "PNG", bits=2),
        packed(in_mode("RGBA"), "WEBP", lossless=True),
        packed(in_mode("RGB"), "JPEG", quality=30, subsampling=0),
    ],
    ids=[
        "one-colour", "alphas", "three-colours", "gif", "grey", "bit", "rgb", "two-bits", "lossless", "coarse",
    ],
)  # fmt: skip
def test_transparency_and_other_shapes_come_through(data):
    comes_through(data)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_turned_upright_and_forget_where_they_were_taken(kind, orientation):
    exif = places()
    exif[0x0112] = orientation
    picture = comes_through(packed(in_mode("RGB"), kind, exif=exif))
    assert (picture.width, picture.height) == ((29, 37) if orientation > 4 else (37, 29))
    assert not Image.open(io.BytesIO(picture.data)).getexif()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_pictures_of_the_wild_and_of_the_sample_come_through(path):
    comes_through(path.read_bytes())


@pytest.mark.parametrize(
    "options",
    [{}, {"loop": 3}, {"disposal": 2}, {"default_image": True}, {"blend": 1}, {"comment": b"words"}],
    ids=str,
)
@pytest.mark.parametrize("mode", ["RGBA", "RGB", "P"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_moving_pictures_come_through(kind, mode, options):
    picture = comes_through(moving(mode, kind, **options))
    assert Image.open(io.BytesIO(picture.data)).is_animated and b"words" not in picture.data


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_moving_pictures_keep_their_time(kind):
    data = moving("RGBA", kind, duration=[10, 20, 30, 40, 50], xmp=b"<x/>", pnginfo=words())
    made = Image.open(io.BytesIO(comes_through(data).data))
    times = []
    for number in range(made.n_frames):
        made.seek(number)
        made.load()
        times.append(made.info["duration"])
    assert times == [10, 20, 30, 40, 50]


def words() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "somebody")
    return info


def with_frame(width: int, height: int) -> bytes:
    """A GIF of one pixel whose second frame enlarges it."""
    pixel = b"\x02\x02\x44\x01\0"
    frames = [b"," + struct.pack("<4HB", 0, 0, *size, 0) + pixel for size in ((1, 1), (width, height))]
    return b"GIF89a\x01\0\x01\0\0\0\0" + b"".join(frames) + b";"


def test_a_frame_that_enlarges_the_canvas_is_measured():
    with pytest.raises(PictureError) as caught:
        take(with_frame(12_500, 9_000))
    assert caught.value.code == "too_many_pixels"


def looked_at(data: bytes) -> list[bytes]:
    image = Image.open(io.BytesIO(data))
    return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("options", [{}, {"disposal": 1}, {"blend": 1}, {"default_image": True}], ids=str)
@pytest.mark.parametrize("mode", ["RGBA", "RGB"])
def test_moving_pngs_show_what_came_in(mode, options):
    data = moving(mode, "PNG", pnginfo=words(), **options)
    made = comes_through(data)
    assert made.data != data and looked_at(made.data) == looked_at(data)


def test_of_several_photographs_in_one_file_the_first_is_taken():
    data = packed(in_mode("RGB"), "MPO", save_all=True, append_images=[in_mode("RGB", (8, 8))])
    picture = comes_through(data)
    assert (picture.extension, picture.width, picture.height) == ("jpg", 37, 29)


def test_pictures_that_grow_beyond_the_limit_are_refused(monkeypatch):
    data = packed(in_mode("RGB"), "JPEG", quality=20)
    monkeypatch.setattr("posts.pictures.gate.MAX_BYTES", len(data))
    with pytest.raises(PictureError) as caught:
        take(data)
    assert caught.value.code == "too_large"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return out.getvalue()


def before_end(data: bytes, *extra: bytes) -> bytes:
    return data.removesuffix(END) + b"".join(extra) + END


def jpeg_with(segment: bytes, marker: int) -> bytes:
    return JPEG[:20] + struct.pack(">BBH", 0xFF, marker, len(segment) + 2) + segment + JPEG[20:]


def gif_with(extension: bytes) -> bytes:
    at = 13 + (3 << (GIF[10] & 7) + 1)
    return GIF[:at] + extension + GIF[at:]


def riff(*chunks: bytes) -> bytes:
    inside = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


CARRIERS = {
    "png-zip": PNG + zipped(),
    "png-text": before_end(PNG, chunk(b"tEXt", b"a\0<script>")),
    "png-private-chunk": before_end(PNG, chunk(b"prVt", b"<script>")),
    "png-physical-size": packed(in_mode("RGB"), "PNG", dpi=(72, 72)),
    "png-gamma": PNG[:33] + chunk(b"gAMA", struct.pack(">I", 45455)) + PNG[33:],
    "png-behind-the-pixels": before_end(PNG, chunk(b"IDAT", b"<script>")),
    "png-more-rows": PNG[:33] + chunk(b"IDAT", zlib.compress(bytes(29 * 112 + 1))) + END,
    "png-end-with-payload": PNG.removesuffix(END) + chunk(b"IEND", b"<script>"),
    "jpeg-html": JPEG + b"<script>alert(1)</script>",
    "jpeg-comment": jpeg_with(b"<script>", 0xFE),
    "jpeg-exif": jpeg_with(b"Exif\0\0MM\0*\0\0\0\x08\0\0", 0xE1),
    "jpeg-second-jfif": jpeg_with(b"JFIF\0<script>", 0xE0),
    "jpeg-density": JPEG[:13] + b"\x01\0\x48\0\x48" + JPEG[18:],
    "jpeg-other-quality": packed(in_mode("RGB"), "JPEG", quality=87, optimize=True, progressive=True),
    "jpeg-baseline": packed(in_mode("RGB"), "JPEG", quality=88, optimize=True),
    "jpeg-cmyk": packed(in_mode("CMYK"), "JPEG", quality=88, optimize=True, progressive=True),
    "gif-script": GIF + b"/*<script>*/",
    "gif-comment": gif_with(b"!\xfe\x08<script>\0"),
    "gif-application": gif_with(b"!\xff\x0bXMP DataXMP\x08<script>\0"),
    "gif-second-loop": gif_with(b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0" * 2),
    "gif-two-trailers": GIF + b";",
    "webp-behind": WEBP + b"<script>",
    "webp-chunk": riff(WEBP[12:], b"JUNK\x08\0\0\0<script>"),
    "webp-exif": packed(in_mode("RGB"), "WEBP", exif=places()),
    "webp-xmp": packed(in_mode("RGB"), "WEBP", xmp=b"<script>"),
}


@pytest.mark.parametrize("data", CARRIERS.values(), ids=CARRIERS)
def test_what_carries_more_than_pixels_is_written_anew(data):
    assert not is_kept(data)
    picture = comes_through(data)
    assert picture.data != data and b"script" not in picture.data and b"run.js" not in picture.data


def test_the_control_is_kept():
    assert all(map(is_kept, (PNG, JPEG, WEBP, GIF)))
    assert not any(map(is_kept, (b"", b"GIF89a", b"\xff\xd8\xff", PNG[:8], b"<svg/>")))


def test_interlaced_pictures_are_written_anew():
    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 1)
    rows = zlib.compress(b"\0\x01" + b"\0\x02" + b"\0\x03\x04")
    data = PNG[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + END
    assert not is_kept(data)
    made = Image.open(io.BytesIO(comes_through(data).data))
    assert [made.getpixel((x, y)) for y in (0, 1) for x in (0, 1)] == [1, 2, 3, 4]


def test_kept_pictures_show_what_came_in():
    made = Image.open(io.BytesIO(take(PNG).data))
    assert not ImageChops.difference(made, NOISE.convert("RGB")).getbbox()


@pytest.mark.parametrize("data", [PNG, JPEG, WEBP, GIF, moving("RGBA", "PNG")], ids=[*MODES, "APNG"])
def test_cut_files_are_refused_or_written_anew(data):
    for end in range(0, len(data), max(1, len(data) // 50)):
        assert not is_kept(data[:end])
        try:
            comes_through(data[:end])
        except PictureError as error:
            assert error.code == "not_an_image"


@pytest.mark.parametrize(
    "data",
    [PNG[:500], JPEG[:500], WEBP[:500], GIF[:500], PNG[:29] + b"\0\0\0\0" + PNG[33:]],
    ids=[*MODES, "crc"],
)
def test_broken_files_are_refused(data):
    with pytest.raises(PictureError) as caught:
        take(data)
    assert caught.value.code == "not_an_image"


def test_a_broken_checksum_of_pixels_is_not_kept():
    broken = bytearray(PNG)
    broken[-13] ^= 1
    assert not is_kept(bytes(broken))
    comes_through(bytes(broken))


def test_inflating_stops_at_the_announced_size():
    bomb = PNG[:33] + chunk(b"IDAT", zlib.compress(bytes(50_000_000))) + END
    tracemalloc.start()
    try:
        assert not is_kept(bomb)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
