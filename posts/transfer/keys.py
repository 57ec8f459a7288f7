"""The two tables of front matter keys: which key says what, and how it is cleaned."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from . import values
from .values import Case, Cleaner, Unfit


def fold(key: str) -> str:
    """What spellings of a key have in common: canonical_url, canonicalURL, Canonical-Url (I-14)."""
    return re.sub(r"[-_ ]", "", key.casefold())


# words that permalink, url and link may say without being a path: styles of Jekyll, yes and no
_NO_PATHS = frozenset("date pretty ordinal weekdate none true false yes no on off".split())

# field: (keys as folded, the first that has a fitting value wins; cleaner)
FIELDS: dict[str, dict[str, Cleaner]] = {
    "title": {"title": values.title},
    "date": dict.fromkeys(("date", "pubdate", "publishdate", "publishedat", "datepublished"), values.moment),
    "slug": {"slug": values.slug},
    "sections": {"categories": values.sections, "category": values.section, "section": values.section},
    "tags": dict.fromkeys(("tags", "tag", "topics", "keywords"), values.tags),
    "people": dict.fromkeys(("author", "authors", "byline"), values.people),
    "summary": dict.fromkeys(("excerpt", "summary", "description"), values.summary),
    "picture": dict.fromkeys(
        ("image", "cover", "coverimage", "featuredimage", "heroimage", "ogimage", "thumbnail"), values.picture
    ),
    "cover_alt": dict.fromkeys(("imagealt", "coveralt"), values.phrase("cover_alt")),
    "cover_credit": dict.fromkeys(("imagecredit", "covercredit"), values.phrase("cover_credit")),
    "lang": dict.fromkeys(("lang", "language", "locale"), values.language),
    "canonical_url": dict.fromkeys(("canonicalurl", "canonical"), values.web_address),
    "format": {"format": values.one_of("format", "markdown", "html")},
    "sponsorship": {"sponsorship": values.one_of("sponsorship", "ad", "tie_up", "affiliate")},
    "ai_use": {"aiuse": values.one_of("ai_use", "assisted", "generated")},
    "disclosure": dict.fromkeys(("disclosure", "conflictofinterest"), values.phrase("disclosure")),
    "update_kind": {
        "updatekind": values.one_of("update_kind", "typo", "correction", "addition", "update", "apology")
    },
    "update_note": {"updatenote": values.phrase("update_note")},
    "translation_of": {"translationof": values.site_path},
}


def _draft(value: Any, case: Case) -> Mapping[str, Any]:
    return {"draft": values.yes(value)}


def _published(value: Any, case: Case) -> Mapping[str, Any]:
    return {"draft": not values.yes(value)}


def _status(value: Any, case: Case) -> Mapping[str, Any]:
    """A status from a file grants nothing; it can only hold a text back."""
    if values.text(value).strip().lower() not in ("draft", "hidden", "private", "pending"):
        raise Unfit
    return {"draft": True}


def _sitemap(value: Any, case: Case) -> Mapping[str, Any]:
    return {"noindex": not values.yes(value)}


def _robots(value: Any, case: Case) -> Mapping[str, Any]:
    said = values.text(value).lower()
    return {"noindex": "noindex" in said or "none" in said.split()}


def _noindex(value: Any, case: Case) -> Mapping[str, Any]:
    return {"noindex": values.yes(value)}


def _old_paths(value: Any, case: Case) -> Mapping[str, Any]:
    """Addresses that the article had; the key is kept as well when one of them is another site's (I-52)."""
    paths = [path.strip() for path in values.words(value)]
    local = [path for path in paths if _is_local(path) and path.lower() not in _NO_PATHS]
    if len(local) < len(paths):
        case.notes.info("address.kept", case.line, key=case.key)
    rooted = tuple(path if path.startswith("/") else f"/{path}" for path in local)
    return {"old_paths": rooted, "is_kept": len(local) < len(paths)}


def _permalink(value: Any, case: Case) -> Mapping[str, Any]:
    """An address, or `false`: 11ty writes no page then, so nothing of it was public."""
    if value in ("false", "no"):
        return {"draft": True}
    return _old_paths(value, case)


def _is_local(path: str) -> bool:
    """No scheme, host, query, template or placeholder (`:title`), and no way up."""
    odd = re.search(r"[:?#\\{}<>\"\s\x00-\x1f\x7f]|(?:^|/)\.\.?(?:/|$)|^//|%(?:00|2e|2f|5c)", path, re.I)
    return bool(path) and not odd


def _minutes(value: Any, case: Case) -> Mapping[str, Any]:
    found = re.search(r"\d{1,4}", values.text(value))
    if not found:
        raise Unfit
    return {"minutes": int(found[0])}


# folded key: cleaner; every one that is there counts
MARKS: dict[str, Callable[[Any, Case], Mapping[str, Any]]] = {
    "draft": _draft,
    "published": _published,
    "status": _status,
    "sitemap": _sitemap,
    "robots": _robots,
    "noindex": _noindex,
    "permalink": _permalink,
    **dict.fromkeys(("aliases", "alias", "redirectfrom", "path", "url", "link", "tumblrurl"), _old_paths),
    **dict.fromkeys(("expirydate", "expiry", "expires", "unpublishdate"), values.expiry),
    **dict.fromkeys(
        (
            "lastmod",
            "update",
            "updated",
            "modified",
            "lastmodified",
            "lastmodifiedat",
            "lastupdated",
            "updatedat",
            "datemodified",
        ),
        values.updated,
    ),
    "readingtime": _minutes,
}


def is_known(key: str) -> bool:
    """Whether a key, however it is spelt, says something to us."""
    return fold(key) in MARKS or any(fold(key) in cleaners for cleaners in FIELDS.values())
