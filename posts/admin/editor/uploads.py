"""Images that are pasted or dropped into the text: through the one image gate, stored at once."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from posts import roles
from posts.models import Image

from ..forms import Picture
from .answers import is_too_often, no_permission, refused, told, too_often

A_MINUTE = 30


class UploadForm(forms.Form):
    upload = Picture()


def answer(request: HttpRequest) -> HttpResponse:
    """{address, width, height, alt} of the stored image; `alt` is the words it is known by already."""
    if not roles.may_add_image(request.user):
        return no_permission()
    if is_too_often(request, "upload", A_MINUTE):
        return too_often()
    form = UploadForm(request.POST, request.FILES)
    if "upload" not in request.FILES:
        return refused(_("No file was sent. Choose an image."), 400)
    if not form.is_valid():
        return refused(" ".join(form.errors["upload"]), 422)
    image = Image.objects.take(form.cleaned_data["upload"])
    return told(
        {"address": image.address, "width": image.width, "height": image.height, "alt": image.alt}, 201
    )
