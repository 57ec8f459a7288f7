"""Erasing an article for good at the desk: what would go, the title typed as a consent, a reason; a tombstone."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from posts import roles, text, workflow
from posts.models import Post

from .draw import draw

KINDS = {
    "texts": _("Revisions, with the tags, categories and people they name"),
    "history": _("Entries of the history"),
    "notes": _("Notes"),
    "unsaved": _("Unsaved texts of people at the desk"),
    "links": _("Shared previews"),
    "visits": _("Looks through shared previews"),
    "remarks": _("Remarks of outside readers"),
    "notices": _("Notices"),
    "redirects": _("Redirects"),
    "looks": _("Marks of what reviewers saw last"),
    "presences": _("Signs of people at the article"),
    "log": _("Entries of the administration's log"),
}


class PurgeForm(forms.Form):
    """The article's title, typed, and why."""

    title = forms.CharField(
        label=_("Title of the article"),
        max_length=600,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Type it to show that this is the right one."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the history. Write no name and nothing else that is to be erased."),
    )

    def __init__(self, *args, wanted: str, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.wanted = wanted

    def clean_title(self):
        if text.key(self.cleaned_data["title"]) != text.key(self.wanted):
            raise forms.ValidationError(gettext("This is not the title of the article."))
        return self.wanted


def page(request: HttpRequest, site, post: Post) -> HttpResponse:
    """GET: what would go, with `look=1` also which pictures and who links here. POST `title`, `reason`: erase."""
    if not roles.may(request.user, "purge"):
        raise Http404
    thorough = request.GET.get("look") == "1"
    survey = workflow.survey(post, thorough=thorough)
    form = PurgeForm(request.POST if request.method == "POST" else None, wanted=survey.title)
    if form.is_valid():
        try:
            workflow.purge(post, by=request.user, reason=form.cleaned_data["reason"])
        except workflow.Refused as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, gettext("The article was erased. What stays is this page."))
            return HttpResponseRedirect(reverse("admin:posts_post_change", args=[post.pk]))
    context = {
        "title": gettext("Erase for legal reasons"),
        "post": post,
        "survey": survey,
        "thorough": thorough,
        "kinds": [(label, survey.counts[name]) for name, label in KINDS.items() if survey.counts[name]],
        "linking": Post.objects.filter(pk__in=survey.linking),
        "form": form,
    }
    return draw(request, site, "admin/posts/post/purge.html", context, 422 if form.errors else 200)


def tombstone(request: HttpRequest, site, post: Post) -> HttpResponse:
    """What is left of an erased article: who, when, why."""
    entry = post.history.filter(step="purge").first()
    context = {"title": gettext("Erased article"), "post": post, "entry": entry}
    status = 200 if request.method == "GET" else 409
    return draw(request, site, "admin/posts/post/tombstone.html", context, status)
