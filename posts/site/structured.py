"""What search engines are told of a page as JSON-LD (schema.org): it says what the page itself says, and no more."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from posts.models import Revision
from posts.templatetags.editorial import excerpt

from .places import picture, whole, written

LOGO = ("img/icon-512.png", 512, 512)
SHARED = ("img/share.png", 1200, 630)


def of_article(revision: Revision, told: dict) -> dict:
    """`told` is the context of the article's page. What somebody has paid for is no NewsArticle, nor is a page."""
    is_news = not (revision.sponsorship or revision.post.is_page)
    section = None if revision.post.is_page else revision.category
    trail = [(section.name, section.get_absolute_url())] if section else []
    crumbs = _crumbs([*trail, (revision.title, revision.get_absolute_url())])
    return _graph(_news(revision, told), crumbs) if is_news else _graph(crumbs)


def of_list(name: str, path: str) -> dict:
    """A page of a section, a tag, a person or a period."""
    return _graph(_crumbs([(name, path)]))


def of_site() -> dict:
    """The front page: the site and who makes it."""
    site = {
        "@type": "WebSite",
        "@id": f"{settings.SITE_URL}/#site",
        "name": settings.SITE_NAME,
        "url": whole(reverse("home")),
        "inLanguage": get_language(),
        "publisher": {"@id": _publisher()["@id"]},
    }
    return _graph(site, _publisher())


def languages(revision: Revision, translations: list[Revision]) -> list[tuple[str, str]]:
    """(language, whole address) of the article in each language that search engines are to know, itself first.

    Empty where there is one language only, or where engines are not to know this one.
    """
    found: dict[str, str] = {}
    for row in (revision, *sorted(translations, key=lambda row: row.post_id)):
        if not row.noindex and not row.canonical_url:
            found.setdefault(_lang(row), whole(row.get_absolute_url()))
        elif row is revision:
            return []
    return list(found.items()) if len(found) > 1 else []


def _news(revision: Revision, told: dict) -> dict:
    address = whole(revision.get_absolute_url())
    published, updated = told["shown_at"], told["updated_at"]
    words = {
        "@type": "NewsArticle",
        "@id": f"{address}#article",
        "mainEntityOfPage": {"@type": "WebPage", "@id": revision.canonical_url or address},
        "headline": revision.title,
        "description": excerpt(revision, 120),
        "image": [_image(revision)],
        "datePublished": written(published),
        "dateModified": written(updated or published),
        "author": _people(revision, told["coauthors"]) or [_publisher()],
        "publisher": _publisher(),
        "inLanguage": _lang(revision),
        "articleSection": revision.category.name if revision.category else "",
        "keywords": [tag.name for tag in told["tags"]],
        "isAccessibleForFree": True,
    }
    return {key: value for key, value in words.items() if value not in ("", [])}


def _people(revision: Revision, further: list) -> list[dict]:
    people = [one for one in (revision.author, *further) if one]
    return [{"@type": "Person", "name": one.name, "url": whole(one.get_absolute_url())} for one in people]


def _image(revision: Revision) -> dict:
    if not revision.cover:
        return _picture(*SHARED)
    size = {"width": revision.cover.width, "height": revision.cover.height}
    return {"@type": "ImageObject", "url": whole(revision.cover.file.url), **size}


def _publisher() -> dict:
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{settings.SITE_URL}/#publisher",
        "name": settings.SITE_NAME,
        "url": whole(reverse("home")),
        "logo": _picture(*LOGO),
        "correctionsPolicy": whole(reverse("corrections")),
    }


def _picture(name: str, width: int, height: int) -> dict:
    return {"@type": "ImageObject", "url": picture(name), "width": width, "height": height}


def _crumbs(trail: list[tuple[str, str]]) -> dict:
    places = [(_("Home"), reverse("home")), *trail]
    steps = [
        {"@type": "ListItem", "position": number, "name": name, "item": whole(path)}
        for number, (name, path) in enumerate(places, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def _graph(*things: dict) -> dict:
    return {"@context": "https://schema.org", "@graph": list(things)}


def _lang(revision: Revision) -> str:
    return revision.lang or get_language()
