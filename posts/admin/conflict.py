"""A save that came too late: its text, the one that is there now, and the one both began from, put together."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles
from posts.difference import DocumentMerge, FieldMerge, Piece, Span, common, compare_texts, merge_documents
from posts.document import Document
from posts.models import HistoryEntry, Post, Revision

from .difference import document_of
from .forms import DocumentForm

SIDES = ("both", "ours", "theirs", "base")
VISIBLE = ("title", "summary", "body")  # what can be reworked on the page; the rest goes along
TAKEN = {
    "ours": gettext_lazy("Changed in your text only: taken"),
    "theirs": gettext_lazy("Changed in the other text only: taken"),
    "alike": gettext_lazy("Both made the same change"),
    "woven": gettext_lazy("Both changed this, in different places: put together"),
}


@dataclass(frozen=True)
class Side:
    """One answer to a conflict: its text with what it changed."""

    name: str
    label: str | Promise
    value: object
    spans: tuple[Span, ...] = ()
    is_chosen: bool = False


@dataclass(frozen=True)
class Shown:
    """A piece or a field as the page draws it: what was taken, or the sides to choose from."""

    id: str
    part: Piece | FieldMerge
    label: str | Promise
    spans: tuple[Span, ...] = ()
    sides: tuple[Side, ...] = ()


def address(entry: HistoryEntry) -> str:
    return reverse("admin:posts_post_conflict", args=[entry.post_id, entry.pk])


def resolution(request: HttpRequest, post: Post, kept: HistoryEntry) -> dict:
    """The context of the page. The choices come from the form, or nothing is lost: both texts are kept."""
    current = _current(post)
    context = {"title": _("Conflicting edits"), "post": post, "entry": kept, "current": current}
    if current is None or not current.is_editable or not roles.may_edit(request.user, post):
        return context | {"mine": document_of(kept)}
    merge = _merge(kept, current)
    choices = _choices(request, merge)
    done = _outcome(merge, choices)
    form = DocumentForm(base=done)
    return context | {
        "merge": merge,
        "fields": [_field(change, choices, kept, current) for change in merge.fields],
        "pieces": [_piece(piece, choices, kept, current) for piece in merge.body.pieces],
        "asked": len(merge.body.conflicts) + sum(change.is_conflict for change in merge.fields),
        "taken": sum(p.kind not in ("same", "conflict") for p in merge.body.pieces)
        + sum(not change.is_conflict for change in merge.fields),
        "form": form,
        "result": form.group(VISIBLE),
        "hidden": [
            form[name].as_hidden() for name in form.fields if name not in (*VISIBLE, "upload", "no_cover")
        ],
        "draft_pk": current.pk,
        "version": current.version,
    }


def base_of(request: HttpRequest, post: Post, draft: Revision) -> Document:
    """What a sent form starts from: the draft, or, sent from this page, what was chosen for the fields it lacks."""
    number = request.POST.get("_resolve", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return draft.to_document()
    kept = post.history.filter(pk=number, step="conflict", digest="").select_related("base").first()
    if kept is None:
        return draft.to_document()
    merge = _merge(kept, draft)
    return _outcome(merge, _choices(request, merge))


def kept_of(post: Post, number: int) -> HistoryEntry:
    """The refused text of that number; 404 when there is none, or when it is a file's."""
    kept = post.history.filter(pk=number, step="conflict", digest="").select_related("base", "actor").first()
    if kept is None:
        raise Http404
    return kept


def _current(post: Post) -> Revision | None:
    return post.revisions.open().for_documents().select_related("saved_by").first()


def _merge(kept: HistoryEntry, current: Revision) -> DocumentMerge:
    ours, theirs = document_of(kept), current.to_document()
    base = document_of(kept.base) if kept.base and kept.revision_id == current.pk else common(ours, theirs)
    return merge_documents(base, ours, theirs)


def _choices(request: HttpRequest, merge: DocumentMerge) -> dict[str, str]:
    """{name of the question: the side chosen}; what was not asked or answered oddly takes the default."""
    asked = [_id(p) for p in (*merge.fields, *merge.body.conflicts) if p.is_conflict]
    for_all = request.POST.get("_all", "")
    given = {name: for_all or request.POST.get(name, "") for name in asked}
    return {name: side for name, side in given.items() if side in SIDES}


def _outcome(merge: DocumentMerge, choices: dict[str, str]) -> Document:
    fields = {change.id: choices.get(_id(change), "") for change in merge.fields}
    pieces = {p.number: choices[_id(p)] for p in merge.body.conflicts if _id(p) in choices}
    return merge.document(fields, pieces)


def _id(part: Piece | FieldMerge) -> str:
    return f"piece-{part.number}" if isinstance(part, Piece) else f"field-{part.id}"


def _piece(piece: Piece, choices: dict[str, str], kept: HistoryEntry, current: Revision) -> Shown:
    name = _id(piece)
    if not piece.is_conflict:
        outcome = piece.outcome()
        return Shown(name, piece, TAKEN.get(piece.kind, ""), _marked(piece.base, outcome))
    texts = {side: _tidy(piece.outcome(side)) for side in SIDES}
    base = _tidy(piece.base)
    chosen = choices.get(name, SIDES[0])
    sides = [
        Side(side, _label(side, kept, current), texts[side], _marked(base, texts[side]), side == chosen)
        for side in SIDES
    ]
    return Shown(name, piece, "", sides=tuple(sides))


def _field(change: FieldMerge, choices: dict[str, str], kept: HistoryEntry, current: Revision) -> Shown:
    name = _id(change)
    if not change.is_conflict:
        return Shown(name, change, TAKEN[change.kind])
    chosen = choices.get(name, change.sides[0])
    sides = [
        Side(side, _label(side, kept, current), change.outcome(side), is_chosen=side == chosen)
        for side in change.sides
    ]
    return Shown(name, change, "", sides=tuple(sides))


def _tidy(text: str) -> str:
    return text.strip("\n")


def _marked(old: str, new: str) -> tuple[Span, ...]:
    """What was changed, in one row, with the line ends between the blocks."""
    row: list[Span] = []
    for block in compare_texts(old, new):
        row += [*block.both, Span(block.new_gap or block.old_gap)]
    return tuple(row)


def _label(side: str, kept: HistoryEntry, current: Revision) -> str:
    names = {"mine": kept.actor_name, "other": roles.name_of(current.saved_by or roles.SYSTEM)}
    words = {
        "both": _("Both, one after the other"),
        "ours": _("The refused text (%(mine)s)"),
        "theirs": _("The saved text (%(other)s)"),
        "base": _("As it was before both"),
    }
    return words[side] % names
