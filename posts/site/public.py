"""The articles of the public lists."""

from django.http import HttpRequest

from posts.models import Revision

from . import moment


def articles(request: HttpRequest):
    """What is public at the moment of the request, and in the language of the page."""
    return Revision.objects.published(moment.of(request)).spoken()
