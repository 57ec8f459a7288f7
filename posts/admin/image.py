"""Pictures at the desk: what is uploaded goes through the one image gate."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from posts.models import Image

from .forms import Picture
from .lookups import StrictLookups


class UploadForm(forms.ModelForm):
    upload = Picture(label=_("Image file"))

    class Meta:
        model = Image
        fields = ["alt", "credit"]


@admin.register(Image)
class ImageAdmin(StrictLookups, admin.ModelAdmin):
    list_display = ["picture", "alt", "credit", "size", "address", "created_at"]
    search_fields = ["alt", "credit"]
    actions = None

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **({} if obj else {"form": UploadForm}) | kwargs)

    def get_fields(self, request, obj=None):
        return ["alt", "credit"] if obj else ["upload", "alt", "credit"]

    def save_form(self, request, form, change):
        if change:
            return super().save_form(request, form, change)
        data, form.save_m2m = form.cleaned_data, lambda: None
        return Image.objects.take(data["upload"], data["alt"], data["credit"])

    @admin.display(description=_("image"))
    def picture(self, image: Image) -> str:
        return format_html('<img class="thumb" src="{}" alt="{}" loading="lazy">', image.file.url, image.alt)

    @admin.display(description=_("Address"))
    def address(self, image: Image) -> str:
        return image.address

    @admin.display(description=_("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"
