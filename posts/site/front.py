"""The front page: the newest article large, three beside it, the sections with their newest, and what is latest."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse

from posts.models import Category, Revision

from . import moment, structured
from .listing import listing
from .navigation import navigation, of_section
from .public import articles

TOP = 4  # the lead and those beside it
BLOCK = 3  # articles of a section
SECTIONS = 8  # that have a block


@dataclass(frozen=True)
class Block:
    section: Category
    revisions: list[Revision]


def front(request: HttpRequest) -> HttpResponse:
    """Page 1 is the front page; the following ones are plain lists of what is older."""
    at = moment.of(request)
    return listing(request, articles(request), template="posts/home.html", more=lambda page: _front(page, at))


def _front(page, at: datetime | None) -> dict:
    """Two queries: the sections, each with the keys of its newest, and those texts."""
    if page.number > 1:
        return {}
    around = navigation(at, **_newest(at))
    top, latest = list(page)[:TOP], list(page)[TOP:]
    return {
        **around.shown(),
        "top": top,
        "latest": latest,
        "structured": structured.of_site(),
        "blocks": _blocks(around.sections[:SECTIONS], {row.pk for row in top}),
    }


def _newest(at: datetime | None) -> dict[str, Subquery]:
    rows = of_section(at).latest_first().values("pk")
    return {f"newest_{number}": Subquery(rows[number : number + 1]) for number in range(BLOCK + TOP)}


def _blocks(sections: list[Category], shown: set[int]) -> list[Block]:
    """What a section has besides the articles on top; a section without any is in the menu only."""
    keys = {section.pk: [key for key in _keys(section) if key not in shown][:BLOCK] for section in sections}
    wanted = [key for found in keys.values() for key in found]
    rows = {row.pk: row for row in Revision.objects.filter(pk__in=wanted).for_cards()} if wanted else {}
    found = [Block(section, [rows[key] for key in keys[section.pk] if key in rows]) for section in sections]
    return [block for block in found if block.revisions]


def _keys(section: Category) -> list[int]:
    found = (getattr(section, f"newest_{number}") for number in range(BLOCK + TOP))
    return [key for key in found if key is not None]
