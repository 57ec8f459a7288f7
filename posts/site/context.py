"""What every template knows: the site's name and its sections."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from posts.models import Category, Revision

from . import moment


def site(request: HttpRequest) -> dict:
    at = moment.of(request)
    shared = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "sections": lambda: sections(at),
    }
    return shared | ({"as_of": at, "as_of_field": moment.written(at)} if at else {})


def sections(at: datetime | None = None, **more) -> QuerySet[Category]:
    """The sections in which something is public, with further columns; asked only by a template that shows them."""
    return Category.objects.filter(Exists(of_section(at))).annotate(**more)


def of_section(at: datetime | None = None) -> QuerySet[Revision]:
    """What is public in the section of an outer query."""
    return Revision.objects.published(at).filter(category=OuterRef("pk"))
