"""Numbers in addresses and forms, from whoever wrote them."""


def number(value: object) -> int | None:
    """A row's number; None for anything that is none."""
    digits = str(value)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
