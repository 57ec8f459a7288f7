"""What a POST to an article's page asks for: save, a step, a new revision, another address."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from posts import workflow
from posts.models import OPEN, HistoryEntry, Post, Revision
from posts.templatetags.editorial import moment as moment_words
from posts.typed import typed

from . import conflict, editor
from .forms import DocumentForm, StepForm
from .submission import submission


@dataclass(frozen=True)
class Answer:
    """Where to go on, or the form to show again with its status, or the conflict that was kept."""

    goto: str = ""
    form: DocumentForm | None = None
    status: int = 200
    conflict: HistoryEntry | None = None
    typed: tuple[str, ...] = ()
    reason: str = ""


def take(request: HttpRequest, post: Post) -> Answer:
    """Do what the form's button says. A refusal becomes a message and 409; a form with faults 422."""
    act = next((ACTS[name] for name in ACTS if name in request.POST), None)
    if act is None:
        messages.error(
            request, _("Nothing was done: the form did not say what to do. Use one of the buttons.")
        )
        return Answer(status=400)
    try:
        return act(request, post)
    except workflow.Stale as stale:
        editor.settle(request, post)  # the text is in the history now
        return Answer(conflict=stale.entry, reason=str(stale))
    except workflow.Refused as refused:
        messages.error(request, str(refused))
        return Answer(status=409, typed=tuple(typed(request.POST)))


def done(request: HttpRequest, post: Post, words: str, revision: Revision | None = None) -> HttpResponse:
    messages.success(request, words)
    _say_render_problem(request, revision)
    return HttpResponseRedirect(_address(post))


def on_entry(request: HttpRequest, post: Post, entry: HistoryEntry) -> HttpResponse:
    """What a POST to an entry of the history asks for: its text again, or what becomes of a changed file."""
    if "_decline" in request.POST:
        workflow.decline(entry, by=request.user, comment=request.POST.get("comment", "")[:5000])
        return done(request, post, _("The file's text was declined. The article stays as it is."))
    if "_take_over" in request.POST:
        revision = workflow.take_over(entry, by=request.user)
        return done(request, post, _("The file's text was taken over as a draft."), revision)
    revision = workflow.restore(entry, by=request.user)
    return done(request, post, _("The earlier text was restored as a new save."), revision)


def _save(request: HttpRequest, post: Post) -> Answer:
    """Save the text, and submit it when that button was used; what was typed stays in the form on a refusal."""
    draft = _opened(request, post)
    form = DocumentForm(
        request.POST,
        request.FILES,
        base=conflict.base_of(request, post, draft),
        replaces=post.revisions.begun().exists(),
    )
    asked = submission(draft, request.user, data=request.POST) if "_submit" in request.POST else None
    if not form.is_valid() or (asked and not asked.is_valid()):
        messages.error(request, _("Nothing was saved: correct the marked fields."))
        return Answer(form=form, status=422)
    try:
        draft = workflow.save_draft(
            draft, form.take_cover(), by=request.user, version=_number(request, "version")
        )
    except workflow.Stale:
        raise
    except workflow.Refused as refused:
        messages.error(request, str(refused))
        return Answer(form=form, status=409)
    editor.settle(request, post)
    if asked:
        asked.submit()
        messages.success(request, _("The text was saved and submitted for review."))
    else:
        messages.success(request, _("The draft was saved."))
    _say_render_problem(request, draft)
    return Answer(goto=_address(post))


def _step(request: HttpRequest, post: Post) -> Answer:
    name = request.POST["_step"]
    revision = post.revisions.filter(pk=_number(request, "_revision")).first()
    if name not in workflow.STEPS or revision is None:
        raise workflow.Refused(_("There is no such step. Reload the page."))
    prefix = f"{name}-{revision.pk}"
    if name == "submit":
        asked = submission(revision, request.user, prefix=prefix, data=request.POST)
        _check(asked)
        asked.submit()
        messages.success(request, _("Done: %(step)s.") % {"step": workflow.STEPS[name].label})
        return Answer(goto=_address(post))
    form = StepForm(request.POST, prefix=prefix, zone=settings.TIME_ZONE)
    _check(form)
    data = form.cleaned_data
    if workflow.was_just_done(name, revision, by=request.user, comment=data["comment"]):
        messages.info(request, _("That is done already."))
        return Answer(goto=_address(post))
    revision = workflow.perform(
        name,
        revision,
        by=request.user,
        comment=data["comment"],
        at=data["at"],
        notice=data["notice"],
        acknowledged=data["acknowledged"],
        reviewer=data["reviewer"],
    )
    messages.success(request, words_of(name, revision))
    return Answer(goto=_address(post))


def _check(form) -> None:
    if not form.is_valid():
        raise workflow.Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))


def words_of(step: str, revision: Revision) -> str:
    """What was done, with the title, and with the moment where one was chosen."""
    said = {"step": workflow.STEPS[step].label, "title": revision.title}
    moment = {"publish": revision.live_from, "unpublish": revision.live_until}.get(step)
    if moment is None:
        return _("Done: %(step)s. “%(title)s”") % said
    return _("Done: %(step)s. “%(title)s”, %(time)s") % {**said, "time": moment_words(moment)}


def _start(request: HttpRequest, post: Post) -> Answer:
    base = post.revisions.filter(pk=_number(request, "_start")).first()
    begun = post.revisions.open().first()
    if begun and workflow.was_just_done("start", begun, by=request.user):
        messages.info(request, _("That is done already."))
        return Answer(goto=_address(post))
    workflow.start_revision(post, by=request.user, base=base)
    messages.success(request, _("A new draft was started. Readers go on seeing the published text."))
    return Answer(goto=_address(post))


def _move(request: HttpRequest, post: Post) -> Answer:
    workflow.change_address(post, slug=request.POST.get("slug", ""), by=request.user)
    messages.success(request, _("The address was changed."))
    return Answer(goto=_address(post))


ACTS = {"_save": _save, "_submit": _save, "_step": _step, "_start": _start, "_move": _move}


def _opened(request: HttpRequest, post: Post) -> Revision:
    """The draft that the form was made from, even when it is closed by now: a save into it is kept as a conflict."""
    rows = post.revisions.select_related("post", "category", "author", "cover")
    draft = rows.filter(pk=_number(request, "_draft")).first() or rows.filter(status__in=OPEN).first()
    if draft is None:
        raise workflow.Refused(_("No draft of this article is open. Start a new one."))
    return draft


def _number(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def _address(post: Post) -> str:
    return reverse("admin:posts_post_change", args=[post.pk])


def _say_render_problem(request: HttpRequest, revision: Revision | None) -> None:
    if revision and not revision.rendered_with:
        messages.warning(
            request,
            _(
                "The text is saved, but cannot be shown yet: it takes too long or nests too deeply. Simplify it."
            ),
        )
