"""The sections above and the pages of the house below every public page: one question for both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.utils.translation import get_language

from posts.models import Category, Post, Revision

_COLUMNS = ("kind", "row", "label", "where", "place", "spoken")


@dataclass(frozen=True)
class PageLink:
    """A page of the house in the footer; `lang` "" is the site's own language."""

    title: str
    slug: str
    lang: str

    def get_absolute_url(self) -> str:
        return Post(slug=self.slug, is_page=True).get_absolute_url()


@dataclass(frozen=True)
class Navigation:
    sections: list[Category]
    pages: list[PageLink]

    def shown(self) -> dict:
        """For templates. `page_on`: {subject: page} of those whose address says it, in whatever language: ai, ai-en."""
        known = {one.slug.partition("-")[0]: one for one in reversed(self.pages)}
        return {"sections": self.sections, "pages_of_the_house": self.pages, "page_on": known}


def navigation(at: datetime | None = None, **more: Subquery) -> Navigation:
    """The sections in which something is public, and the public pages in the language of the interface.

    `more`: further columns of the sections, whole numbers or None, which become attributes of theirs.
    """
    rows = list(_sections(at, more).union(_pages(at, more), all=True).order_by("place", "label"))
    sections = [_section(row, more) for row in rows if row["kind"] == "section"]
    pages = [PageLink(row["label"], row["where"], row["spoken"]) for row in rows if row["kind"] == "page"]
    return Navigation(sections, _in_language(pages))


def of_section(at: datetime | None = None) -> QuerySet[Revision]:
    """What is public in the section of an outer query."""
    return Revision.objects.published(at).spoken().filter(category=OuterRef("pk"))


def _section(row: dict, more: Iterable[str]) -> Category:
    section = Category(pk=row["row"], name=row["label"], slug=row["where"])
    for name in more:
        setattr(section, name, row[name])
    return section


def _in_language(pages: list[PageLink]) -> list[PageLink]:
    """Those in the language of the interface or in none by name; a site that has none of these shows all."""
    language = (get_language() or "")[:2]
    return [one for one in pages if one.lang[:2] in ("", language)] or pages


def _sections(at: datetime | None, more: dict[str, Subquery]):
    here = (
        Value("section", CharField()),
        F("pk"),
        F("name"),
        F("slug"),
        F("position"),
        Value("", CharField()),
    )
    columns = dict(zip(_COLUMNS, here, strict=True)) | more
    found = Category.objects.filter(Exists(of_section(at))).order_by()
    return found.annotate(**columns).values(*columns)


def _pages(at: datetime | None, more: dict[str, Subquery]):
    page = Value("page", CharField())
    here = (page, F("pk"), F("title"), F("post__slug"), F("post__position"), F("lang"))
    columns = dict(zip(_COLUMNS, here, strict=True)) | dict.fromkeys(more, Value(None, BigIntegerField()))
    return Revision.objects.pages(at).order_by().annotate(**columns).values(*columns)
