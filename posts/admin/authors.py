"""People who sign articles: names, portraits, and the accounts that belong to them."""

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from posts import roles
from posts.models import Author, Image

from .forms import Picture
from .taxonomy import NamedAdmin, NamedForm

ALT = Image._meta.get_field("alt").max_length


class StaffChoice(forms.ModelChoiceField):
    """People of the newsroom by name; one account signs as one author."""

    def label_from_instance(self, obj) -> str:
        name = roles.name_of(obj)
        return name if name == obj.get_username() else f"{name} ({obj.get_username()})"


class AuthorForm(NamedForm):
    upload = Picture(
        label=_("New portrait"), required=False, help_text=_("PNG, JPEG, WebP or GIF; it is written anew.")
    )
    no_portrait = forms.BooleanField(label=_("Remove the portrait"), required=False)
    alt = forms.CharField(
        label=_("Alternative text of the portrait"),
        required=False,
        max_length=ALT,
        help_text=_("What the picture shows. Empty: it only accompanies the name."),
    )
    user = StaffChoice(
        label=_("User"),
        required=False,
        queryset=get_user_model().objects.none(),
        help_text=_("The account of this person at the desk, if there is one."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        free = Q(is_staff=True, is_active=True, author=None)
        people = get_user_model().objects.filter(free | Q(pk=self.instance.user_id or 0))
        self.fields["user"].queryset = people.order_by("last_name", "first_name", "username")
        if portrait := self.instance.portrait:
            self.fields["alt"].initial = portrait.alt
        else:
            del self.fields["no_portrait"]

    def take_portrait(self, author: Author) -> None:
        """Put the uploaded picture, or none, into the author; its words go with the picture."""
        picture, alt = self.cleaned_data.get("upload"), self.cleaned_data.get("alt", "")
        if picture:
            author.portrait = Image.objects.take(picture, alt)
        elif self.cleaned_data.get("no_portrait"):
            author.portrait = None
        if author.portrait and author.portrait.alt != alt:
            author.portrait.alt = alt
            author.portrait.save(update_fields=["alt"])


@admin.register(Author)
class AuthorAdmin(NamedAdmin):
    form = AuthorForm
    list_display = ["face", "name", "slug", "other_names", "account", "public", "articles"]
    list_display_links = ["name"]
    list_select_related = ["portrait", "user"]
    readonly_fields = ["now", "used"]

    def get_fields(self, request, obj=None):
        portrait = ["now", "upload", "alt", *(["no_portrait"] if obj and obj.portrait_id else [])]
        return ["name", "slug", "aliases", "bio", *portrait, "user", "used"]

    def save_model(self, request, obj, form, change):
        form.take_portrait(obj)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("portrait"))
    def face(self, author: Author) -> str:
        if not author.portrait:
            return ""
        return format_html('<img class="face" src="{}" alt="" loading="lazy">', author.portrait.small_url)

    @admin.display(description=_("Portrait"))
    def now(self, author: Author) -> str:
        if not author.portrait:
            return "–"
        return format_html(
            '<img class="thumb" src="{}" alt="{}">', author.portrait.file.url, author.portrait.alt
        )

    @admin.display(description=_("user"))
    def account(self, author: Author) -> str:
        return roles.name_of(author.user) if author.user else ""
