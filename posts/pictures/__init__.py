"""The one image gate: decoded by a named format, measured, written anew; what it wrote itself is kept. No Django.

`variants` makes the smaller forms of what came through it.
"""

from .gate import MAX_BYTES, MAX_FRAMES, MAX_PIXELS, MAX_SIDE, Picture, PictureError, take
from .smaller import WIDTHS, Variant, made, variant_name, variants

__all__ = [
    "MAX_BYTES",
    "MAX_FRAMES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "WIDTHS",
    "Picture",
    "PictureError",
    "Variant",
    "made",
    "take",
    "variant_name",
    "variants",
]
