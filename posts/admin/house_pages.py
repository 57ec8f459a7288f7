"""The pages of the house at the desk: which there are, their order, new ones. Their texts are edited like articles."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import workflow
from posts.document import Document
from posts.models import Post

from .draw import draw
from .numbers import number
from .standing import Standing, standings

# {address: title}, after specs/readers.md 6; the first word of an address is its subject (posts/site/navigation.py)
USUAL: dict[str, str | Promise] = {
    "editorial-policy": gettext_lazy("Editorial policy"),
    "about": gettext_lazy("About the publisher"),
    "corrections": gettext_lazy("Correction policy"),
    "advertising": gettext_lazy("Advertising standards"),
    "ai": gettext_lazy("How we use AI"),
    "privacy": gettext_lazy("Privacy"),
    "contact": gettext_lazy("Contact"),
}


class PageForm(forms.Form):
    """A new page: its title and address, and the page that it translates."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    slug = forms.CharField(
        label=gettext_lazy("Slug (address)"),
        max_length=100,
        help_text=gettext_lazy("The page will stand at /pages/<slug>/."),
    )
    lang = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("The site's language")), *settings.LANGUAGES],
    )
    translates = forms.ModelChoiceField(
        label=gettext_lazy("Translation of"), required=False, queryset=Post.objects.none(), empty_label="–"
    )

    def __init__(self, data, pages: list["Row"]):
        super().__init__(data, label_suffix="")
        field = self.fields["translates"]
        field.queryset = Post.objects.pages()
        field.choices = [("", "–"), *((row.post.pk, row.title) for row in pages)]

    def to_document(self) -> Document:
        data, first = self.cleaned_data, self.cleaned_data["translates"]
        same = {name: data[name] for name in ("title", "slug", "lang")}
        return Document(**same, translation_of=first.reference if first else "")


@dataclass(frozen=True)
class Row:
    """A page with how it stands."""

    post: Post
    standing: Standing

    @property
    def title(self) -> str:
        return self.standing.shown.title if self.standing.shown else self.post.slug


def show(request: HttpRequest, site) -> HttpResponse:
    """GET: the pages. POST: `move` (up:3, down:3), `usual` (an address of USUAL), or the form of a new page."""
    if not workflow.may_keep_pages(request.user):
        raise PermissionDenied
    rows, status = _rows(), 200
    form = PageForm(request.POST if "title" in request.POST else None, rows)
    if request.method == "POST":
        try:
            if goto := _acted(request, form, rows):
                return HttpResponseRedirect(goto)
            status = 422
        except workflow.Refused as refused:
            messages.error(request, str(refused))
            status = 409
    context = {"title": _("Pages of the house"), "rows": rows, "form": form, "missing": _missing(rows)}
    return draw(request, site, "admin/posts/pages.html", context, status)


def _acted(request: HttpRequest, form: PageForm, rows: list[Row]) -> str:
    """Where to go after the act, "" when the form has faults."""
    if move := request.POST.get("move"):
        workflow.order_pages(_moved(move, [row.post.pk for row in rows]), by=request.user)
        messages.success(request, _("The order was saved."))
        return reverse("admin:posts_pages")
    usual = request.POST.get("usual", "")
    if usual in USUAL:
        with translation.override(settings.LANGUAGE_CODE):  # the title is for readers
            document = Document(title=str(USUAL[usual]), slug=usual)
    elif form.is_bound and form.is_valid():
        document = form.to_document()
    else:
        return ""
    made = workflow.new_page(document, by=request.user)
    messages.success(request, _("The page was made. Write its text and submit it for review."))
    return reverse("admin:posts_post_change", args=[made.post_id])


def _moved(move: str, keys: list[int]) -> list[int]:
    """All pages with one moved by a place."""
    way, _colon, which = move.partition(":")
    key = number(which)
    if key not in keys or way not in ("up", "down"):
        raise workflow.Refused(_("The list of pages has changed meanwhile. Look at it again."))
    at = keys.index(key)
    to = max(0, at - 1) if way == "up" else min(len(keys) - 1, at + 1)
    keys[at], keys[to] = keys[to], keys[at]
    return keys


def _rows() -> list[Row]:
    posts = list(Post.objects.pages())
    found = standings(posts)
    return [Row(post, found[post.pk]) for post in posts]


def _missing(rows: list[Row]) -> list[tuple[str, str | Promise]]:
    """The usual pages that nobody has made."""
    there = {row.post.slug for row in rows}
    return [(slug, title) for slug, title in USUAL.items() if slug not in there]
