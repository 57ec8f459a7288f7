"""The desk's page of previews: one text on a phone, on a desktop, on the front page, in search, in a shared card."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from posts.models import Post, Revision

from .draw import draw


@csp_update({"frame-src": [SELF]})
def page(request: HttpRequest, site, post: Post, pk: int) -> HttpResponse:
    """The previews of one revision of the article. What is in the frames asks for the permission on its own."""
    revision = Revision.objects.for_page().filter(pk=pk, post=post).first()
    if revision is None:
        raise Http404
    shown_at, why = revision.date_to_be()
    context = {
        "title": _("Preview: %(title)s") % {"title": revision.title},
        "post": post,
        "revision": revision,
        "shown_at": shown_at,
        "date_is": why,
        "address": f"{settings.SITE_URL}{revision.get_absolute_url()}",
        "host": settings.SITE_URL.partition("//")[2],
    }
    return draw(request, site, "admin/posts/post/preview.html", context)
