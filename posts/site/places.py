"""Whole addresses of the public site, from SITE_URL and never from a Host header, and lists of them in XML."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.templatetags.static import static
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@dataclass(frozen=True)
class Place:
    """A path, percent-encoded, and when what stands there last changed, if that is known."""

    path: str
    changed: datetime | None = None


class Sheet:
    """A sitemap that is being written."""

    def __init__(self, root: str, attributes: dict[str, str] | None = None):
        self.root = root
        self.response = HttpResponse(content_type="application/xml; charset=utf-8")
        self.xml = SimplerXMLGenerator(self.response, "utf-8")
        self.xml.startDocument()
        self.xml.startElement(root, {"xmlns": SITEMAP, **(attributes or {})})

    def add(self, name: str, place: Place, *, news: dict | None = None) -> None:
        self.xml.startElement(name, {})
        self.xml.addQuickElement("loc", whole(place.path))
        if place.changed:
            self.xml.addQuickElement("lastmod", written(place.changed))
        if news:
            self._nested({"news:news": news})
        self.xml.endElement(name)

    def answer(self) -> HttpResponse:
        self.xml.endElement(self.root)
        self.xml.endDocument()
        return self.response

    def _nested(self, elements: dict) -> None:
        for name, inside in elements.items():
            if isinstance(inside, str):
                self.xml.addQuickElement(name, inside)
                continue
            self.xml.startElement(name, {})
            self._nested(inside)
            self.xml.endElement(name)


def whole(path: str) -> str:
    """An address with the site's name; one that has a host already (pictures in another store) as it stands."""
    return f"{settings.SITE_URL}{path}" if path.startswith("/") else path


def picture(name: str) -> str:
    """The whole address of one of the site's own pictures, such as img/share.png."""
    return whole(static(name))


def written(moment: datetime) -> str:
    """2025-09-22T22:00:52+09:00, in the site's zone."""
    return timezone.localtime(moment).isoformat(timespec="seconds")
