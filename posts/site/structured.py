"""What search engines are told of a page as JSON-LD (schema.org): it says what the page itself says, and no more."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from posts.models import Revision

from .places import picture, whole, written


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
        "publisher": {"@id": _maker()["@id"]},
    }
    policy = {"correctionsPolicy": whole(reverse("corrections"))}
    return _graph(site, _maker() | policy)


def languages(revision: Revision, translations: list[Revision]) -> list[tuple[str, str]]:
    """(language, whole address) of the article in each language that search engines are to know, itself first.

    Empty where there is one language only, or where engines are not to know this one.
    """
    found: dict[str, str] = {}
    for row in (revision, *sorted(translations, key=lambda row: row.post_id)):
        if not row.noindex and not row.canonical_url:
            found.setdefault(row.lang or get_language(), whole(row.get_absolute_url()))
        elif row is revision:
            return []
    return list(found.items()) if len(found) > 1 else []


def _news(revision: Revision, told: dict) -> dict:
    """What search engines demand, and no more: readers pay for each byte."""
    published, updated = told["shown_at"], told["updated_at"]
    words = {
        "@type": "NewsArticle",
        "mainEntityOfPage": revision.canonical_url or whole(revision.get_absolute_url()),
        "headline": revision.title,
        "image": _pictures(revision),
        "datePublished": written(published),
        "dateModified": written(updated or published),
        "author": _people(revision, told["coauthors"]) or [_maker()],
        "publisher": _maker(),
        "inLanguage": revision.lang or get_language(),
        "isAccessibleForFree": True,
    }
    return words | ({"articleSection": revision.category.name} if revision.category else {})


def _pictures(revision: Revision) -> list[str]:
    """The card in the shape that is asked for most, and the cover uncut."""
    if not revision.cover:
        return [picture("img/share.png")]
    return list(dict.fromkeys(whole(url) for url in (revision.cover.card.url, revision.cover.file.url)))


def _people(revision: Revision, further: list) -> list[dict]:
    people = [one for one in (revision.author, *further) if one]
    return [{"@type": "Person", "name": one.name, "url": whole(one.get_absolute_url())} for one in people]


def _maker() -> dict:
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{settings.SITE_URL}/#publisher",
        "name": settings.SITE_NAME,
        "url": whole(reverse("home")),
        "logo": {"@type": "ImageObject", "url": picture("img/icon-512.png"), "width": 512, "height": 512},
    }


def _crumbs(trail: list[tuple[str, str]]) -> dict:
    """From home to the page itself, whose address everybody knows who reads this."""
    places = [(_("Home"), reverse("home")), *trail]
    steps: list[dict] = [
        {"@type": "ListItem", "position": number, "name": name, "item": whole(path)}
        for number, (name, path) in enumerate(places, 1)
    ]
    del steps[-1]["item"]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def _graph(*things: dict) -> dict:
    return {"@context": "https://schema.org", "@graph": list(things)}
