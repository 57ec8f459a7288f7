"""Merging tags, sections and people: choose the one that stays, see what happens, do it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts import roles, text, workflow
from posts.models.usage import counted

from .draw import answer
from .numbers import number

MOST = 100  # rows of one merge


def address(model_admin, page: str = "merge") -> str:
    return reverse(f"admin:posts_{model_admin.model._meta.model_name}_{page}")


def ask(request: HttpRequest, model_admin, rows) -> HttpResponse | None:
    """From the list's action to the page that asks."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        words = _("Merge %(most)d rows at most in one act.") % {"most": MOST}
        return messages.error(request, words)
    return HttpResponseRedirect(f"{address(model_admin)}?ids={','.join(map(str, keys))}")


def page(request: HttpRequest, model_admin) -> HttpResponse:
    """GET: choose the target, then (`into` or `other`) what a merge would do. POST: merge."""
    if not roles.may_merge(request.user, model_admin.model):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    rows = _rows(model_admin, asked.get("ids", ""))
    into, reason = _target(model_admin, rows, asked)
    if request.method == "POST" and into:
        try:
            return _merge(request, model_admin, rows, into)
        except workflow.Refused as refused:
            reason = str(refused)
    context = {"rows": rows, "ids": asked.get("ids", ""), "into": into, "reason": reason}
    if into and not reason:
        sources = [row for row in rows if row != into]
        context |= {
            "sources": sources,
            "prospect": workflow.prospect(sources, into, by=request.user),
            "disclaimers": [row for row in sources if getattr(row, "disclaimer", "")],
        }
    return _page(request, model_admin, context, 409 if reason else 200)


def _merge(request: HttpRequest, model_admin, rows, into) -> HttpResponse:
    sources = [row for row in rows if row != into]
    done = workflow.merge(sources, into, by=request.user)
    words = ngettext(
        "Merged into “%(into)s”: %(articles)d article. Aliases: %(aliases)s.",
        "Merged into “%(into)s”: %(articles)d articles. Aliases: %(aliases)s.",
        done.articles,
    ) % {"into": into.name, "articles": done.articles, "aliases": "、".join(done.into.aliases) or "–"}
    if done.paths:
        words += " " + _("Old addresses that lead on: %(paths)s") % {"paths": " ".join(done.paths)}
    model_admin.log_change(request, done.into, words[:500])
    messages.success(request, words)
    return HttpResponseRedirect(address(model_admin, "changelist"))


def _rows(model_admin, ids: str) -> list:
    """The rows of `ids` (1,2,3), those with the most articles first; 404 for anything else."""
    keys = {number(part) for part in ids.split(",")}
    if None in keys or not 0 < len(keys) <= MOST:
        raise Http404
    rows = list(counted(model_admin.model.objects.filter(pk__in=keys)).order_by("-public", "-articles", "pk"))
    if not rows:
        raise Http404
    return rows


def _target(model_admin, rows: list, asked) -> tuple[object, str]:
    """(the row that stays or None, what is wrong with the choice)."""
    name = asked.get("other", "")[:300].strip()
    if name:
        found = model_admin.model.objects.by_names([name]).get(text.key(name))
        if found is None:
            return None, _("There is nothing called “%(name)s”.") % {"name": name}
        return counted(model_admin.model.objects.filter(pk=found.pk)).get(), ""
    key = number(asked.get("into", ""))
    if key is None:
        return None, _("Choose the one that stays.") if "into" in asked or "choose" in asked else ""
    into = next((row for row in rows if row.pk == key), None)
    into = into or counted(model_admin.model.objects.filter(pk=key)).first()
    return into, "" if into else _("The one that was to stay is gone. Choose again.")


def _page(request: HttpRequest, model_admin, context: dict, status: int) -> HttpResponse:
    site, opts = model_admin.admin_site, model_admin.model._meta
    shared = {
        "title": _("Merge: %(kind)s") % {"kind": opts.verbose_name_plural},
        "opts": opts,
        "list_url": address(model_admin, "changelist"),
        "names": model_admin.model.objects.order_by("name").values_list("name", flat=True)[:1000],
    }
    return answer(request, site, "admin/posts/names/merge.html", shared | context, status)
