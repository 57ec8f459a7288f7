"""A document into rows: names matched or made, one place where content is written."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from posts import rendering, search, text
from posts.document import Document, DocumentError, seal
from posts.models import Author, Category, Coauthorship, Image, Placement, Post, Revision, Tag, TaggedRevision
from posts.models.choices import AiUse, Format, Sponsorship, UpdateKind
from posts.models.image import dressed
from posts.rendering import Rendered, RenderError

from .refused import Refused

_PLAIN = (
    "title summary body format date lang cover_alt cover_credit sponsorship ai_use disclosure update_kind "
    "update_note canonical_url noindex extra"
).split()
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'\\]+", re.I)
_CHOICES = {"format": Format, "sponsorship": Sponsorship, "ai_use": AiUse, "update_kind": UpdateKind}


def check(document: Document) -> None:
    """Refuse a document that no revision can hold."""
    if not document.title:
        raise Refused(_("The title is missing."))
    try:
        document.check_limits()
    except DocumentError as error:
        raise Refused(explain(error)) from None
    check_choices(document)


def check_choices(document: Document) -> None:
    """Refuse words that stand for nothing: a kind of update, an image that is not there, an address of no web page."""
    for name, choices in _CHOICES.items():
        value = getattr(document, name)
        if value not in choices.values:
            raise Refused(
                _("“%(value)s” is not known for “%(field)s”.") % {"value": value, "field": _label(name)}
            )
    if document.canonical_url and not _WEB_ADDRESS.fullmatch(document.canonical_url):
        raise Refused(_("The original address has to begin with http:// or https:// and may hold no blanks."))
    if document.cover and Image.objects.at(document.cover) is None:
        raise Refused(_("There is no image at %(address)s.") % {"address": document.cover})


def explain(error: DocumentError) -> str:
    """What is wrong with a document, in the reader's language."""
    words = {
        "too_long": _("“%(field)s” is too long: %(limit)s are allowed."),
        "broken_character": _("“%(field)s” holds a character that cannot be stored. Type that place again."),
    }
    values = {"field": _label(error.field), "limit": f"{error.limit:,}"}
    return words[error.code] % values if error.code in words else str(error)


def _label(field: str) -> str:
    others = {"slug": _("slug (address)"), "name": _("name")}
    return others.get(field) or str(getattr(Revision._meta.get_field(field), "verbose_name", field))


def render(document: Document) -> Rendered | RenderError:
    """The document's page, or why it cannot be made; never raises. Done before a lock is taken."""
    try:
        return rendering.render_safely(document.body, document.format, document.lang or "ja")
    except RenderError as error:
        return error


def same(revision: Revision, document: Document) -> bool:
    """Whether saving the document would change nothing."""
    held = revision.to_document()
    return held == canonical(document).replace(slug=held.slug)


def canonical(document: Document) -> Document:
    """The document with names as the rows that they mean spell them."""
    sections = Category.objects.by_names([document.category, *document.also_in])
    people = Author.objects.by_names([document.author, *document.coauthors])
    tags = Tag.objects.by_names(document.tags)
    return document.replace(
        category=_spelt(document.category, sections),
        also_in=[_spelt(name, sections) for name in document.also_in],
        author=_spelt(document.author, people),
        coauthors=[_spelt(name, people) for name in document.coauthors],
        tags=[_spelt(name, tags) for name in document.tags],
    )


@dataclass(frozen=True)
class Names:
    """The rows that names and addresses in documents mean: by key, covers by address."""

    sections: dict[str, Category]
    people: dict[str, Author]
    tags: dict[str, Tag]
    images: dict[str, Image]  # covers, and what pages show

    def also_in(self, document: Document) -> list[Category]:
        return _each(document.also_in, self.sections)

    def coauthors(self, document: Document) -> list[Author]:
        return _each(document.coauthors, self.people)

    def tagged(self, document: Document) -> list[Tag]:
        return _each(document.tags, self.tags)


def names(documents: Iterable[Document], pages: Iterable[Rendered | RenderError] = ()) -> Names:
    """The rows for all names in the documents, made where there is none, and for the pictures of their pages."""
    documents = list(documents)
    addresses = {document.cover for document in documents if document.cover}
    addresses.update(*(rendering.pictures_in(page.html) for page in pages if isinstance(page, Rendered)))
    return Names(
        sections=Category.objects.rows(name for d in documents for name in (d.category, *d.also_in) if name),
        people=Author.objects.rows(name for d in documents for name in (d.author, *d.coauthors) if name),
        tags=Tag.objects.rows(name for d in documents for name in d.tags),
        images=Image.objects.at_addresses(addresses),
    )


