"""Lists in the other languages of the site: /en/tags/x/ is /tags/x/ in English, of English articles."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_info

from posts.models import languages

# The pages that each language has of its own; an article, and what is about the whole site, keeps its one address.
SPOKEN = {"home", "tag", "category", "author", "archive", "year", "month", "day", "search"} | {
    "feed",
    "tag_feed",
    "category_feed",
    "author_feed",
}


class PathLanguage:
    """Middleware: the prefix of the path decides, and nothing else: no header, no cookie."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code, rest = languages.split(request.path_info)
        if not code:
            return self.get_response(request)
        with languages.speaking(code):
            if is_spoken(rest):
                request.path_info = rest
            return self.get_response(request)


def is_spoken(path: str) -> bool:
    """Whether each language has the page of its own."""
    try:
        return resolve(path).url_name in SPOKEN
    except Resolver404:
        return False


def choices() -> list[dict]:
    """{code, name, home, is_current} of each language where there are several, for the templates."""
    if not languages.are_several():
        return []
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"],
            "home": f"{languages.prefix(code)}/",
            "is_current": code == languages.current(),
        }
        for code in settings.SITE_LANGUAGES
    ]
