"""What can be put right by itself, shown as a difference before it is taken over. Nothing is saved here."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from posts.checks import fix, fix_all, fixable
from posts.difference import Difference, compare
from posts.document import Document
from posts.quality.wording import plain

from ..draw import draw
from ..forms import DocumentForm
from ..throttle import allowed
from .typed import NotTaken, Typed

A_MINUTE = 30
ALL = "all"
CHANGED = ("title", "summary", "body", "sponsorship")  # all that a fix writes (posts/checks/fixes.py)
_LEFT_OUT = ("upload", "no_cover")


def answer(request: HttpRequest, site) -> HttpResponse:
    """POST: the form of a text, and `_fix`: the name of a check, or `all` for what decides nothing.

    A script gets {html: the difference, fields: {name: new value}, title}; a browser a page with the difference, whose
    button sends the fixed text to the article's page as an ordinary save.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        if not allowed("fix", str(request.user.pk), limit=A_MINUTE, seconds=60):
            raise NotTaken(_("That was asked too often. It goes on in a moment."), 429)
        wanted = request.POST.get("_fix", "")
        if wanted != ALL and not fixable(wanted):
            raise NotTaken(_("This cannot be put right by itself."), 400)
        return _offered(request, site, Typed(request), wanted)
    except NotTaken as reason:
        return _refused(request, reason)


def _offered(request: HttpRequest, site, typed: Typed, wanted: str) -> HttpResponse:
    old = typed.document
    new = fix_all(old) if wanted == ALL else fix(old, [wanted])
    found, title = compare(old, new), _title(wanted)
    if _is_script(request):
        fields = _changed(old, new)
        html = render_to_string(
            "admin/posts/findings/_difference.html", {"found": found, "is_same": not fields}, request
        )
        return _json({"html": html, "fields": fields, "title": title})
    return _page(request, site, typed, new, found, title)


def _page(
    request: HttpRequest, site, typed: Typed, new: Document, found: Difference, title: str
) -> HttpResponse:
    post = typed.post
    back = reverse("admin:posts_post_change", args=[post.pk]) if post else reverse("admin:posts_post_add")
    context = {
        "title": title,
        "post": post,
        "found": found,
        "is_same": not found.counts.any,
        "target": back,
        "hidden": _hidden(request, typed, new) if typed.is_sent else _of_draft(typed),
        "whole": [] if typed.is_sent else _whole(typed, new),
        "has_upload": bool(request.FILES),
        "is_sent": typed.is_sent,
    }
    return draw(request, site, "admin/posts/findings/fix.html", context)


def _hidden(request: HttpRequest, typed: Typed, new: Document) -> list[tuple[str, str]]:
    """The fields that were sent, as they were, also those with faults, and what the fix has changed among them."""
    names = [*(name for name in typed.form.fields if name != "upload"), "version", "_draft", "token"]
    sent = {name: request.POST[name] for name in names if name in request.POST}
    return list((sent | _changed(typed.document, new)).items())


def _of_draft(typed: Typed) -> list[tuple[str, str]]:
    return [("version", str(typed.draft.version)), ("_draft", str(typed.draft.pk))] if typed.draft else []


def _whole(typed: Typed, new: Document) -> list[str]:
    """The fields of a text that was not sent but taken as it is saved."""
    form = DocumentForm(base=new)
    return [form[name].as_hidden() for name in form.fields if name not in _LEFT_OUT]


def _changed(old: Document, new: Document) -> dict[str, str]:
    return {name: getattr(new, name) for name in CHANGED if getattr(old, name) != getattr(new, name)}


def _title(wanted: str) -> str:
    if wanted == ALL:
        return _("Fix all that decides nothing")
    return _("Fix: %(check)s") % {"check": plain(wanted)}


def _refused(request: HttpRequest, reason: NotTaken) -> HttpResponse:
    if _is_script(request):
        return _json({"error": str(reason)}, reason.code)
    if reason.code == 403:
        raise PermissionDenied
    if reason.code == 404:
        raise Http404
    return HttpResponse(str(reason), status=reason.code, content_type="text/plain; charset=utf-8")


def _json(data: dict, status: int = 200) -> JsonResponse:
    answered = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    answered["Cache-Control"] = "private, no-store"
    return answered


def _is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
