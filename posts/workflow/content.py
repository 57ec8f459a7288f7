"""A document into rows: names matched or made, one place where content is written."""

from django.utils.translation import gettext as _

from posts import rendering, text
from posts.document import Document, DocumentError
from posts.models import Author, Category, Coauthorship, Image, Placement, Post, Revision, Tag, TaggedRevision
from posts.models.choices import AiUse, Format, Sponsorship, UpdateKind
from posts.rendering import Rendered, RenderError

from .refused import Refused

_PLAIN = (
    "title summary body format date lang cover_alt cover_credit sponsorship ai_use update_kind update_note "
    "canonical_url noindex extra"
).split()
_CHOICES = {"format": Format, "sponsorship": Sponsorship, "ai_use": AiUse, "update_kind": UpdateKind}


def check(document: Document) -> None:
    """Refuse a document that no revision can hold."""
    if not document.title:
        raise Refused(_("The title is missing."))
    try:
        document.check_limits()
    except DocumentError as error:
        raise Refused(explain(error)) from None
    for name, choices in _CHOICES.items():
        value = getattr(document, name)
        if value not in choices.values:
            raise Refused(
                _("“%(value)s” is not known for “%(field)s”.") % {"value": value, "field": _label(name)}
            )
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


def write(revision: Revision, document: Document, page: Rendered | RenderError) -> None:
    """Put the document into the revision and its rows of tags, further sections and people."""
    for name in _PLAIN:
        setattr(revision, name, getattr(document, name))
    revision.category = _one(Category, document.category)
    revision.author = _one(Author, document.author)
    revision.cover = Image.objects.at(document.cover)
    revision.translation_of = Post.objects.at(document.translation_of) if document.translation_of else None
    _take_page(revision, page)
    revision.save()
    _rows(TaggedRevision, "content_object", revision, "tag", Tag.objects.ensure(document.tags))
    _rows(Placement, "revision", revision, "category", Category.objects.ensure(document.also_in))
    _rows(Coauthorship, "revision", revision, "author", Author.objects.ensure(document.coauthors))


def _take_page(revision: Revision, page: Rendered | RenderError) -> None:
    if isinstance(page, RenderError):
        revision.html, revision.text, revision.toc, revision.minutes = "", "", [], 0
        revision.rendered_with, revision.render_problem = "", page.code
        return
    revision.html, revision.text, revision.minutes = page.html, page.text, page.minutes
    revision.toc = [{"level": item.level, "id": item.id, "name": item.name} for item in page.toc]
    revision.rendered_with, revision.render_problem = rendering.VERSION, ""


def _rows(model, owner: str, revision: Revision, field: str, wanted: list) -> None:
    """Rows of a list in its order; untouched when they are right already."""
    mine = model.objects.filter(**{owner: revision}).order_by("pk")
    if list(mine.values_list(field, flat=True)) == [row.pk for row in wanted]:
        return
    mine.delete()
    model.objects.bulk_create(model(**{owner: revision, field: row}) for row in wanted)


def _one(model, name: str):
    return model.objects.ensure([name])[0] if name else None


def _spelt(name: str, rows: dict) -> str:
    row = rows.get(text.key(name))
    return row.name if row else text.label(name)
