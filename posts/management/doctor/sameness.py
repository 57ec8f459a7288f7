"""Whether a text still is what history saved, though names, slugs and addresses have been changed since."""

from functools import cached_property

from posts import text
from posts.document import FIELDS, Document, DocumentError, FrontMatterError
from posts.models import Author, Category, Post, Revision, Tag

# Acts of the desk change these in frozen texts too (decision 15): they are compared by the rows that they mean.
_BY_ROW = ("slug", "category", "also_in", "author", "coauthors", "tags", "translation_of")
_BY_VALUE = tuple(name for name in FIELDS if name not in _BY_ROW)


class Names:
    """Which row each name means now, with the names that rows had before; read once, when first asked."""

    @cached_property
    def sections(self) -> dict[str, int]:
        return _rows(Category)

    @cached_property
    def people(self) -> dict[str, int]:
        return _rows(Author)

    @cached_property
    def tags(self) -> dict[str, int]:
        return _rows(Tag)


def says_the_same(row: Revision, saved: str, names: Names) -> bool:
    """`row` of `for_documents` against the document that history holds of it."""
    now = row.to_document()
    if now.to_text() == saved:
        return True
    try:
        then = Document.from_text(saved)
    except (DocumentError, FrontMatterError):
        return False
    if any(getattr(now, name) != getattr(then, name) for name in _BY_VALUE):
        return False
    return _named(now, names) == _named(then, names) and _translates(row, now, then)


def _named(document: Document, names: Names) -> tuple:
    section, person = (
        names.sections.get(text.key(document.category)),
        names.people.get(text.key(document.author)),
    )
    return (
        section,
        person,
        # a merge leaves a row once: what is the section itself is no further one
        [one for one in _keys(document.also_in, names.sections) if one != section],
        [one for one in _keys(document.coauthors, names.people) if one != person],
        _keys(document.tags, names.tags),
    )


def _keys(named: tuple[str, ...], rows: dict[str, int]) -> list[int | None]:
    """The rows of the names in their order, each once; None for a name that nothing has."""
    return list(dict.fromkeys(rows.get(text.key(name)) for name in named))


def _translates(row: Revision, now: Document, then: Document) -> bool:
    """An article that has another address now, or none any more, is still the same article."""
    if now.translation_of == then.translation_of or not then.translation_of:
        return now.translation_of == then.translation_of
    meant = Post.objects.at(then.translation_of)
    return meant is None or meant.pk == row.translation_of_id


def _rows(model) -> dict[str, int]:
    found: dict[str, int] = {}
    for pk, key, aliases in model.objects.values_list("pk", "key", "aliases"):
        found |= {text.key(alias): pk for alias in aliases if text.key(alias) not in found}
        found[key] = pk
    return found
