"""The admin site of the newsroom."""

from functools import update_wrapper

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from posts import workflow
from posts.models.accounts import Act
from posts.typed import typed

from . import desk_page, kept, notices, samples, stock
from .navigation import navigation, waiting_for
from .signin import device, entry

# Doors of Django's that nothing here uses; both tell anybody who is signed in about rows by their number.
_UNUSED = {"autocomplete", "view_on_site"}


class DeskSite(AdminSite):
    index_title = _("My desk")
    empty_value_display = "–"
    enable_nav_sidebar = False  # the desk's own navigation stands in the header

    def admin_view(self, view, cacheable=False):
        """As Django's; a text that is sent after the session has ended is shown again, not dropped."""
        inner = super().admin_view(view, cacheable)

        def guarded(request, *args, **kwargs):
            if request.method == "POST" and not self.has_permission(request) and typed(request.POST):
                return kept.refused_form(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    def each_context(self, request):
        """As Django's, with the navigation and the number of what waits; both are asked by full pages only."""
        shared = super().each_context(request)
        if shared["has_permission"]:
            shared["desk_nav"] = lambda: navigation(request, shared["available_apps"])
            shared["desk_waiting"] = lambda: waiting_for(request)
            shared["second_factor_is_on"] = settings.SECOND_FACTOR != "off"
        return shared

    def get_urls(self):
        used = [one for one in super().get_urls() if getattr(one, "name", None) not in _UNUSED]
        return [*notices.urls(self), *samples.urls(self), *stock.urls(self), *device.urls(self), *used]

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        """As Django's, with the second step for who has one."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = {
            **self.each_context(request),
            "title": _("Sign in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        if REDIRECT_FIELD_NAME not in {**request.GET, **request.POST}:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        request.current_app = self.name
        return entry.SignIn.as_view(extra_context=context)(request)

    @method_decorator(never_cache)
    def password_change(self, request, extra_context=None):
        """As Django's, with a row in the record of accounts."""
        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            workflow.note_account(request.user, Act.PASSWORD, by=request.user)
        return response

    def index(self, request, extra_context=None):
        """My desk: the first page of everybody who works here."""
        return desk_page.show(request, self)

    def app_index(self, request, app_label, extra_context=None):
        """Django's list of an app's models: the desk has its own navigation, so its address leads there."""
        return HttpResponseRedirect(reverse("admin:index"))

    @property
    def site_header(self) -> str:
        return settings.SITE_NAME

    @property
    def site_title(self) -> str:
        return settings.SITE_NAME
