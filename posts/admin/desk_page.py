"""The page “My desk”, and one of its sections alone."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from posts import roles

from . import mydesk


def show(request: HttpRequest, site) -> HttpResponse:
    """The whole desk, or with `?section=` one section, page by page."""
    name = request.GET.get("section")
    return _answer(request, site, *(_whole(request) if name is None else _section(request, name)))


def _whole(request: HttpRequest) -> tuple[str, dict]:
    user = request.user
    sections = mydesk.sections(user) if roles.may(user, "view") else []
    request.desk_waiting = mydesk.waiting(sections)
    unsaved_at = mydesk.dress(user, [row for section in sections for row in section.rows])
    oversees = roles.may(user, "see_every")
    return "index", {
        "sections": [section for section in sections if not section.kind.side],
        "beside": [section for section in sections if section.kind.side],
        "conflicts": mydesk.conflicts(user) if sections else [],
        "unsaved_at": unsaved_at,
        "people": mydesk.who_has_what() if oversees else [],
        "sees_every": oversees,
    }


def _section(request: HttpRequest, name: str) -> tuple[str, dict]:
    kind, page = mydesk.page_of(name, request.user, request.GET.get("page", "1"))
    return "desk_section", {"kind": kind, "page": page, "title": kind.label}


def _answer(request: HttpRequest, site, name: str, context: dict) -> HttpResponse:
    shared = {"title": site.index_title, **site.each_context(request), **context}
    request.current_app = site.name
    response = TemplateResponse(request, f"admin/{name}.html", shared)
    response["Cache-Control"] = "private, no-store"
    return response
