"""All addresses: the desk under /admin/, the public site at the root."""

from django.conf import settings
from django.urls import include, path, re_path

from editorial import files

from . import probes

urlpatterns = [
    *probes.urlpatterns,
    path("", include("posts.urls")),
    # Small sites serve their pictures themselves; a server in front takes this path first (docs/operations.md).
    re_path(rf"^{settings.MEDIA_URL.lstrip('/')}(?P<path>.+)$", files.media),
]

handler400 = "posts.site.errors.bad_request"
handler403 = "posts.site.errors.permission_denied"
handler404 = "posts.site.missing.not_found"
handler500 = "posts.site.errors.server_error"
