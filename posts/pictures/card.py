"""The form of a picture that other sites show beside a link: 1200 × 630 dots, the middle of it, as JPEG."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from .gate import MAX_PIXELS, PictureError
from .smaller import plain

CARD_SIZE = (1200, 630)  # what Facebook, X, LINE and Slack ask for; JPEG, for some of them take no WebP
_KEPT = (0.5, 0.4)  # where the card lies in what is larger: a little above the middle, where faces are
_PAPER = "white"  # behind what is clear


@dataclass(frozen=True)
class Card:
    """The bytes of a JPEG of CARD_SIZE."""

    data: bytes


def card(data: bytes) -> Card | None:
    """The card of a picture that the gate wrote; None of an animation and of one that is smaller than a card.

    Raises PictureError, and what Pillow raises for bytes that are no picture.
    """
    image = Image.open(io.BytesIO(data), formats=("JPEG", "WEBP", "PNG", "GIF"))
    if image.width * image.height > MAX_PIXELS:
        raise PictureError("too_many_pixels", "The image is none that came through the gate.")
    if getattr(image, "n_frames", 1) > 1 or image.width < CARD_SIZE[0] or image.height < CARD_SIZE[1]:
        return None
    image.draft(None, CARD_SIZE)  # a JPEG is decoded at a fraction that is still as large
    cut = ImageOps.fit(plain(image), CARD_SIZE, Image.Resampling.BICUBIC, centering=_KEPT)
    out = io.BytesIO()
    _on_paper(cut).save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return Card(out.getvalue())


def card_name(name: str) -> str:
    """`images/ab/cdef.png` → `images/ab/cdef-card.jpg`: beside the picture, made from its name alone."""
    return f"{name.rpartition('.')[0]}-card.jpg"


def _on_paper(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    paper = Image.new("RGB", image.size, _PAPER)
    paper.paste(image, mask=image.getchannel("A"))
    return paper
