"""All that is made of a picture when it comes in: its smaller forms, and the card that other sites show."""

from .card import Card, card
from .gate import Picture
from .smaller import Variant, variants

Form = Variant | Card


def forms(data: bytes) -> tuple[Form, ...]:
    """The forms of a picture that the gate wrote. Raises what `variants` and `card` raise; `made` does not."""
    smaller, shared = variants(data), card(data)
    return (*smaller, shared) if shared else smaller


def made(picture: Picture) -> tuple[Form, ...] | None:
    """As `forms`; None when it fails, for no picture is lost because of its forms."""
    try:
        return forms(picture.data)
    except (Exception, MemoryError):
        return None
