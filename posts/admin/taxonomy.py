"""Sections, people and tags at the desk."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import path
from django.utils import translation
from django.utils.html import format_html
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag as ForeignTag

from posts import roles, workflow
from posts.checks import CHECKS
from posts.models import Category, Tag
from posts.models.usage import counted
from posts.quality.wording import plain

from . import merging, ordering
from .lookups import StrictLookups

admin.site.unregister(ForeignTag)  # taggit's own table, which no article of ours uses


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
    list_display = ["name", "slug", "other_names", "public", "articles"]
    search_fields = ["name"]
    search_help_text = _("Search in names and other names")
    actions = ["merge"]
    change_list_template = "admin/posts/names/list.html"
    view_on_site = False  # the page links to its public address itself
    readonly_fields = ["used"]

    def get_queryset(self, request):
        return counted(super().get_queryset(request))

    def get_search_results(self, request, queryset, search_term):
        return queryset.matching(search_term), False

    def get_actions(self, request):
        return {name: act for name, act in super().get_actions(request).items() if name != "delete_selected"}

    def has_merge_permission(self, request) -> bool:
        return roles.may_merge(request.user, self.model)

    def get_urls(self):
        name = f"posts_{self.model._meta.model_name}_merge"
        return [path("merge/", self.admin_site.admin_view(self.merge_view), name=name), *super().get_urls()]

    def merge_view(self, request):
        return merging.page(request, self)

    def save_model(self, request, obj, form, change):
        workflow.save_name(obj, by=request.user)

    def delete_model(self, request, obj):
        workflow.delete_name(obj, by=request.user)

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return self._refused_in_words(request, super().changeform_view, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, unquote(object_id))
        if row is not None and row.articles and self.has_delete_permission(request, row):
            words = gettext(
                "“%(name)s” stands on %(count)d articles and cannot be deleted. Merge it into another one."
            )
            messages.error(request, words % {"name": row, "count": row.articles})
            return HttpResponseRedirect(f"{merging.address(self)}?ids={row.pk}")
        return self._refused_in_words(request, super().delete_view, object_id, extra_context)

    def _refused_in_words(self, request: HttpRequest, view, *args):
        try:
            return view(request, *args)
        except workflow.Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)

    @admin.action(description=_("Merge"), permissions=["merge"])
    def merge(self, request, queryset):
        return merging.ask(request, self, queryset)

    @admin.display(description=_("other names"))
    def other_names(self, row) -> str:
        return "、".join(row.aliases[:3]) + (" …" if len(row.aliases) > 3 else "")

    @admin.display(description=_("public"), ordering="public")
    def public(self, row) -> int:
        return row.public

    @admin.display(description=_("all articles"), ordering="articles")
    def articles(self, row) -> int:
        return row.articles

    @admin.display(description=_("used on"))
    def used(self, row) -> str:
        if row.pk is None:
            return "–"
        words = gettext("%(public)d public articles, %(all)d in all") % {
            "public": row.public,
            "all": row.articles,
        }
        return format_html('{} <a href="{}">{}</a>', words, row.get_absolute_url(), _("Public page"))


# specs/readers.md 6. A notice of this kind replaces no registration as an investment adviser (docs/operations.md).
INVESTMENT = _(
    "This article is for information only. It is no invitation to invest and no advice. Please decide for yourself."
)


class CategoryForm(NamedForm):
    usual_disclaimer = forms.BooleanField(
        label=_("Use the usual disclaimer for articles on investing"),
        required=False,
        help_text=format_lazy("{} {}", INVESTMENT, _("It is taken where the field above is empty.")),
    )
    checks_off = forms.MultipleChoiceField(
        label=_("Checks switched off here"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Articles of this section are not judged by these. Only who may publish changes them."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "checks_off" in self.fields:
            self.fields["checks_off"].choices = [
                (name, f"{plain(name)} ({name})") for name, row in CHECKS.items() if not row.locked
            ]

    def clean(self):
        data = super().clean()
        if data.get("usual_disclaimer") and not data.get("disclaimer"):
            with translation.override(settings.LANGUAGE_CODE):  # it is for readers, whoever sets it
                data["disclaimer"] = str(INVESTMENT)
        return data


@admin.register(Category)
class CategoryAdmin(NamedAdmin):
    form = CategoryForm
    list_display = ["name", "slug", "other_names", "public", "articles", "place"]
    fieldsets = [
        (
            None,
            {"fields": ["name", "slug", "aliases", "description", "disclaimer", "usual_disclaimer", "used"]},
        ),
        (_("Checks"), {"fields": ["checks_off"], "classes": ["collapse"]}),
    ]
    list_per_page = list_max_show_all = 500

    def get_urls(self):
        view = self.admin_site.admin_view(self.order_view)
        return [path("order/", view, name="posts_category_order"), *super().get_urls()]

    def order_view(self, request):
        return ordering.act(request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Who may not publish sees which checks are off and cannot change it."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "checks_off" in form.base_fields:
            form.base_fields["checks_off"].disabled = not workflow.may_keep_house(request.user)
        return form

    def get_list_display(self, request):
        """The buttons that move a row stand where the rows are in their order."""
        is_whole = not {"q", "o", "p"} & set(request.GET) and self.has_change_permission(request)
        return self.list_display if is_whole else self.list_display[:-1]

    @admin.display(description=_("order"))
    def place(self, row) -> str:
        return ordering.buttons(row)


@admin.register(Tag)
class TagAdmin(NamedAdmin):
    fields = ["name", "slug", "aliases", "used"]
