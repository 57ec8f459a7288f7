"""Acts that are about no article: who may. `page` shows the form; "" where a script sends it or a list holds it."""

from dataclasses import dataclass

ROLES = ("anonymous", "account", "staff", "writer", "editor", "publisher", "admin", "root")
MEMBERS = "staff writer editor publisher admin root"
WRITERS = "writer editor publisher admin root"
EDITORS = "editor publisher admin root"
CHIEFS = "admin root"


@dataclass(frozen=True)
class Act:
    who: str
    page: str
    address: str
    form: dict
    button: str = "_save"

    def may(self, role: str) -> bool:
        return role in self.who.split()


def _names(model: str, **more) -> dict[str, Act]:
    """Sections, people and tags: kept by editors; what stands on an article is merged, never deleted."""
    base, row = f"/admin/posts/{model}/", f"/admin/posts/{model}/{{{model}}}/"
    form = {"name": "新しい名前", "slug": "new", "aliases": "", **more}
    merge = f"{base}merge/?ids={{{model}}},{{{model}_unused}}&into={{{model}}}"
    merging = {"ids": f"{{{model}}},{{{model}_unused}}", "into": f"{{{model}}}"}
    unused = f"/admin/posts/{model}/{{{model}_unused}}/delete/"
    return {
        f"{model}_add": Act(EDITORS, f"{base}add/", f"{base}add/", form),
        f"{model}_change": Act(EDITORS, f"{row}change/", f"{row}change/", form),
        f"{model}_delete": Act(EDITORS, unused, unused, {"post": "yes"}, button=""),
        f"{model}_merge": Act(EDITORS, merge, f"{base}merge/", merging, button=""),
    }


_USER = "/admin/auth/user/"
_PERSON = {
    "username": "new",
    "last_name": "新",
    "first_name": "人",
    "email": "new@example.com",
    "role": "editor",
}

ACTS = {
    "article": Act(
        WRITERS,
        "/admin/posts/post/add/",
        "/admin/posts/post/add/",
        {"title": "新しい記事", "body": "x", "format": "markdown", "_save": "1"},
    ),
    "upload": Act(WRITERS, "", "/admin/posts/post/upload/", {"upload": "{file}"}),
    "image_add": Act(
        WRITERS, "/admin/posts/image/add/", "/admin/posts/image/add/", {"upload": "{file}", "alt": "x"}
    ),
    "image_change": Act(
        EDITORS,
        "/admin/posts/image/{image}/change/",
        "/admin/posts/image/{image}/change/",
        {"alt": "別の説明"},
    ),
    "image_delete": Act(
        CHIEFS,
        "/admin/posts/image/{image}/delete/",
        "/admin/posts/image/{image}/delete/",
        {"post": "yes"},
        button="",
    ),
    **_names("category", description="", disclaimer=""),
    **_names("tag"),
    **_names("author", bio=""),
    "section_order": Act(EDITORS, "", "/admin/posts/category/order/", {"move": "down:{category}"}),
    "person_invite": Act(CHIEFS, f"{_USER}add/", f"{_USER}add/", _PERSON),
    "person_change": Act(CHIEFS, f"{_USER}{{person}}/change/", f"{_USER}{{person}}/change/", _PERSON),
    "link_again": Act(CHIEFS, f"{_USER}{{person}}/change/", f"{_USER}{{person}}/invite/", {}, button=""),
    # only a superuser touches a superuser, and no form makes one
    "superuser_change": Act("root", f"{_USER}{{chief}}/change/", f"{_USER}{{chief}}/change/", _PERSON),
    "superuser_link": Act("root", "", f"{_USER}{{chief}}/invite/", {}),
    "own_settings": Act(
        MEMBERS,
        "/admin/notices/settings/",
        "/admin/notices/settings/",
        {"pace": "digest", "hour": "7", "lang": ""},
        button="",
    ),
}
