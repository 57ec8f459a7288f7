"""The document of a form that is being filled in, as far as it can be read: nothing here is stored."""

import copy

from django.http import HttpRequest
from django.utils.translation import gettext as _

from posts import roles, workflow
from posts.document import LIMITS, Document, DocumentError
from posts.models import OPEN, Category, Post, Revision
from posts.text import key

from ..forms import DocumentForm
from ..numbers import number

TEXTS = ("title", "summary", "body")
LARGEST = 600_000  # characters of all fields together, as for a text that is kept unsaved


class NotTaken(Exception):
    """Why the text is not looked at, in words; `code` as of HTTP."""

    def __init__(self, words: str, code: int):
        super().__init__(words)
        self.code = code


class Typed:
    """What a form says: `document`, judged at the place of `revision` (not saved; `post_id` None for a new article).

    Raises NotTaken: no such article, no permission to edit it or to write one, too large, no text at all.
    """

    def __init__(self, request: HttpRequest):
        self.request = request
        self.post = self._post()
        if sum(len(value) for value in request.POST.values()) > LARGEST:
            raise _too_large()
        self.draft = self._draft()
        self.base = self.draft.to_document() if self.draft else Document()
        self.form = DocumentForm(request.POST, base=self.base, is_new=self.post is None)
        self.is_sent = "body" in request.POST
        self.document = self._document() if self.is_sent else self.base
        if len(self.document.body) > LIMITS["body"]:
            raise _too_large()

    @property
    def revision(self) -> Revision:
        """Where the text will stand: its section's switches and its date are those of the form."""
        row = copy.copy(self.draft) if self.draft else Revision()
        named = self.document.category
        row.category = Category.objects.by_names([named]).get(key(named)) if named else None
        row.date = self.document.date
        return row

    def _post(self) -> Post | None:
        sent = self.request.POST.get("post") or self.request.GET.get("post") or ""
        if not sent:
            if not roles.may(self.request.user, "add"):
                raise NotTaken(_("You do not have the permission for this."), 403)
            return None
        post = Post.objects.filter(pk=number(sent) or 0).first()
        if post is None or not roles.may_see(self.request.user, post):
            raise NotTaken(_("There is no such article."), 404)
        if not roles.may_edit(self.request.user, post):
            raise NotTaken(_("You do not have the permission for this."), 403)
        return post

    def _draft(self) -> Revision | None:
        if self.post is None:
            return None
        draft = self.post.revisions.filter(status__in=OPEN).for_documents().first()
        if draft is None:
            raise NotTaken(_("No draft of this article is open. Start a new one."), 409)
        draft.post = self.post
        return draft

    def _document(self) -> Document:
        """A field with faults counts as it was typed where it is text, as it was saved where it is not."""
        self.form.is_valid()
        said = {name: value for name, value in self.form.cleaned_data.items() if hasattr(self.base, name)}
        for name in TEXTS:
            said.setdefault(name, _storable(self.request.POST.get(name, "")))
        if self.form.cleaned_data.get("no_cover"):
            said |= {"cover": "", "cover_alt": "", "cover_credit": ""}
        try:
            return self.base.replace(**said)
        except DocumentError as error:
            raise NotTaken(workflow.explain(error), 422) from None


def _too_large() -> NotTaken:
    words = _("The text is too long: %(limit)s characters are allowed.")
    return NotTaken(words % {"limit": f"{LIMITS['body']:,}"}, 413)


def _storable(value: str) -> str:
    return value.replace("\0", "").replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
