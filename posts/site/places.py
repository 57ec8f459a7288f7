"""Whole addresses of the public site, from SITE_URL and never from a Host header."""

from django.conf import settings
from django.templatetags.static import static


def whole(path: str) -> str:
    """An address with the site's name; one that has a host already (pictures in another store) as it stands."""
    return f"{settings.SITE_URL}{path}" if path.startswith("/") else path


def picture(name: str) -> str:
    """The whole address of one of the site's own pictures, such as img/share.png."""
    return whole(static(name))
