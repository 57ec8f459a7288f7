"""The pages of one article: each fetches, asks the rule book, and draws the answer."""

import re
import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from posts import roles, workflow
from posts.difference import compare
from posts.document import Document
from posts.models import EDITABLE, HistoryEntry, Post, Revision, Status
from posts.models.revisions import document_lists
from posts.templatetags.desk import return_reason

from . import acts, conflict, editor, presence, review
from .card import Card
from .difference import difference_page, document_of, reading
from .draw import draw
from .findings import Panel, panel_of
from .forms import DocumentForm
from .record import download, record_page
from .standing import standing, standing_with_text
from .steps import buttons
from .submission import submission
from .timeline import entries_of, history_page

TIMELINE = 30
LISTED = (*EDITABLE, Status.APPROVED)  # states whose lists the page reads more than once: the form, the seal


def add(request: HttpRequest, site) -> HttpResponse:
    """A new article."""
    if not roles.may(request.user, "add"):
        raise PermissionDenied
    form = DocumentForm(request.POST or None, request.FILES or None, base=Document(), is_new=True)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                revision = workflow.new_post(form.take_cover(), by=request.user, token=_token(request))
                editor.settle(request, None)
                return acts.done(request, revision.post, _("The draft was saved."), revision)
            except workflow.Stale as stale:
                editor.settle(request, None)
                return HttpResponseRedirect(conflict.address(stale.entry))
            except workflow.Refused as refused:
                messages.error(request, str(refused))
                status = 409
    context = {"form": form, "title": _("New article"), **editor.setting(request, form)}
    context["checks"] = Panel([], back="add", may_fix=True)
    context["token"] = _token(request) or secrets.token_hex(16)
    return draw(request, site, "admin/posts/post/add_form.html", context, status)


def _token(request: HttpRequest) -> str:
    """What tells one form of a new article from another, so that sending it twice makes one."""
    token = request.POST.get("token", "")
    return token if re.fullmatch("[0-9a-f]{32}", token) else ""


def change(request: HttpRequest, site, post: Post) -> HttpResponse:
    """The page of an article: what readers see, the text, the steps, the history."""
    form, status, typed = None, 200, ()
    if request.method == "POST":
        answer = acts.take(request, post)
        if answer.conflict:
            return conflict_page(request, site, post, answer.conflict, str(answer.reason))
        if answer.goto:
            return HttpResponseRedirect(answer.goto)
        form, status, typed = answer.form, answer.status, answer.typed
    context = _article(request, post, form) | {"typed": typed}
    return draw(request, site, "admin/posts/post/change_form.html", context, status)


def timeline(request: HttpRequest, site, post: Post) -> HttpResponse:
    """The whole history of an article."""
    context, status = history_page(request, post)
    return draw(request, site, "admin/posts/post/timeline.html", context, status)


def entry(request: HttpRequest, site, post: Post, number: int) -> HttpResponse:
    """One entry of the history with its text, and the button that brings the text back."""
    found = post.history.filter(pk=number).select_related("actor", "revision__post").first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            return acts.on_entry(request, post, found)
        except workflow.Refused as refused:
            messages.error(request, str(refused))
    may_edit = roles.may_edit(request.user, post)
    context = {"title": _("Entry in the history"), "post": post, "entry": found}
    if may_edit and workflow.waiting(post) == found:
        context |= _sides(post, found)
    elif may_edit:
        context["may_restore"] = workflow.may_restore(found, by=request.user)
        context["is_refused"] = found.step == "conflict" and not found.digest
    context |= {"matches": workflow.matches(found), **reading(found)}
    return draw(
        request, site, "admin/posts/post/entry.html", context, 409 if request.method == "POST" else 200
    )


def record(request: HttpRequest, site, post: Post) -> HttpResponse:
    """Which texts were approved, by whom, and how to prove it: a page, or with ?format=json a file."""
    if request.GET.get("format") == "json":
        return download(request, post)
    return draw(request, site, "admin/posts/post/record.html", record_page(post))


def difference(request: HttpRequest, site, post: Post) -> HttpResponse:
    """Two texts of an article beside each other."""
    return draw(request, site, "admin/posts/post/difference.html", difference_page(request, post))


