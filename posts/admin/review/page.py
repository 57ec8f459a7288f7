"""The review page of an article: the text as readers will see it, what changed, the notes, and the decision."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles, workflow
from posts.difference import Difference, compare
from posts.models import EDITABLE, OPEN, HistoryEntry, Post, Revision, Status, with_open_musts
from posts.models.revisions import document_lists
from posts.workflow import queues

from .. import acts, samples
from ..difference import document_of, entry_label
from ..findings import panel_of
from .decisions import Decision, decisions
from .notes import panel
from .reading import reading

RECENT = 12  # entries of the history that the page shows
FETCHED = 200
REMARKS = 5
SAVES = ("create", "start", "save")
TABS = {
    "text": gettext_lazy("Text"),
    "live": gettext_lazy("Changes to the live text"),
    "look": gettext_lazy("Changes since my last look"),
    "history": gettext_lazy("History"),
}

DRAWN = ("text", "live")  # tabs that need the lists of a document


@dataclass(frozen=True)
class Compared:
    """Two texts beside each other, or the words that say why there is nothing to compare."""

    words: str = ""
    difference: Difference | None = None
    old: str | Promise = ""
    new: str | Promise = ""


def address(post: Post) -> str:
    return reverse("admin:posts_post_review", args=[post.pk])


def decide(request: HttpRequest, post: Post) -> tuple[str, int]:
    """What a POST to the page asks for: (where to go on, 303), or ("", the status of the page that says why not)."""
    if "_looked" in request.POST:
        try:
            _looked(request, post)
        except workflow.Refused as refused:
            messages.error(request, str(refused))
            return "", 409
        return address(post), 303
    if "_step" not in request.POST:
        words = _("Nothing was done: the form did not say what to do. Use one of the buttons.")
        messages.error(request, words)
        return "", 400
    answered = acts.take(request, post)
    return (address(post), 303) if answered.goto else ("", answered.status)


def _looked(request: HttpRequest, post: Post) -> None:
    revision = post.revisions.filter(pk=_number(request, "_revision")).first()
    if revision is None:
        raise workflow.Refused(_("There is no such text. Reload the page."))
    workflow.look(revision, by=request.user, entry=_number(request, "entry"))
    messages.success(request, _("It is remembered that you have looked at this text."))


def review_page(request: HttpRequest, post: Post) -> dict:
    """The context of the page. `show` in the address names the tab; a name that is none is 404."""
    shown = request.GET.get("show", "text")
    if shown not in TABS:
        raise Http404
    return Review(request, post, shown).context()


class Review:
    """One article as a person reviews it; each question is asked of the database once."""

    def __init__(self, request: HttpRequest, post: Post, shown: str):
        self.request, self.post, self.shown, self.user = request, post, shown, request.user
        self.is_reviewer = roles.may(request.user, "review")

    @cached_property
    def standing(self) -> tuple[Revision | None, Revision | None]:
        """(the open text, the one that readers see), with all that a page and a document need."""
        live = Q(pk__in=self.post.revisions.live().values("pk"))
        rows = self.post.revisions.filter(Q(status__in=OPEN) | live)
        found = {row.is_open: row for row in self._whole(rows)}
        for row in found.values():
            row.post = self.post
        if self.shown not in DRAWN and True in found and found[True].status == Status.APPROVED:
            prefetch_related_objects([found[True]], *document_lists())  # its seal is looked at
        return found.get(True), found.get(False)

    @cached_property
    def revision(self) -> Revision:
        found = self.standing[0] or self.standing[1]
        if found is None:
            found = self._whole(self.post.revisions.order_by("-number")).first()
            if found is None:
                raise Http404
            found.post = self.post
        return found

    def _whole(self, rows):
        """With all that the page shows; the lists of tags and people only where it compares or draws the article."""
        rows = (
            samples.with_sample(rows.for_documents())
            .with_has_told()
            .select_related("reviewer", "approved_by", "verdict", "author__portrait")
            .defer(None)
            .defer("text")
        )
        rows = workflow.with_hand(with_open_musts(rows), by=self.user)
        return rows if self.shown in DRAWN else rows.prefetch_related(None)

    @cached_property
    def facts(self) -> list[HistoryEntry]:
        """The newest saves, steps and outside remarks of the text: what the page says about its way here."""
        rows = self.revision.history.filter(step__in=(*SAVES, "submit", "request_changes", "remark"))
        return list(rows.select_related("actor").defer("text", "original")[:FETCHED])

    @property
    def saved(self) -> HistoryEntry | None:
        """The entry that holds the text of the page."""
        return self._newest(*SAVES)

    def _newest(self, *steps: str) -> HistoryEntry | None:
        return next((one for one in self.facts if one.step in steps), None)

    def _entries(self) -> list[HistoryEntry]:
        heavy = ("text", "original", "revision__body", "revision__html", "revision__text", "revision__extra")
        return list(self.post.history.select_related("actor", "revision").defer(*heavy)[:RECENT])

    def context(self) -> dict:
        revision = self.revision
        none = (None, None)
        sampled, sampled_next = samples.reading_of(revision, self.user) if revision.is_open else none
        decided = decisions(self.request, revision, self.is_reviewer)
        return {
            "title": revision.title,
            "post": self.post,
            "revision": revision,
            "is_open": revision.is_open,
            "is_live_too": bool(self.standing[0] and self.standing[1]),
            "tabs": [(name, label, name == self.shown) for name, label in TABS.items() if self._has(name)],
            "shown": self.shown,
            "notes": panel(self.request, revision, back="review"),
            "checks": panel_of(self.request, revision, back="review", judges=False),
            "decisions": [one for one in decided if not one.reason],
            "obstacles": [one for one in decided if one.reason],
            "is_reviewer": self.is_reviewer,
            "may_edit": revision.status in EDITABLE and roles.may_edit(self.user, self.post),
            "submitted": self._newest("submit") if revision.status != Status.DRAFT else None,
            "returned": self._newest("request_changes") if revision.status == Status.RETURNED else None,
            "saved": self.saved,
            "remarks": [one for one in self.facts if one.step == "remark"][:REMARKS],
            "zone": settings.TIME_ZONE,
            "next": self._next(),
            "sampled": sampled,
            "sampled_next": sampled_next,
            **self._tab(),
        }

    def _has(self, name: str) -> bool:
        return name != "look" or self.is_reviewer

    def _tab(self) -> dict:
        look = (
            workflow.last_look(self.post, self.user) if self.is_reviewer and self.revision.is_open else None
        )
        has_looked = bool(look and self.saved and look.entry_id >= self.saved.pk)
        made = {"look": look, "has_looked": has_looked}
        if self.shown == "text":
            made["reading"] = reading(self.request, self.revision)
        elif self.shown == "history":
            made["entries"] = self._entries()
        else:
            made["compared"] = self._since(look) if self.shown == "look" else self._live()
        return made

    def _live(self) -> Compared:
        revision, live = self.standing
        if live is None:
            return Compared(_("Nothing of this article is public now: there is nothing to compare with."))
        if revision is None:
            return Compared(_("No text is open: readers see all there is."))
        return self._beside(compare(live.to_document(), revision.to_document()), _("What readers see"))

    def _since(self, look) -> Compared:
        if not self.is_reviewer:
            raise Http404
        if self.standing[0] is None or self.saved is None:
            return Compared(_("No text is open: readers see all there is."))
        seen = look.entry if look else None
        if seen is None or seen.pk >= self.saved.pk:
            earlier = workflow.look_before(self.post, self.user, self.saved)
            earlier = earlier if earlier and earlier.pk < self.saved.pk else None
            if earlier is None:
                words = _("This is the first text of the article that you look at.")
                return Compared(_("Nothing has changed since you looked at this text.") if seen else words)
            seen = earlier
        difference = compare(document_of(seen), document_of(self.saved))
        return self._beside(difference, entry_label(seen))

    def _beside(self, difference: Difference, old: str) -> Compared:
        return Compared("", difference, old, _("The text at the desk"))

    def _next(self) -> Revision | None:
        """What waits for this reviewer after the decision."""
        if not self.is_reviewer or self.revision.status == Status.IN_REVIEW:
            return None
        rows = queues.for_review(self.user).exclude(post=self.post).order_by(*queues.review_order(self.user))
        return rows.only("title", "lang", "post").first()


def _number(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


__all__ = ["Decision", "decide", "review_page"]
