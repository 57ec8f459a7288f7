"""Smaller forms of a picture for smaller screens: WebP at fixed widths, each smaller than what it stands in for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from .gate import MAX_PIXELS, PictureError

# A column of text at one and two dots per pixel, a cover at two (docs/decisions/0022).
WIDTHS = (480, 960, 1440, 1920)
WORTH = 0.9  # of the bytes of the next larger form: what saves less is not kept
APART = 1.25  # between two widths; a picture of 1,600 px needs none of 1,440

# Photographs forgive; charts and screenshots have edges that do not.
_QUALITY = {"JPEG": 80, "WEBP": 80, "PNG": 90, "GIF": 90}


@dataclass(frozen=True)
class Variant:
    """One smaller form: its width in pixels and the bytes of a WebP file."""

    width: int
    data: bytes


def variants(data: bytes) -> tuple[Variant, ...]:
    """The forms of a picture that the gate wrote, the narrowest first; none of an animation or a small picture.

    Raises PictureError, and what Pillow raises for bytes that are no picture.
    """
    image = Image.open(io.BytesIO(data), formats=tuple(_QUALITY))
    if image.width * image.height > MAX_PIXELS:
        raise PictureError("too_many_pixels", "The image is none that came through the gate.")
    if getattr(image, "n_frames", 1) > 1 or image.width <= WIDTHS[0]:
        return ()
    return tuple(reversed(list(_worthwhile(image, len(data)))))


def variant_name(name: str, width: int) -> str:
    """`images/ab/cdef.png`, 480 → `images/ab/cdef-480.webp`: beside the picture, made from its name alone."""
    return f"{name.rpartition('.')[0]}-{width}.webp"


def plain(image: Image.Image) -> Image.Image:
    """The dots as RGB or RGBA, which can be blended."""
    if image.mode in ("RGB", "RGBA"):
        return image
    is_clear = "transparency" in image.info or image.mode in ("LA", "PA", "La", "RGBa")
    return image.convert("RGBA" if is_clear else "RGB")


def _worthwhile(image: Image.Image, size: int) -> Iterator[Variant]:
    """From the widest down: each is made from the one before it, and has to be smaller than what it stands in for."""
    width, height, kind = image.width, image.height, image.format or "PNG"
    for wanted in _widths(width, kind):
        if kind == "JPEG":
            image.draft(
                None, (wanted, 1)
            )  # decodes an eighth to a half of the dots; works once, before they are read
        image = _scaled(plain(image), wanted, max(1, round(height * wanted / width)))
        packed = _packed(image, quality=_QUALITY[kind])
        if len(packed) < size * WORTH:
            size = len(packed)
            yield Variant(wanted, packed)


def _widths(width: int, kind: str) -> list[int]:
    """From the widest down: the picture's own width where another format may save something, and those well below."""
    found = [width] if width <= WIDTHS[-1] and kind != "WEBP" else []
    next_wider = width
    for wanted in reversed(WIDTHS):
        if wanted * APART <= next_wider:
            found.append(wanted)
            next_wider = wanted
    return found


def _scaled(image: Image.Image, width: int, height: int) -> Image.Image:
    if image.size == (width, height):
        return image
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _packed(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", method=2, **options)
    return out.getvalue()
