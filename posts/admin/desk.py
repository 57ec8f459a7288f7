"""The admin site of the newsroom."""

from functools import update_wrapper

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from posts.typed import typed

from . import desk_page, kept, notices, samples, stock
from .navigation import navigation, waiting_for

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
        return shared

    def get_urls(self):
        used = [one for one in super().get_urls() if getattr(one, "name", None) not in _UNUSED]
        return [*notices.urls(self), *samples.urls(self), *stock.urls(self), *used]

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
