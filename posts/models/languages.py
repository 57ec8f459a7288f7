"""The languages of the public site: the first of SITE_LANGUAGES has no prefix, each other one lives under its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import translation

_spoken: ContextVar[str] = ContextVar("spoken", default="")  # "": the first language, and the desk


def are_several() -> bool:
    return len(settings.SITE_LANGUAGES) > 1


def current() -> str:
    """The language of the lists and the interface of this page."""
    return _spoken.get() or settings.SITE_LANGUAGES[0]


def others() -> list[str]:
    """Those with a prefix."""
    return settings.SITE_LANGUAGES[1:]


def prefix(code: str | None = None) -> str:
    """/en for a language with a prefix, else ""."""
    code = code or current()
    return f"/{code}" if code in others() else ""


def local(path: str) -> str:
    """A path of lists in the language of this page."""
    return prefix() + path


def split(path: str) -> tuple[str, str]:
    """(language, path without its prefix) of an address; "" and the path as it stands where there is no prefix."""
    first, slash, rest = path.removeprefix("/").partition("/")
    return (first, f"/{rest}") if slash and first in others() else ("", path)


def of(lang: str) -> str:
    """The language of the site in which a text stands: its own, else the first."""
    base = lang.lower().partition("-")[0]
    return base if base in others() else settings.SITE_LANGUAGES[0]


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Within it, interface, lists and the addresses of names are those of the language."""
    token = _spoken.set(code)
    try:
        with translation.override(code):
            yield
    finally:
        _spoken.reset(token)


@contextmanager
def speaking_as(lang: str) -> Iterator[None]:
    """The page of a text speaks its language, where the site has it; a site of one language changes nothing."""
    if not are_several():
        yield
        return
    with speaking(of(lang)):
        yield
