"""What each role may do, in words: one sentence for the permissions of the table in `roles`."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from posts import roles

from .draw import answer

LABELS = {
    "writer": _("Writer"),
    "editor": _("Editor"),
    "publisher": _("Publisher"),
    "admin": _("Administrator"),
}
# every permission of `roles.ROLES` stands in one row; a test counts them
DUTIES = [
    (("add_post", "add_revision"), _("Write new articles")),
    (
        ("view_post", "view_revision", "view_historyentry"),
        _("See articles of one's own, those assigned to one, and imported ones that nobody has taken"),
    ),
    (
        ("change_post", "change_revision"),
        _("Change these articles, submit them for review, withdraw and discard them"),
    ),
    (
        ("view_category", "view_author", "view_tag"),
        _("Use categories, authors and tags, and name new ones in a text"),
    ),
    (("view_image", "add_image"), _("See and upload images")),
    (("see_every_revision",), _("See and change the articles of everybody, and the reports of imports")),
    (("review_revision",), _("Review the texts of others: approve them or return them with a reason")),
    (
        tuple(
            f"{verb}_{name}" for name in ("category", "author", "tag") for verb in ("add", "change", "delete")
        ),
        _("Keep categories, authors and tags: rename, merge, put in order, delete what is not used"),
    ),
    (("change_image",), _("Change what is said about an image")),
    (
        ("publish_revision",),
        _("Publish, schedule, unpublish and retract; change the address of a public article"),
    ),
    (("view_houserule",), _("See the rules of the house, the settings of the checks and the waivers")),
    (
        ("add_houserule", "change_houserule", "delete_houserule"),
        _("Keep the rules of the house and the settings of the checks; waive errors in the texts of others"),
    ),
    (("view_redirect",), _("See redirects")),
    (("purge_revision",), _("Erase an article for good when the law demands it")),
    (("delete_image",), _("Delete images")),
    (("add_redirect", "change_redirect", "delete_redirect"), _("Make, change and delete redirects")),
    (tuple(roles.ADMIN_EXTRA), _("Invite people, give them a role, make accounts inactive")),
]


def of(role: str) -> list:
    """The sentences that a role adds to the one before it."""
    own = [*roles.ROLES[role][1], *(roles.ADMIN_EXTRA if role == "admin" else [])]
    return [words for names, words in DUTIES if set(names) & set(own)]


def page(request: HttpRequest, site) -> HttpResponse:
    """All roles with their duties, for everybody at the desk."""
    table = [
        {"label": label, "duties": of(role), "is_mine": role == roles.role_of(request.user)}
        for role, label in LABELS.items()
    ]
    for row, before in zip(table[1:], table, strict=False):
        row["before"] = before["label"]
    return answer(request, site, "admin/roles.html", {"title": _("Roles"), "table": table})
