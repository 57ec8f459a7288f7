"""Sections, people and tags at the desk."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from posts.models import Author, Category, SiteStamp, Tag

from .lookups import StrictLookups


class Aliases(forms.CharField):
    """Other names, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        return list(
            dict.fromkeys(filter(None, map(str.strip, (super().to_python(value) or "").splitlines())))
        )


class NamedForm(forms.ModelForm):
    aliases = Aliases(label=_("Other names"), required=False, help_text=_("One a line; each leads here."))


class NamedAdmin(StrictLookups, admin.ModelAdmin):
    """A name with its address; a renamed one keeps its old name and touches no article."""

    form = NamedForm
    list_display = ["name", "slug"]
    search_fields = ["name"]
    actions = None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        SiteStamp.objects.bump()


@admin.register(Category)
class CategoryAdmin(NamedAdmin):
    list_display = ["name", "slug", "position"]
    fields = ["name", "slug", "aliases", "position", "description", "disclaimer"]


@admin.register(Author)
class AuthorAdmin(NamedAdmin):
    fields = ["name", "slug", "aliases", "bio", "portrait", "user"]
    raw_id_fields = ["portrait", "user"]


@admin.register(Tag)
class TagAdmin(NamedAdmin):
    fields = ["name", "slug", "aliases"]
