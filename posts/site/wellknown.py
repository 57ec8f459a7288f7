"""Small files that machines look for at fixed places: robots.txt, security.txt, the web manifest, the icon."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from .places import whole

CLOSED = ("/admin/", "/preview/", "/shared/")
VALID = timedelta(days=180)  # RFC 9116 advises less than a year
DAY = 86_400  # seconds
_ICONS = (
    ("img/favicon.svg", "any", "image/svg+xml", "any"),
    ("img/icon-192.png", "192x192", "image/png", "any"),
    ("img/icon-512.png", "512x512", "image/png", "any"),
    ("img/icon-maskable-512.png", "512x512", "image/png", "maskable"),
)


@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request: HttpRequest) -> HttpResponse:
    closed = [f"Disallow: {path}" for path in CLOSED]
    maps = [f"Sitemap: {whole(reverse(name))}" for name in ("sitemap", "news_sitemap")]
    return _text(["User-agent: *", *closed, "", *maps])


@require_safe
@cache_control(public=True, max_age=DAY)
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116; there is none where the house has named nobody."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    today = datetime.combine(timezone.now().astimezone(UTC).date(), datetime.min.time(), UTC)
    languages = dict.fromkeys([settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)])
    return _text(
        [
            f"Contact: {settings.SECURITY_CONTACT}",
            f"Expires: {today + VALID:%Y-%m-%dT%H:%M:%SZ}",
            f"Preferred-Languages: {', '.join(languages)}",
            f"Canonical: {whole(request.path)}",
        ]
    )


@require_safe
@cache_control(public=True, max_age=DAY)
def manifest(request: HttpRequest) -> HttpResponse:
    icons = [
        {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}
        for name, sizes, kind, purpose in _ICONS
    ]
    about = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": reverse("home"),
        "display": "minimal-ui",
        "background_color": "#fbfaf6",
        "theme_color": "#fbfaf6",
        "icons": icons,
    }
    return JsonResponse(
        about, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@require_safe
@cache_control(public=True, max_age=DAY)
def icon(request: HttpRequest) -> HttpResponse:
    """/favicon.ico, which browsers and readers of feeds ask for without being told."""
    return HttpResponseRedirect(static("img/favicon.png"))


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
