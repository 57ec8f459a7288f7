"""The one image gate: decoded by a named format, measured, written anew; what it wrote itself is kept. No Django.

`forms` makes what is shown instead of what came through it: `variants` for screens, a `card` for other sites.
"""

from .card import CARD_SIZE, Card, card, card_name
from .forms import Form, forms, made
from .gate import MAX_BYTES, MAX_FRAMES, MAX_PIXELS, MAX_SIDE, Picture, PictureError, take
from .smaller import WIDTHS, Variant, variant_name, variants

__all__ = [
    "CARD_SIZE",
    "MAX_BYTES",
    "MAX_FRAMES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "WIDTHS",
    "Card",
    "Form",
    "Picture",
    "PictureError",
    "Variant",
    "card",
    "card_name",
    "forms",
    "made",
    "take",
    "variant_name",
    "variants",
]
