"""Bringing articles back from the trash, several at once."""

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from posts import workflow

MOST = 100


@admin.action(description=_("Restore from the trash"), permissions=["view"])
def restore(model_admin, request: HttpRequest, queryset) -> None:
    """A new draft for each chosen article, from its newest text; a reason for each one that is left out."""
    restored, reasons = 0, []
    for post in queryset.order_by("pk")[:MOST]:
        try:
            workflow.restore_post(post, by=request.user)
            restored += 1
        except workflow.Refused as refused:
            reasons.append(f"{post}: {refused}")
    if restored:
        words = ngettext("%(count)d article was restored.", "%(count)d articles were restored.", restored)
        messages.success(request, words % {"count": restored})
    for reason in reasons[:20]:
        messages.error(request, reason)
    if not restored and not reasons:
        messages.info(request, gettext("Nothing was restored."))


def is_shown(request: HttpRequest) -> bool:
    return request.GET.get("status") == "trash"
