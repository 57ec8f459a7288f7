"""The text as readers will see it, while it is being written: the real pipeline, under its limits."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles
from posts.document import LIMITS
from posts.models import Image
from posts.models.choices import Format
from posts.rendering import RenderError, render_safely

from .answers import is_too_often, no_permission, refused, told, too_often

A_MINUTE = 90
PROBLEMS = {
    "too_large": gettext_lazy("The text is too large to be shown. Shorten it."),
    "too_deep": gettext_lazy("The text nests too deeply to be shown. Simplify quotes and lists."),
    "too_slow": gettext_lazy("The text takes too long to be shown. Simplify it."),
    "failed": gettext_lazy("The text cannot be shown. Undo what you changed last."),
}


def answer(request: HttpRequest) -> HttpResponse:
    """{html, minutes} of a text that is sent, or {problem: why it cannot be shown}. Nothing is stored."""
    if not (roles.may(request.user, "add") or roles.may(request.user, "change")):
        return no_permission()
    body, format = request.POST.get("body", ""), request.POST.get("format", "markdown")
    if len(body) > LIMITS["body"]:
        words = _("The text is too long: %(limit)s characters are allowed.")
        return refused(words % {"limit": f"{LIMITS['body']:,}"}, 413)
    if format not in Format.values:
        return refused(_("The format is not known."), 400)
    if is_too_often(request, "preview", A_MINUTE):
        return too_often()
    lang = request.POST.get("lang", "")[: LIMITS["lang"]]
    try:
        page = render_safely(body, format, lang or "ja")
    except RenderError as error:
        return told({"problem": str(PROBLEMS.get(error.code, PROBLEMS["failed"]))})
    return told({"html": Image.objects.dress(page.html, lang), "minutes": page.minutes})
