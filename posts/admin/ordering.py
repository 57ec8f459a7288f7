"""The order of the sections: two buttons a row, or a whole list at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from posts import workflow
from posts.models import Category

from .numbers import number


def buttons(row: Category) -> str:
    """↑ and ↓ of one row; without JavaScript each moves the row and saves."""
    return format_html(
        '<span class="order" id="order-{pk}" data-name="{name}">'
        '<input type="hidden" name="order" value="{pk}">'
        '<button type="submit" formaction="{url}" name="move" value="up:{pk}" aria-label="{up}">↑</button>'
        '<button type="submit" formaction="{url}" name="move" value="down:{pk}" aria-label="{down}">↓</button></span>',
        pk=row.pk,
        name=row.name,
        url=reverse("admin:posts_category_order"),
        up=_("Move “%(name)s” up") % {"name": row.name},
        down=_("Move “%(name)s” down") % {"name": row.name},
    )


def act(request: HttpRequest) -> HttpResponse:
    """POST `move` (up:3, down:3), or `order`, all sections in their new order."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    place = ""
    try:
        if move := request.POST.get("move", ""):
            keys, place = _moved(move)
        else:
            keys = [number(value) or 0 for value in request.POST.getlist("order")]
        workflow.order_sections(keys, by=request.user)
        messages.success(request, _("The order was saved."))
    except workflow.Refused as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(reverse("admin:posts_category_changelist") + place)


def _moved(move: str) -> tuple[list[int], str]:
    """(all sections with one moved by a place, where on the page it stands)."""
    way, _colon, which = move.partition(":")
    keys, key = list(Category.objects.values_list("pk", flat=True)), number(which)
    if key not in keys or way not in ("up", "down"):
        raise workflow.Refused(_("The list of categories has changed meanwhile. Look at it again."))
    at = keys.index(key)
    to = max(0, at - 1) if way == "up" else min(len(keys) - 1, at + 1)
    keys[at], keys[to] = keys[to], keys[at]
    return keys, f"#order-{key}"
