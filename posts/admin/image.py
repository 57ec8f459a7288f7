"""Pictures at the desk: what is uploaded goes through the one image gate; where each is used; its line of markdown."""

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from posts import roles
from posts.models import Author, Image, Post, Revision
from posts.models.usage import with_covers
from posts.templatetags.editorial import moment_short
from posts.workflow import variants

from .forms import Picture
from .lookups import StrictLookups
from .standing import standings

MOST = 50  # articles listed as users of one picture


class UploadForm(forms.ModelForm):
    upload = Picture(label=_("Image file"))

    class Meta:
        model = Image
        fields = ["alt", "credit"]


@admin.register(Image)
class ImageAdmin(StrictLookups, admin.ModelAdmin):
    list_display = ["picture", "words", "credit", "size", "covers", "copy", "added"]
    list_display_links = ["words"]
    list_per_page = 50
    search_fields = ["alt", "credit"]
    search_help_text = _("Search in alternative texts and credits")
    empty_value_display = ""
    actions = None
    change_list_template = "admin/posts/image_list.html"
    change_form_template = "admin/posts/image_form.html"

    def get_queryset(self, request):
        return with_covers(super().get_queryset(request))

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **({} if obj else {"form": UploadForm}) | kwargs)

    def get_fields(self, request, obj=None):
        return ["shown", "alt", "credit", "copy"] if obj else ["upload", "alt", "credit"]

    def get_readonly_fields(self, request, obj=None):
        return ["shown", "copy"] if obj else []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {
                "articles": users_of(obj, request.user),
                "people": Author.objects.filter(portrait=obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_form(self, request, form, change):
        if change:
            return super().save_form(request, form, change)
        data, form.save_m2m = form.cleaned_data, lambda: None
        return Image.objects.take(data["upload"], data["alt"], data["credit"])

    def save_model(self, request, obj, form, change):
        if change:
            variants.save_words(obj, credited="credit" in form.changed_data)
        else:
            super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        variants.delete_image(obj)

    @admin.display(description=_("image"))
    def picture(self, image: Image) -> str:
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', image.small_url)

    @admin.display(description=_("Image"))
    def shown(self, image: Image) -> str:
        return format_html('<img class="picture" src="{}" alt="{}">', image.file.url, image.alt)

    @admin.display(description=_("alternative text"), ordering="alt")
    def words(self, image: Image) -> str:
        return image.alt or gettext("(no alternative text)")

    @admin.display(description=_("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description=_("as a cover"), ordering="cover_count")
    def covers(self, image: Image) -> str:
        count = image.cover_count
        return ngettext("%(count)s article", "%(count)s articles", count) % {"count": count} if count else ""

    @admin.display(description=_("added"), ordering="pk")
    def added(self, image: Image) -> str:
        return moment_short(image.created_at)

    @admin.display(description=_("Markdown"))
    def copy(self, image: Image) -> str:
        return format_html(
            '<span class="copy-line"><input type="text" id="md-{}" readonly value="{}" aria-label="{}">'
            '<button type="button" hidden data-copy="md-{}" data-done="{}">{}</button></span>',
            image.pk,
            image.markdown,
            gettext("Markdown of the image"),
            image.pk,
            gettext("Copied"),
            gettext("Copy"),
        )


def users_of(image: Image, user) -> dict:
    """{shown: up to MOST articles that the person may see, newest first; more: whether there are others}.

    An article counts when any text of it that may still be read or worked on shows the picture; discarded ones do not.
    """
    shows = Q(cover=image) | Q(body__contains=image.file.name)
    texts = Revision.objects.exclude(status="discarded").filter(shows, post=OuterRef("pk"))
    posts = list(roles.visible_posts(user, Post.objects.filter(Exists(texts))).order_by("-pk")[: MOST + 1])
    held = standings(posts[:MOST])
    return {"shown": [(post, held[post.pk]) for post in posts[:MOST]], "more": len(posts) > MOST}
