"""The admin site of the newsroom."""

from functools import update_wrapper

from django.conf import settings
from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _

from . import kept


class DeskSite(AdminSite):
    index_title = _("Desk")
    empty_value_display = "–"

    def admin_view(self, view, cacheable=False):
        """As Django's; a text that is sent after the session has ended is shown again, not dropped."""
        inner = super().admin_view(view, cacheable)

        def guarded(request, *args, **kwargs):
            if request.method == "POST" and not self.has_permission(request) and kept.typed(request):
                return kept.refused_form(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    @property
    def site_header(self) -> str:
        return settings.SITE_NAME

    @property
    def site_title(self) -> str:
        return settings.SITE_NAME
