"""Notes on a text at the desk: the panel beside it, and what its forms ask for."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles, workflow
from posts.models import OPEN, Note, Post, Revision

from ..draw import draw
from .reading import Passages

PAGES = {"review": "admin:posts_post_review", "change": "admin:posts_post_change"}
DONE = {
    "add": gettext_lazy("The note was added."),
    "reply": gettext_lazy("The answer was added."),
    "resolve": gettext_lazy("The note is settled."),
    "reopen": gettext_lazy("The note is open again."),
}


class SeeOther(HttpResponseRedirect):
    """303: the answer to a form is another page, fetched with GET."""

    status_code = 303


@dataclass(frozen=True)
class Thread:
    """A note with its answers. `place` is where its passage begins; -1 when the text has it no more."""

    note: Note
    answers: list[Note]
    place: int
    is_earlier: bool
    may_settle: bool

    @property
    def is_lost(self) -> bool:
        return bool(self.note.quote) and self.place < 0


@dataclass(frozen=True)
class Panel:
    """All notes on a text, the open ones in the order of their passages; `typed` is what was refused."""

    post: Post
    revision: Revision
    open: list[Thread]
    settled: list[Thread]
    may_must: bool
    back: str
    typed: dict[str, str]
    refused: str = ""

    @property
    def must(self) -> list[Thread]:
        return [thread for thread in self.open if thread.note.must]


def panel(
    request: HttpRequest, revision: Revision, *, back: str, refused: str = "", typed: dict | None = None
) -> Panel:
    """The notes of a revision, and those of earlier ones that are open still. One query."""
    is_reviewer = roles.may(request.user, "review")
    threads = _threads(revision, request.user)
    at = [thread for thread in threads if not thread.note.resolved_at]
    at.sort(key=lambda thread: (thread.place < 0, thread.place, thread.note.pk))
    settled = [thread for thread in threads if thread.note.resolved_at]
    return Panel(revision.post, revision, at, settled, is_reviewer, back, typed or {}, refused)


def answer(request: HttpRequest, site, post: Post) -> HttpResponse:
    """GET: the notes as a page of their own. POST: `_note` says add, reply, resolve or reopen; then 303 to the page
    that `back` names. A script that says X-Fragment gets the panel instead. A refusal is 409 with what was typed."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.method != "POST":
        return _shown(request, site, post)
    name = request.POST.get("_note", "")
    if name not in ACTS:
        words = _("Nothing was done: the form did not say what to do. Use one of the buttons.")
        return _shown(request, site, post, words, 400)
    try:
        note = ACTS[name](request, post)
    except workflow.Refused as refused:
        return _shown(request, site, post, str(refused), 409)
    if "X-Fragment" in request.headers:
        answered = _shown(request, site, post)
        answered["X-Note"] = str(note.pk)
        return answered
    messages.success(request, DONE[name])
    return SeeOther(f"{_back(request, post)}#note-{note.parent_id or note.pk}")


def _add(request: HttpRequest, post: Post) -> Note:
    revision = post.revisions.filter(pk=_number(request, "revision")).first()
    if revision is None:
        raise workflow.Refused(_("There is no such text. Reload the page."))
    sent = {name: request.POST.get(name, "") for name in ("quote", "before")}
    return workflow.add_note(
        revision, by=request.user, text=request.POST.get("comment", ""), must="must" in request.POST, **sent
    )


def _reply(request: HttpRequest, post: Post) -> Note:
    return workflow.reply(_named(request, post), by=request.user, text=request.POST.get("comment", ""))


def _resolve(request: HttpRequest, post: Post) -> Note:
    note = _named(request, post)
    return workflow.resolve(note, by=request.user, comment=request.POST.get("comment", "")[:5000])


def _reopen(request: HttpRequest, post: Post) -> Note:
    return workflow.reopen(_named(request, post), by=request.user)


ACTS = {"add": _add, "reply": _reply, "resolve": _resolve, "reopen": _reopen}


def _named(request: HttpRequest, post: Post) -> Note:
    """The note of this article that the form names; 404 for one of another article as for one that is not there."""
    notes = Note.objects.filter(revision__post=post).select_related("revision", "parent__revision")
    note = notes.filter(pk=_number(request, "note")).first()
    if note is None:
        raise Http404
    return note


def _threads(revision: Revision, user) -> list[Thread]:
    still_open = Q(parent=None, resolved_at=None) | Q(parent__resolved_at=None, parent__isnull=False)
    if not getattr(revision, "has_notes", True):  # the page has asked already
        return []
    rows = Note.objects.filter(revision__post=revision.post_id).filter(Q(revision=revision) | still_open)
    answers: dict[int, list[Note]] = {}
    heads = []
    for row in workflow.for_settling(rows, by=user).annotate(number=F("revision__number")).order_by("pk"):
        if row.parent_id:
            answers.setdefault(row.parent_id, []).append(row)
        else:
            heads.append(row)
    passages = Passages(revision) if any(note.quote for note in heads) else None
    return [
        Thread(
            note=note,
            answers=answers.get(note.pk, []),
            place=passages.find(note.quote, note.before) if passages and note.quote else -1,
            is_earlier=note.revision_id != revision.pk,
            may_settle=not note.resolved_at and workflow.may_settle(note, revision.post, by=user),
        )
        for note in heads
    ]


def _shown(request: HttpRequest, site, post: Post, refused: str = "", status: int = 200) -> HttpResponse:
    revision = shown_revision(post)
    typed = {
        name: request.POST.get(name, "") for name in ("_note", "note", "comment", "quote", "before", "must")
    }
    back = request.POST.get("back", "")
    notes = panel(
        request,
        revision,
        back=back if back in PAGES else "review",
        refused=refused,
        typed=typed if refused else None,
    )
    context = {"notes": notes, "post": post}
    if "X-Fragment" not in request.headers:
        return draw(request, site, "admin/posts/review/notes.html", {"title": _("Notes"), **context}, status)
    answered = render(request, "admin/posts/review/_panel.html", context, status=status)
    answered["Cache-Control"] = "private, no-store"
    return answered


def shown_revision(post: Post) -> Revision:
    """The text that notes are about: the open one, else the one that readers see, else the newest. 404 when none is."""
    rows = post.revisions.for_documents().defer(None).defer("text")
    found = (
        rows.filter(status__in=OPEN).first() or rows.filter(pk__in=post.revisions.live().values("pk")).first()
    )
    found = found or rows.order_by("-number").first()
    if found is None:
        raise Http404
    found.post = post
    return found


def _back(request: HttpRequest, post: Post) -> str:
    return reverse(PAGES.get(request.POST.get("back", ""), PAGES["review"]), args=[post.pk])


def _number(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0
