"""The desk's page of shared previews: make one, see who looked and what they said, end one or all."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from posts import roles, workflow
from posts.models import Post, PreviewLink, PreviewVisit, Revision
from posts.workflow import sharing

from .draw import draw
from .numbers import number
from .standing import standing

SHOWN = 100  # links on the page; of each, the newest looks
LOOKS = 20
_TIMES = {
    1: gettext_lazy("1 hour"),
    24: gettext_lazy("1 day"),
    72: gettext_lazy("3 days"),
    168: gettext_lazy("7 days"),
    336: gettext_lazy("14 days"),
}


class ShareForm(forms.Form):
    revision = forms.TypedChoiceField(label=gettext_lazy("Revision"), coerce=int)
    label = forms.CharField(
        label=gettext_lazy("For whom"), required=False, max_length=sharing.LABEL_LIMIT, strip=True
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        coerce=int,
        choices=[(hours, _TIMES[hours]) for hours in sharing.HOURS],
        initial=sharing.USUAL,
    )

    def __init__(self, revisions: list[Revision], *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["revision"].choices = [(row.pk, _named(row)) for row in revisions]


def page(request: HttpRequest, site, post: Post) -> HttpResponse:
    """GET shows the links; a POST makes one or ends some, and leads back here."""
    revisions = _shareable(post)
    form, status = ShareForm(revisions), 200
    if request.method == "POST":
        form = ShareForm(revisions, request.POST) if "_make" in request.POST else form
        try:
            if _take(request, post, form, revisions):
                return HttpResponseRedirect(reverse("admin:posts_post_share", args=[post.pk]))
            status = 422
        except workflow.Refused as refused:
            messages.error(request, str(refused))
            status = 409
    links = _links(post)
    context = {
        "title": _("Shared previews"),
        "post": post,
        "form": form if revisions else None,
        "links": links,
        "has_open": any(not link.ended for link in links),
        "zone": settings.TIME_ZONE,
        "origin": settings.SITE_URL,
    }
    return draw(request, site, "admin/posts/post/share.html", context, status)


def _take(request: HttpRequest, post: Post, form: ShareForm, revisions: list[Revision]) -> bool:
    if "_make" in request.POST:
        return form.is_valid() and _make(request, form, revisions)
    if "_revoke_all" in request.POST:
        count = workflow.revoke_all(post, by=request.user)
        words = ngettext("%(count)d link was ended.", "%(count)d links were ended.", count)
        messages.success(request, words % {"count": count})
        return True
    link = _links_of(post).filter(pk=number(request.POST.get("_revoke", ""))).first()
    if link is None:
        raise workflow.Refused(_("There is no such link. Reload the page."))
    workflow.revoke(link, by=request.user)
    messages.success(request, _("The link was ended. Its address shows nothing any more."))
    return True


def _make(request: HttpRequest, form: ShareForm, revisions: list[Revision]) -> bool:
    data = form.cleaned_data
    revision = next(row for row in revisions if row.pk == data["revision"])
    workflow.share(revision, by=request.user, label=data["label"], hours=data["hours"])
    messages.success(request, _("The link was made. Copy its address from the list."))
    return True


def _shareable(post: Post) -> list[Revision]:
    """What is worth sharing: the open text first, then what is scheduled, public, or was public last."""
    now, at = standing(post), timezone.now()
    rows = [*([now.open] if now.open else []), *now.scheduled, *([now.live] if now.live else now.past[-1:])]
    return [row for row in rows if not sharing.why_closed(row, at)]


def _links_of(post: Post):
    return PreviewLink.objects.filter(revision__post=post)


def _links(post: Post) -> list[PreviewLink]:
    """The links with their address, state, looks and remarks, newest first; the open ones on top."""
    links = _links_of(post).select_related("created_by", "revision__post").prefetch_related("remarks")
    links = links.annotate(looks=Count("visits"), last_look=Max("visits__at"))
    links = list(links.defer("revision__body", "revision__html", "revision__text")[:SHOWN])
    people = get_user_model().objects.filter(pk__in={link.created_by_id for link in links})
    makers = {person.pk: person for person in roles.with_rights(people)}
    shown = {row.pk: row for row in (link.revision for link in links)}
    now = timezone.now()
    for link in links:
        link.created_by, link.revision = makers[link.created_by_id], shown[link.revision_id]
        link.revision.post = post
        link.ended = workflow.why_ended(link, now)
    _add_visits(links)
    return sorted(links, key=lambda link: bool(link.ended))


def _add_visits(links: list[PreviewLink]) -> None:
    """The newest looks of each link, in one query for all."""
    by_link: dict[int, list[PreviewVisit]] = {link.pk: [] for link in links}
    for visit in PreviewVisit.objects.filter(link__in=by_link)[: SHOWN * LOOKS]:
        if len(by_link[visit.link_id]) < LOOKS:
            by_link[visit.link_id].append(visit)
    for link in links:
        link.newest_looks = by_link[link.pk]


def _named(row: Revision) -> str:
    return _("Revision %(number)d: %(title)s") % {"number": row.number, "title": row.title}
