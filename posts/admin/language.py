"""The desk's language: LANGUAGE_CODE, unless the person has chosen another one. Public pages never ask."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_supported_language_variant

DESK = "/admin/"


class DeskLanguage:
    """Middleware: under /admin/ the language cookie decides; a header never does."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(DESK):
            return self.get_response(request)
        with translation.override(_chosen(request)):
            request.LANGUAGE_CODE = translation.get_language()
            return self.get_response(request)


def _chosen(request) -> str:
    try:
        return get_supported_language_variant(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    except LookupError:
        return settings.LANGUAGE_CODE
