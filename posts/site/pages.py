"""A page of the house: editorial policy, imprint, privacy, contact."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from posts.models import Post, Revision

from . import moment, redirects
from .views import article


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page at /pages/<slug>/, 410 with the notice where it was retracted."""
    at = moment.of(request)
    found = Revision.objects.pages(at).filter(post__slug=slug).for_page(at).first()
    if found:
        return article(request, found)
    gone = Post.objects.pages().filter(slug=slug, notice_at__isnull=False).first()
    if gone and gone.is_retracted(at or timezone.now()):
        return redirects.gone(request, gone)
    raise Http404
