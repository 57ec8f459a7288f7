"""What stands in a feed, whatever its form: a Feed of Entries, and how an article becomes one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from posts.models import Post, Revision, updates
from posts.rendering.addresses import absolute
from posts.site.places import whole
from posts.templatetags.editorial import excerpt

SIZE = 30  # articles
SUMMARY = 120  # characters


@dataclass(frozen=True)
class Feed:
    """`path` is the page of which this is the feed, `address` the feed's own; both without the site's name."""

    title: str
    path: str
    address: str
    description: str = ""


@dataclass(frozen=True)
class Person:
    name: str
    url: str = ""


@dataclass(frozen=True)
class Entry:
    """`id` never changes, whatever becomes of the address; `html` is sanitised and needs no base; "" for none."""

    id: str
    url: str
    title: str
    published: datetime
    updated: datetime
    summary: str = ""
    html: str = ""
    lang: str = ""
    image: str = ""
    authors: tuple[Person, ...] = ()
    tags: tuple[str, ...] = ()


def of_articles(revisions, at: datetime | None = None, size: int = SIZE) -> list[Entry]:
    """The newest of these public revisions, in three queries."""
    rows = list(revisions.latest_first().for_feed()[:size])
    told = updates.of_many(rows, at)
    return [_entry(row, told.get(row.post_id, [])) for row in rows]


def stable_id(post: Post) -> str:
    """A tag: URI (RFC 4151) from the article's number: neither a slug nor a change to https moves it."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{post.created_at.astimezone(UTC):%Y-%m-%d}:post/{post.pk}"


def _entry(revision: Revision, changes: list[Revision]) -> Entry:
    told = updates.arranged(revision, changes)
    url = whole(revision.get_absolute_url())
    section = [revision.category.name] if revision.category else []
    return Entry(
        id=stable_id(revision.post),
        url=url,
        title=revision.labelled_title,
        published=revision.published_at,
        updated=told["updated_at"] or revision.published_at,
        summary=excerpt(revision, SUMMARY),
        html=_text(revision, told, url) if settings.FEED_FULL_TEXT else "",
        lang=revision.lang or get_language(),
        image=whole(revision.cover.file.url) if revision.cover else "",
        authors=tuple(_people(revision)),
        tags=tuple(dict.fromkeys([*section, *(tag.name for tag in revision.tag_list)])),
    )


def _text(revision: Revision, told: dict, url: str) -> str:
    """All that stands on the article's page: also its notes to readers, its disclaimer and its label."""
    context = {"revision": revision, "lang": revision.lang or get_language(), **told}
    return absolute(render_to_string("posts/_feed_text.html", context).strip(), url)


def _people(revision: Revision) -> Iterable[Person]:
    for author in [revision.author, *revision.bylines]:
        if author:
            yield Person(author.name, whole(author.get_absolute_url()))
