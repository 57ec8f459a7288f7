"""Pictures at /media/…, from the local disk or from a bucket. A server in front may take this path first."""

import re

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from django.views.static import serve

# What the gate names (posts.pictures): a bucket may hold other things, which are nobody's business
_PICTURE = re.compile(r"images/[0-9a-f]{2}/[0-9a-z-]+\.[a-z]+")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    if isinstance(default_storage, FileSystemStorage):
        return serve(request, path, document_root=settings.MEDIA_ROOT)
    return _from_the_bucket(request, path)


def _from_the_bucket(request: HttpRequest, path: str) -> HttpResponse:
    if not _PICTURE.fullmatch(path):
        raise Http404
    try:
        stream = default_storage.open(path)
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(stream, filename=path.rpartition("/")[2])
    answer["ETag"] = stream.obj.e_tag
    return get_conditional_response(request, etag=stream.obj.e_tag, response=answer)
