"""The desk's navigation: pages every day needs as a table, the rest as a menu, and what waits for the person."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from posts import roles
from posts.workflow import queues

# (label, URL name, permission of posts/roles.py that it takes)
PAGES = [
    (_("My desk"), "index", "view"),
    (_("Articles"), "posts_post_changelist", "view"),
    (_("Calendar"), "posts_calendar", "view"),
    (_("Board"), "posts_board", "view"),
    (_("Needs work"), "posts_needs_work", "view"),
]
MORE = [
    (_("Pages of the house"), "posts_pages", "review"),
    (_("Samples"), "posts_samples", "review"),
    (_("Settings of the checks"), "posts_checks", "review"),
    (_("Waivers"), "posts_waivers", "see_every"),
]
_IN_PAGES = {"Post"}


def navigation(request: HttpRequest, apps: list) -> dict:
    """{pages, more}: the entries a person may open, the present one marked."""
    match = request.resolver_match
    here = match.url_name if match else ""
    pages = [
        {"label": label, "url": reverse(f"admin:{name}"), "here": here == name, "is_desk": name == "index"}
        for label, name, verb in PAGES
        if roles.may(request.user, verb)
    ]
    more = [
        {"label": model["name"], "url": model["admin_url"], "here": request.path == model["admin_url"]}
        for app in apps
        for model in app["models"]
        if model["admin_url"] and model["object_name"] not in _IN_PAGES
    ]
    for label, name, verb in MORE:
        if roles.may(request.user, verb):
            more.append({"label": label, "url": reverse(f"admin:{name}"), "here": here == name})
    if roles.may_see_outbox(request.user):
        outbox = reverse("admin:posts_notices")
        more.append({"label": _("Outbox"), "url": outbox, "here": here == "posts_notices"})
    return {"pages": pages, "more": more, "add": _add(request), "in_more": any(one["here"] for one in more)}


def waiting_for(request: HttpRequest) -> int:
    """How many texts wait for the person; asked once a request."""
    if not hasattr(request, "desk_waiting"):
        request.desk_waiting = queues.count_waiting(request.user)
    return request.desk_waiting


def _add(request: HttpRequest) -> str:
    return reverse("admin:posts_post_add") if request.user.has_perm("posts.add_revision") else ""
