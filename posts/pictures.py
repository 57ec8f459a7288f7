"""The one image gate: whatever comes in is decoded by a named format, measured, and written anew. No Django."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000  # a 17 KB PNG can claim 144 million (specs/attacks.md F03)
MAX_FRAMES = 200
MAX_SIDE = 12_000
_FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "WEBP": {"quality": 88, "method": 4},
    "GIF": {"optimize": True},
}


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
    """Decode and write anew: turned upright, without metadata and trailing bytes. Raises PictureError."""
    if len(data) > MAX_BYTES:
        raise PictureError("too_large", f"The image is over {MAX_BYTES // 1024 // 1024} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _rewrite(data)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError(
            "not_an_image", "This is no PNG, JPEG, WebP or GIF image that can be read."
        ) from None


def _rewrite(data: bytes) -> Picture:
    image = Image.open(io.BytesIO(data), formats=tuple(_FORMATS))
    kind = image.format or ""
    _measure(image)
    image.load()
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        return Picture(_animation(image, kind), _FORMATS[kind], *image.size)
    upright = ImageOps.exif_transpose(image)
    if kind == "JPEG" and upright.mode not in ("RGB", "L"):
        upright = upright.convert("RGB")
    return Picture(_written(upright, kind), _FORMATS[kind], *upright.size)


def _measure(image: Image.Image) -> None:
    width, height = image.size
    frames = getattr(image, "n_frames", 1)
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureError(
            "too_many_pixels", f"The image has {width} x {height} pixels; {MAX_PIXELS:,} are allowed."
        )
    if frames > MAX_FRAMES or frames * width * height > 5 * MAX_PIXELS:
        raise PictureError("too_many_frames", f"The image has {frames} frames; {MAX_FRAMES} are allowed.")


def _written(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    bare = Image.new(image.mode, image.size)
    if image.mode == "P" and (palette := image.getpalette()):
        bare.putpalette(palette)
    bare.paste(image)
    options = dict(_OPTIONS[kind])
    if "transparency" in image.info:
        options["transparency"] = image.info["transparency"]
    bare.save(out, kind, **options)
    return out.getvalue()


def _animation(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    loop = image.info.get("loop", 0)
    image.save(out, kind, save_all=True, loop=loop, exif=b"", xmp=b"", comment=b"", icc_profile=None)
    return out.getvalue()