def review_page(request: HttpRequest, site, post: Post) -> HttpResponse:
    """The page on which a text is read and decided."""
    status = 200
    if request.method == "POST":
        goto, status = review.decide(request, post)
        if goto:
            return HttpResponseRedirect(goto, status=status)
        post = Post.objects.select_related("assignee").get(pk=post.pk)
    return draw(request, site, "admin/posts/post/review.html", review.review_page(request, post), status)


def _sides(post: Post, found: HistoryEntry) -> dict:
    """The three texts of a conflict as two comparisons: the desk's with the file's, and what the file changed."""
    now = _whole(standing(post).shown)
    ours = now.to_document() if now else Document()
    base = workflow.taken(post)
    return {
        "title": _("The file has changed"),
        "is_waiting": True,
        "now": now,
        "against_desk": compare(ours, document_of(found)),
        "since_import": compare(base, document_of(found)) if base else None,
    }


def _article(request: HttpRequest, post: Post, form: DocumentForm | None) -> dict:
    if request.method == "POST":  # what was refused may have come too late
        post = Post.objects.select_related("assignee").get(pk=post.pk)
    now = standing_with_text(post, request.user)
    draft = now.open
    if draft and draft.status in LISTED:
        prefetch_related_objects([draft], *document_lists())
    editable = draft is not None and draft.is_editable and roles.may_edit(request.user, post)
    if editable and form is None:
        form = DocumentForm(base=draft.to_document(), replaces=bool(now.live or now.past))
    entries = list(entries_of(post)[:TIMELINE])
    people = list(workflow.people_at_work(draft)) if roles.may(request.user, "see_every") else None
    offered = buttons(
        now, request.user, without=("submit",) if editable else (), sent=request.POST.get("_step", "")
    )  # it stands in the form
    return {
        "title": str(now.shown or post.slug),
        "post": post,
        "standing": now,
        "draft": draft,
        "form": form,  # one with faults is shown even if the draft was closed meanwhile
        "version": form.data.get("version") if form and form.is_bound else draft.version if draft else "",
        "draft_pk": form.data.get("_draft") if form and form.is_bound else draft.pk if draft else "",
        "buttons": offered,
        "waiting": workflow.waiting(post) if roles.may_edit(request.user, post) else None,
        "present": presence.words(post, request.user),
        "may_retract": any(b.step.name == "retract" for _revision, steps in offered for b in steps),
        "may_start": now.open is None and roles.may_edit(request.user, post),
        "may_move": workflow.may_move(post, by=request.user, begun=bool(now.live or now.past)),
        "submission": _submission(request, draft, people) if editable else None,
        "card": Card(post, request.user, people=people),
        "entries": entries,
        "checks": panel_of(request, draft, back="change", judges=False) if editable else None,
        "returned": _returned(draft, entries),
        "notes": review.panel(request, draft, back="change") if draft else None,
        **editor.setting(request, form, post, draft),
    }


def _returned(draft: Revision | None, entries: list[HistoryEntry]) -> HistoryEntry | None:
    """The entry that says why the text came back."""
    if draft is None or draft.status != Status.RETURNED:
        return None
    own = (one for one in entries if one.revision_id == draft.pk and one.step == "request_changes")
    return next(own, None) or return_reason(draft)


def _submission(request: HttpRequest, draft: Revision, people: list | None):
    """What the save bar asks of who submits; as it was sent when the save was refused."""
    if "submit" not in workflow.available(draft, request.user):
        return None
    sent = request.POST if "_submit" in request.POST else None
    form = submission(draft, request.user, data=sent)
    if people is not None:
        form.fields["reviewer"].offer(person for person in people if person.may_approve)
    return form


def conflict_page(
    request: HttpRequest, site, post: Post, kept: HistoryEntry, reason: str = ""
) -> HttpResponse:
    """A refused text beside the one that is there now, and both put together."""
    context = conflict.resolution(request, post, kept) | {"reason": reason}
    return draw(request, site, "admin/posts/post/conflict.html", context, 409 if reason else 200)


def _whole(revision: Revision | None) -> Revision | None:
    if revision is None:
        return None
    return Revision.objects.select_related("post", "category", "author", "cover").get(pk=revision.pk)
