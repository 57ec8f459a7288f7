"""Public pages. Each starts from `published()`; preview is the same page with another revision."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from posts.models import Author, Category, Post, Revision, Tag, languages, updates

from . import moment, redirects, structured
from .beside import beside
from .front import front
from .listing import listing
from .public import articles


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return front(request)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    return listing(request, articles(request).tagged(tag), subject=tag, kind=_("Tag"))


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    category = get_object_or_404(Category, slug=slug)
    return listing(request, articles(request).in_category(category), subject=category, kind=_("Category"))


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    author = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    return listing(request, articles(request).by(author), subject=author, kind=_("Author"))


@require_safe
def post(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    try:
        when = date(year, month, day)
    except ValueError:
        raise Http404 from None
    now = moment.of(request) or timezone.now()
    found = Revision.objects.published(now).filter(post__date=when, post__slug=slug).for_page(now).first()
    if found:
        return article(request, found)
    gone = Post.objects.filter(date=when, slug=slug, notice_at__isnull=False).first()
    if gone and gone.is_retracted(now):
        return redirects.gone(request, gone)
    raise Http404


@require_safe
def permanent(request: HttpRequest, pk: int) -> HttpResponse:
    """The address by number, which links to an article that had none yet go through: /p/12/."""
    post = get_object_or_404(Post, pk=pk)
    if Revision.objects.live(moment.of(request)).filter(post=post).exists():
        return HttpResponseRedirect(post.get_absolute_url())
    if post.is_retracted(moment.of(request)):
        return redirects.gone(request, post)
    raise Http404


def article(
    request: HttpRequest, revision: Revision, *, template: str = "posts/post.html", **more
) -> HttpResponse:
    """The page of one revision: what readers get, and what every preview shows."""
    at = moment.of(request)
    around = beside(revision, at)
    context = {
        **updates.told(revision, at, around.told),
        "revision": revision,
        "shown_at": revision.published_at or revision.date or timezone.now(),
        "coauthors": revision.bylines,
        "tags": around.tags,
        "beside": around,
        "languages": structured.languages(revision, around.translations),
        **more,
    }
    context["structured"] = lambda: structured.of_article(revision, context)
    with languages.speaking_as(revision.lang):
        return render(request, template, context)
