"""Pictures come in: decoded by a named format, measured, and written anew unless the gate wrote them itself."""

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps, ImageSequence
from PIL.PngImagePlugin import Blend, Disposal

from .container import is_kept

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000  # a 17 KB PNG can claim 144 million (specs/attacks.md F03)
MAX_WEBP_PIXELS = 18_000_000  # its decoder keeps four copies: 40 million take 630 MB (decision 33)
MAX_FRAMES = 200
MAX_SIDE = 12_000
_FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "WEBP": {"quality": 88, "method": 4},
    "GIF": {"optimize": True},
}
# what Pillow raises for bytes that are not what they claim
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, struct.error)


class PictureError(ValueError):
    """A picture that is not taken; `code` is not_an_image, too_large, too_many_pixels, too_many_frames."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Picture:
    data: bytes
    extension: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def name(self) -> str:
        """File name below the media root, made from the bytes alone."""
        return f"images/{self.sha256[:2]}/{self.sha256[2:26]}.{self.extension}"


def take(data: bytes) -> Picture:
    """Decode and write anew: turned upright, without metadata and trailing bytes. Raises PictureError.

    What has the shape that the gate writes keeps its bytes, so that a picture has one name on every site:
    `take(take(x).data) == take(x)`, with whatever version of the libraries (docs/decisions/0009).
    """
    _weigh(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _taken(data)
    except PictureError:
        raise
    except (*_BROKEN, Image.DecompressionBombError):
        raise PictureError(
            "not_an_image", "This is no PNG, JPEG, WebP or GIF image that can be read."
        ) from None


def _weigh(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise PictureError("too_large", f"The image is over {MAX_BYTES // 1024 // 1024} MB.")


def _taken(data: bytes) -> Picture:
    image = Image.open(io.BytesIO(data), formats=tuple(_FORMATS))
    kind = "JPEG" if image.format == "MPO" else image.format or ""  # of a camera's several JPEGs, the first
    durations = _decode(image, 1 if kind == "JPEG" else getattr(image, "n_frames", 1))
    if is_kept(data):
        return Picture(data, _FORMATS[kind], *image.size)
    if len(durations) > 1:
        made, size = _animation(image, kind, durations), image.size
    else:
        ImageOps.exif_transpose(image, in_place=True)  # a copy of 40 million pixels is 160 MB
        made, size = _written(image, kind), image.size
    _weigh(made)
    return Picture(made, _FORMATS[kind], *size)


def _decode(image: Image.Image, frames: int) -> list[float]:
    """How long each frame is shown. Every one is decoded, and measured first: a GIF's can enlarge the canvas."""
    _measure(image, frames)
    if frames == 1:
        image.load()
        return [0]
    durations = []
    for frame in ImageSequence.Iterator(image):
        _measure(frame, frames)
        frame.load()
        durations.append(frame.info.get("duration", 0))
    image.seek(0)
    image.load()
    return durations


def _measure(image: Image.Image, frames: int) -> None:
    width, height = image.size
    most = MAX_WEBP_PIXELS if image.format == "WEBP" else MAX_PIXELS
    if width * height > most or max(width, height) > MAX_SIDE:
        raise PictureError(
            "too_many_pixels", f"The image has {width} x {height} pixels; {most:,} are allowed."
        )
    if frames > MAX_FRAMES or frames * width * height > 5 * MAX_PIXELS:
        raise PictureError("too_many_frames", f"The image has {frames} frames; {MAX_FRAMES} are allowed.")


def _written(image: Image.Image, kind: str) -> bytes:
    if kind == "JPEG" and image.mode not in ("RGB", "L"):
        other, image = image, image.convert("RGB")
        other.close()  # its pixels: 160 MB at the limit
    out = io.BytesIO()
    bare = image._new(image.im)  # the same pixels and palette, and nothing that the file said besides
    bare.info = {}
    options = dict(_OPTIONS[kind])
    if "transparency" in image.info:
        options["transparency"] = image.info["transparency"]
    bare.save(out, kind, **options)
    return out.getvalue()


def _animation(image: Image.Image, kind: str, durations: list[float]) -> bytes:
    """Pillow hands out whole frames: the source's ways of laying one over the other are not for them."""
    bare: dict[str, Any] = {"exif": b"", "xmp": b"", "comment": b"", "icc_profile": None}
    if kind == "PNG":
        bare |= {"default_image": False, "disposal": Disposal.OP_NONE, "blend": Blend.OP_SOURCE}
    if kind == "WEBP":
        bare["duration"] = durations  # the other writers ask each frame
    out = io.BytesIO()
    image.save(out, kind, save_all=True, loop=image.info.get("loop", 0), **bare)
    return out.getvalue()
