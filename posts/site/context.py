"""What every template knows: the site's name and its sections."""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from posts.models import Category, Revision


def site(request: HttpRequest) -> dict:
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "sections": sections}


def sections():
    """The sections in which something is public; asked only by a template that shows them."""
    return Category.objects.filter(Exists(Revision.objects.published().filter(category=OuterRef("pk"))))
