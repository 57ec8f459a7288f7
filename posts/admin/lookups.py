"""Which questions the addresses and forms of the desk's lists may ask of the database."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from .numbers import number


class StrictLookups:
    """Only the lookups of the list's own filters: others guess at columns (B25) or break on odd values."""

    lookups: tuple[str, ...] = ()

    def lookup_allowed(self, lookup, value, request=None) -> bool:
        return lookup in self.lookups

    def response_action(self, request, queryset):
        """As Django's, without chosen rows that are no numbers, which it answers with an error of the server."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        request.POST = request.POST.copy()
        request.POST.setlist(ACTION_CHECKBOX_NAME, [key for key in chosen if number(key) is not None])
        return super().response_action(request, queryset)  # type: ignore[misc]