def write(revision: Revision, document: Document, page: Rendered | RenderError) -> None:
    """Put the document into the revision and its rows of tags, further sections and people."""
    rows = names([document], [page])
    fill(revision, document, page, rows)
    revision.translation_of = Post.objects.at(document.translation_of) if document.translation_of else None
    revision.save()
    _rows(TaggedRevision, "content_object", revision, "tag", rows.tagged(document))
    _rows(Placement, "revision", revision, "category", rows.also_in(document))
    _rows(Coauthorship, "revision", revision, "author", rows.coauthors(document))
    search.index([revision])


def fill(revision: Revision, document: Document, page: Rendered | RenderError, rows: Names) -> None:
    """The revision's own columns but `translation_of`; nothing is saved."""
    for name in _PLAIN:
        setattr(revision, name, getattr(document, name))
    revision.category = rows.sections.get(text.key(document.category))
    revision.author = rows.people.get(text.key(document.author))
    revision.cover = rows.images.get(document.cover)
    take_page(revision, page, rows.images)


def store_lists(filled: Iterable[tuple[Revision, Document, Names]]) -> None:
    """Tags, further sections and people of new revisions, in their order."""
    tags: list[TaggedRevision] = []
    placements: list[Placement] = []
    coauthors: list[Coauthorship] = []
    for revision, document, rows in filled:
        dates = {name: getattr(revision, name) for name in ("published_at", "live_from", "live_until")}
        tags += [TaggedRevision(content_object=revision, tag=tag, **dates) for tag in rows.tagged(document)]
        placements += [Placement(revision=revision, category=row) for row in rows.also_in(document)]
        coauthors += [Coauthorship(revision=revision, author=row) for row in rows.coauthors(document)]
    TaggedRevision.objects.bulk_create(tags)
    Placement.objects.bulk_create(placements)
    Coauthorship.objects.bulk_create(coauthors)


def as_stored(revision: Revision, document: Document, rows: Names) -> Document:
    """What `revision.to_document()` gives once its lists are stored, without asking the database."""
    return document.replace(
        date=timezone.localtime(document.date) if document.date else None,
        slug=revision.post.slug,
        category=revision.category.name if revision.category else "",
        also_in=[row.name for row in rows.also_in(document)],
        author=revision.author.name if revision.author else "",
        coauthors=[row.name for row in rows.coauthors(document)],
        tags=[row.name for row in rows.tagged(document)],
        cover=revision.cover.address if revision.cover else "",
        translation_of=revision.translation_of.reference if revision.translation_of else "",
    )


def seal_of(revision: Revision, document: Document, rows: Names) -> str:
    """What `revision.seal_now()` gives once its lists are stored."""
    lists = (rows.also_in(document), rows.coauthors(document), rows.tagged(document))
    return seal(document, revision.seal_keys(*([row.pk for row in found] for found in lists)))


def take_page(revision: Revision, page: Rendered | RenderError, images: Mapping[str, Image]) -> None:
    """The page into the revision, with what is known of the pictures it shows; nothing is saved."""
    if isinstance(page, RenderError):
        revision.html, revision.text, revision.toc, revision.minutes = "", "", [], 0
        revision.rendered_with, revision.render_problem = "", page.code
        return
    revision.html = dressed(page.html, revision.lang, images)
    revision.text, revision.minutes = page.text, page.minutes
    revision.toc = [{"level": item.level, "id": item.id, "name": item.name} for item in page.toc]
    revision.rendered_with, revision.render_problem = rendering.VERSION, ""


def _rows(model, owner: str, revision: Revision, field: str, wanted: list) -> None:
    """Rows of a list in its order; untouched when they are right already."""
    mine = model.objects.filter(**{owner: revision}).order_by("pk")
    if list(mine.values_list(field, flat=True)) == [row.pk for row in wanted]:
        return
    mine.delete()
    model.objects.bulk_create(model(**{owner: revision, field: row}) for row in wanted)


def _each(named: Iterable[str], rows: dict) -> list:
    """The rows of the names in their order, each once."""
    return list(dict.fromkeys(rows[text.key(name)] for name in named))


def _spelt(name: str, rows: dict) -> str:
    row = rows.get(text.key(name))
    return row.name if row else text.label(name)
