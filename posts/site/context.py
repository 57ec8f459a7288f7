"""What every template knows: the site's name, its sections, and the pages of the house."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from posts.models import languages

from . import moment
from .languages import choices
from .navigation import navigation


def site(request: HttpRequest) -> dict:
    """`sections` and `pages_of_the_house` are asked, both in one query, only by a template that shows them."""
    at = moment.of(request)

    @cache
    def asked() -> dict:
        return navigation(at).shown()

    shared = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "site_description": settings.SITE_DESCRIPTION,
        "home": languages.local("/"),
        "site_languages": choices(),
        "search": languages.local(reverse("search")),
        "archive": languages.local(reverse("archive")),
        **{name: lambda name=name: asked()[name] for name in ("sections", "pages_of_the_house", "page_on")},
    }
    return shared | ({"as_of": at, "as_of_field": moment.written(at)} if at else {})
