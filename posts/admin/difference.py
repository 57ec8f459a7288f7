"""The page that compares two texts of an article: any two of its history, the live one, the draft."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import workflow
from posts.difference import compare
from posts.document import Document, DocumentError, FrontMatterError
from posts.models import OPEN, HistoryEntry, Image, Post, Revision
from posts.rendering import RenderError
from posts.templatetags.desk import act
from posts.templatetags.editorial import moment_short

CHOICES = 200  # texts that the page offers; older ones are reached from the history
NAMES = {"live": gettext_lazy("What readers see"), "draft": gettext_lazy("The text at the desk")}


@dataclass(frozen=True)
class Text:
    """One side: its name in the address, in words, and what it says."""

    name: str
    label: str | Promise
    document: Document


def difference_page(request: HttpRequest, post: Post) -> dict:
    """The context of the page; 404 for a text that is not there. `from` is the live text, or the one before `to`."""
    texts = Texts(post)
    new = _asked(texts, request.GET.get("to", "")) or texts.newest()
    old = _asked(texts, request.GET.get("from", "")) or texts.before(new)
    return {
        "title": _("Difference"),
        "post": post,
        "old": old,
        "new": new,
        "difference": compare(old.document, new.document),
        "choices": texts.choices(old, new),
    }


def document_of(entry: HistoryEntry) -> Document:
    """What the entry's text says; 404 for a text that is no document."""
    try:
        return Document.from_text(entry.text)
    except (DocumentError, FrontMatterError):
        raise Http404 from None


def reading(entry: HistoryEntry) -> dict:
    """The text that stood at an entry: `held`, the save it is of, `words`, and `page`, rendered as readers see it."""
    held = workflow.text_at(entry)
    if held is None:
        return {}
    try:
        document = document_of(held)
    except Http404:
        return {}
    page = workflow.render(document)
    if isinstance(page, RenderError):
        return {"held": held, "document": document, "page": None}
    dressed = replace(page, html=Image.objects.dress(page.html, document.lang))
    return {"held": held, "document": document, "page": dressed}


def entry_label(entry: HistoryEntry) -> str:
    return f"{act(entry)} · {entry.actor_name} · {moment_short(entry.at)}"


def link(post: Post, old: object, new: object) -> str:
    """The address of the page for two names: `live`, `draft`, or the primary key of an entry."""
    return reverse("admin:posts_post_difference", args=[post.pk]) + f"?from={old}&to={new}"


class Texts:
    """The texts of an article by their names: `live`, `draft`, or the number of an entry."""

    def __init__(self, post: Post):
        self.post = post

    @cached_property
    def standing(self) -> dict[str, Revision]:
        rows = self.post.revisions.filter(
            Q(status__in=OPEN) | Q(pk__in=self.post.revisions.live().values("pk"))
        )
        return {"draft" if row.is_open else "live": row for row in rows.for_documents()}

    @cached_property
    def saved(self):
        return self.post.history.filter(step__in=workflow.RESTORABLE).exclude(text="")

    def get(self, name: str) -> Text | None:
        """The text of that name, None when there is none."""
        if name in NAMES:
            row = self.standing.get(name)
            return Text(name, NAMES[name], row.to_document()) if row else None
        if not (name.isascii() and name.isdigit() and len(name) < 19):
            return None
        entry = self.post.history.filter(pk=name).first()
        held = workflow.text_at(entry) if entry else None
        return Text(name, entry_label(entry), document_of(held)) if entry and held else None

    def newest(self) -> Text:
        pk = self.saved.values_list("pk", flat=True).first()
        found = self.get("draft") or self.get("live") or self.get(str(pk))
        if found is None:
            raise Http404
        return found

    def before(self, new: Text) -> Text:
        """What a text is compared with when nobody says: the live one for a draft, else the text before it."""
        if new.name == "draft" and (live := self.get("live")):
            return live
        entry = None if new.name in NAMES else self.post.history.filter(pk=new.name).first()
        earlier = workflow.text_before(entry) if entry else self.saved[1:2].first()
        return (self.get(str(earlier.pk)) if earlier else None) or new

    def choices(self, *chosen: Text) -> list[tuple[str, str | Promise]]:
        """What the page offers: the standing texts, the newest saves, and those that are shown."""
        found: dict[str, str | Promise] = {name: NAMES[name] for name in NAMES if name in self.standing}
        found |= {str(row.pk): entry_label(row) for row in self.saved.defer("text", "original")[:CHOICES]}
        return list({**{text.name: text.label for text in chosen}, **found}.items())


def _asked(texts: Texts, name: str) -> Text | None:
    found = texts.get(name) if name else None
    if name and found is None:
        raise Http404
    return found
