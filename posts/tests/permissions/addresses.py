"""Every address of the site: what GET and an empty POST with a valid token answer, by who asks.

A row: the route as the URL configuration has it, an example to ask for, what GET answers, what POST answers. The
answers stand in the order of ASKERS; `login` leads to the sign-in. The article of the examples is a draft that `own`
has written.
"""

from dataclasses import dataclass

ASKERS = ("anonymous", "account", "staff", "other", "own", "editor", "publisher", "admin")


def by(answers: str) -> tuple[str, ...]:
    """One answer for everybody, or one for each of ASKERS."""
    words = tuple(answers.split())
    return words * len(ASKERS) if len(words) == 1 else words


# who may ask                anonymous account staff other own editor publisher admin
DESK = by("                  login     login   200   200   200 200    200       200")
WRITERS = by("               login     login   403   200   200 200    200       200")
WRITERS_404 = by("           login     login   404   200   200 200    200       200")
ARTICLE = by("               login     login   404   404   200 200    200       200")
EDITORS = by("               login     login   403   403   403 200    200       200")
EDITORS_404 = by("           login     login   404   404   404 200    200       200")
PUBLISHERS = by("             login     login   403   403   403 403    200       200")
ADMIN = by("                 login     login   403   403   403 403    403       200")
ADMIN_404 = by("             login     login   404   404   404 404    404       200")
NOBODY = by("                login     login   403   403   403 403    403       403")
NOWHERE = by("               login     login   404   404   404 404    404       404")
ONLY_POST = by("             login     login   405   405   405 405    405       405")
LEADS_ON = by("              login     login   302   302   302 302    302       302")
PREVIEW = by("               login     404     404   404   200 200    200       200")
PREVIEW_POST = by("          login     405     405   405   405 405    405       405")
SCRIPT = by("                401       401     403   200   200 200    200       200")


def instead(answers: tuple[str, ...], of: str, there: str) -> tuple[str, ...]:
    """The same people, with another answer where `of` stands."""
    return tuple(there if one == of else one for one in answers)


def then(answers: tuple[str, ...], there: str) -> tuple[str, ...]:
    return instead(answers, "200", there)


EVERYBODY, SAFE, LED, NEVER = by("200"), by("405"), by("302"), by("404")


@dataclass(frozen=True)
class Address:
    example: str
    get: tuple[str, ...]
    post: tuple[str, ...]


def _names(model: str) -> dict[str, Address]:
    """Sections, people and tags: seen by writers, kept by editors."""
    route, row = f"admin/posts/{model}/", f"/admin/posts/{model}/{{{model}}}/"
    return {
        route: Address(f"/{route}", WRITERS, WRITERS),
        f"{route}add/": Address(f"/{route}add/", EDITORS, EDITORS),
        f"{route}merge/": Address(f"/{route}merge/?ids={{{model}}}", EDITORS, then(EDITORS, "404")),
        f"{route}<path:object_id>/": Address(row, LEADS_ON, LEADS_ON),
        f"{route}<path:object_id>/change/": Address(f"{row}change/", WRITERS, EDITORS),
        f"{route}<path:object_id>/history/": Address(f"{row}history/", WRITERS, WRITERS),
        f"{route}<path:object_id>/delete/": Address(
            f"{row}delete/", then(EDITORS, "302"), then(EDITORS, "302")
        ),  # what stands on articles is merged instead
    }


def _house(route: str) -> dict[str, Address]:
    """Rules of the house and settings of the checks: read by editors, kept by who may publish."""
    row = f"/{route}{{rule}}/"
    return {
        route: Address(f"/{route}", EDITORS, EDITORS),
        f"{route}checks/": Address(f"/{route}checks/", EDITORS, then(PUBLISHERS, "302")),
        f"{route}add/": Address(f"/{route}add/", PUBLISHERS, then(PUBLISHERS, "422")),
        f"{route}<path:object_id>/": Address(row, LEADS_ON, LEADS_ON),
        f"{route}<path:object_id>/change/": Address(f"{row}change/", EDITORS, then(PUBLISHERS, "422")),
        f"{route}<path:object_id>/history/": Address(f"{row}history/", EDITORS, EDITORS),
        f"{route}<path:object_id>/delete/": Address(f"{row}delete/", PUBLISHERS, then(PUBLISHERS, "302")),
    }


_POST, _ARTICLE = "admin/posts/post/", "/admin/posts/post/{post}/"

PUBLIC = {
    "": Address("/", EVERYBODY, SAFE),
    "search/": Address("/search/?q=公開", EVERYBODY, SAFE),
    "archive/": Address("/archive/", EVERYBODY, SAFE),
    "<year:year>/": Address("{year}", EVERYBODY, SAFE),
    "<year:year>/<two:month>/": Address("{month}", EVERYBODY, SAFE),
    "<year:year>/<two:month>/<two:day>/": Address("{day}", EVERYBODY, SAFE),
    "<year:year>/<two:month>/<two:day>/<word:slug>/": Address("{public}", EVERYBODY, SAFE),
    "tags/<word:slug>/": Address("/tags/{tag_slug}/", EVERYBODY, SAFE),
    "categories/<word:slug>/": Address("/categories/{category_slug}/", EVERYBODY, SAFE),
    "authors/<word:slug>/": Address("/authors/{author_slug}/", EVERYBODY, SAFE),
    "pages/<word:slug>/": Address("/pages/about/", EVERYBODY, SAFE),
    "corrections/": Address("/corrections/", EVERYBODY, SAFE),
    "corrections/<feed:form>": Address("/corrections/feed.xml", EVERYBODY, SAFE),
    "<feed:form>": Address("/feed.xml", EVERYBODY, SAFE),
    "tags/<word:slug>/<feed:form>": Address("/tags/{tag_slug}/feed.xml", EVERYBODY, SAFE),
    "categories/<word:slug>/<feed:form>": Address("/categories/{category_slug}/feed.rss", EVERYBODY, SAFE),
    "authors/<word:slug>/<feed:form>": Address("/authors/{author_slug}/feed.json", EVERYBODY, SAFE),
    "sitemap.xml": Address("/sitemap.xml", EVERYBODY, SAFE),
    "sitemap-<slug:name>-<int:number>.xml": Address("/sitemap-posts-0.xml", EVERYBODY, SAFE),
    "news-sitemap.xml": Address("/news-sitemap.xml", EVERYBODY, SAFE),
    "robots.txt": Address("/robots.txt", EVERYBODY, SAFE),
    "site.webmanifest": Address("/site.webmanifest", EVERYBODY, SAFE),
    "favicon.ico": Address("/favicon.ico", LED, SAFE),
    ".well-known/security.txt": Address("/.well-known/security.txt", NEVER, SAFE),
    "p/<int:pk>/": Address("/p/{live}/", LED, SAFE),
    "preview/<int:pk>/": Address("/preview/{revision}/", PREVIEW, PREVIEW_POST),
    "preview/<int:pk>/frame/": Address("/preview/{revision}/frame/", PREVIEW, PREVIEW_POST),
    "preview/<int:pk>/front/": Address("/preview/{revision}/front/", PREVIEW, PREVIEW_POST),
    "shared/<path:token>/": Address("/shared/{token}/", EVERYBODY, by("422")),
    "healthz": Address("/healthz", EVERYBODY, SAFE),
    "readyz": Address("/readyz", EVERYBODY, SAFE),
    "metrics": Address("/metrics", NEVER, NEVER),
    "^media/(?P<path>.+)$": Address("/media/nothing.png", NEVER, SAFE),
}

ACCOUNTS = {
    "admin/language/": Address("/admin/language/", LED, LED),
    "admin/login/": Address("/admin/login/", by("200 200 302 302 302 302 302 302"), EVERYBODY),
    "admin/login/code/": Address("/admin/login/code/", by("login"), by("login")),
    "admin/second-factor/": Address("/admin/second-factor/", DESK, then(DESK, "422")),
    "admin/second-factor/set-up/": Address("/admin/second-factor/set-up/", LEADS_ON, LEADS_ON),
    "admin/second-factor/picture/": Address("/admin/second-factor/picture/", NOWHERE, NOWHERE),
    "admin/logout/": Address(
        "/admin/logout/", by("302 302 405 405 405 405 405 405"), by("302 302 200 200 200 200 200 200")
    ),
    "admin/password_change/": Address("/admin/password_change/", DESK, DESK),
    "admin/password_change/done/": Address("/admin/password_change/done/", DESK, ONLY_POST),
    "admin/password_reset/": Address("/admin/password_reset/", EVERYBODY, EVERYBODY),
    "admin/password_reset/sent/": Address("/admin/password_reset/sent/", EVERYBODY, SAFE),
    "admin/password_reset/done/": Address("/admin/password_reset/done/", EVERYBODY, SAFE),
    "admin/password_reset/<uidb64>/<token>/": Address("/admin/password_reset/MQ/a-b/", EVERYBODY, EVERYBODY),
    "admin/roles/": Address("/admin/roles/", DESK, DESK),
    "admin/auth/user/": Address("/admin/auth/user/", ADMIN, ADMIN),
    "admin/auth/user/add/": Address("/admin/auth/user/add/", ADMIN, ADMIN),
    "admin/auth/user/record/": Address("/admin/auth/user/record/", ADMIN, ADMIN),
    "admin/auth/user/<int:pk>/second-factor/": Address(
        "/admin/auth/user/{person}/second-factor/", ONLY_POST, then(ADMIN_404, "302")
    ),
    "admin/auth/user/<int:pk>/invite/": Address(
        "/admin/auth/user/{person}/invite/", ONLY_POST, then(ADMIN_404, "302")
    ),
    "admin/auth/user/<path:object_id>/": Address("/admin/auth/user/{person}/", LEADS_ON, LEADS_ON),
    "admin/auth/user/<path:object_id>/change/": Address("/admin/auth/user/{person}/change/", ADMIN, ADMIN),
    "admin/auth/user/<path:object_id>/history/": Address("/admin/auth/user/{person}/history/", ADMIN, ADMIN),
    "admin/auth/user/<path:object_id>/delete/": Address("/admin/auth/user/{person}/delete/", NOBODY, NOBODY),
}

ARTICLES = {
    _POST: Address(f"/{_POST}", WRITERS, WRITERS),
    f"{_POST}add/": Address(f"/{_POST}add/", WRITERS, then(WRITERS, "422")),
    f"{_POST}csv/": Address(f"/{_POST}csv/", WRITERS, WRITERS),
    f"{_POST}calendar/": Address(f"/{_POST}calendar/", WRITERS_404, NOWHERE),
    f"{_POST}pages/": Address(f"/{_POST}pages/", EDITORS, then(EDITORS, "422")),
    f"{_POST}board/": Address(f"/{_POST}board/", WRITERS_404, NOWHERE),
    f"{_POST}<path:object_id>/": Address(_ARTICLE, LEADS_ON, LEADS_ON),
    f"{_POST}<path:object_id>/change/": Address(f"{_ARTICLE}change/", ARTICLE, then(ARTICLE, "400")),
    f"{_POST}<path:object_id>/history/": Address(f"{_ARTICLE}history/", ARTICLE, ARTICLE),
    f"{_POST}<path:object_id>/delete/": Address(f"{_ARTICLE}delete/", NOWHERE, NOWHERE),
    f"{_POST}<int:pk>/entries/<int:entry>/": Address(
        f"{_ARTICLE}entries/{{entry}}/", ARTICLE, then(ARTICLE, "302")
    ),
    f"{_POST}<int:pk>/entries/<int:entry>/conflict/": Address(
        f"{_ARTICLE}entries/{{kept}}/conflict/", ARTICLE, ARTICLE
    ),
    f"{_POST}<int:pk>/record/": Address(f"{_ARTICLE}record/", ARTICLE, ARTICLE),
    f"{_POST}<int:pk>/difference/": Address(f"{_ARTICLE}difference/", ARTICLE, ARTICLE),
    f"{_POST}<int:pk>/preview/<int:revision>/": Address(f"{_ARTICLE}preview/{{revision}}/", ARTICLE, ARTICLE),
    f"{_POST}<int:pk>/review/": Address(f"{_ARTICLE}review/", ARTICLE, then(ARTICLE, "400")),
    f"{_POST}<int:pk>/notes/": Address(f"{_ARTICLE}notes/", ARTICLE, then(ARTICLE, "400")),
    f"{_POST}<int:pk>/share/": Address(f"{_ARTICLE}share/", ARTICLE, then(ARTICLE, "409")),
    f"{_POST}<int:pk>/card/": Address(f"{_ARTICLE}card/", ARTICLE, by("login login 404 404 302 422 422 422")),
    f"{_POST}<int:pk>/planned/": Address(f"{_ARTICLE}planned/", NOWHERE, then(ARTICLE, "302")),
    f"{_POST}<int:pk>/presence/": Address(f"{_ARTICLE}presence/", then(ARTICLE, "405"), ARTICLE),
    f"{_POST}<int:pk>/purge/": Address(f"{_ARTICLE}purge/", ADMIN_404, then(ADMIN_404, "422")),
    f"{_POST}<int:pk>/steps/<slug:name>/": Address(
        f"{_ARTICLE}steps/comment/", ARTICLE, then(ARTICLE, "409")
    ),
    f"{_POST}<int:pk>/findings/": Address(f"{_ARTICLE}findings/", ARTICLE, then(ARTICLE, "400")),
    f"{_POST}waivers/": Address(f"/{_POST}waivers/", EDITORS, EDITORS),
    f"{_POST}fix/": Address(f"/{_POST}fix/", ONLY_POST, by("login login 400 400 400 400 400 400")),
    f"{_POST}check-text/": Address(f"/{_POST}check-text/", SAFE, SCRIPT),
    f"{_POST}preview-text/": Address(f"/{_POST}preview-text/", SAFE, SCRIPT),
    f"{_POST}upload/": Address(f"/{_POST}upload/", SAFE, then(SCRIPT, "400")),
    f"{_POST}find/": Address(f"/{_POST}find/", SCRIPT, SAFE),
    f"{_POST}names/": Address(f"/{_POST}names/?kind=tag", SCRIPT, SAFE),
    f"{_POST}unsaved/": Address(
        f"/{_POST}unsaved/?post={{post}}",
        by("401 401 404 404 200 200 200 200"),
        by("401 401 404 404 400 400 400 400"),
    ),
}

NEWSROOM = {
    "admin/": Address("/admin/", DESK, DESK),
    "admin/needs-work/": Address("/admin/needs-work/", WRITERS, WRITERS),
    "admin/needs-work/common/": Address("/admin/needs-work/common/", EDITORS, EDITORS),
    "admin/repairs/": Address("/admin/repairs/", EDITORS, EDITORS),
    "admin/repairs/new/": Address("/admin/repairs/new/", EDITORS, then(EDITORS, "422")),
    "admin/repairs/<int:pk>/": Address("/admin/repairs/{repair}/", EDITORS, then(EDITORS, "302")),
    "admin/notices/": Address("/admin/notices/", ADMIN, then(ADMIN, "302")),
    "admin/notices/settings/": Address("/admin/notices/settings/", DESK, then(DESK, "422")),
    "admin/jsi18n/": Address("/admin/jsi18n/", DESK, ONLY_POST),
    "admin/^(?P<app_label>posts|auth)/$": Address("/admin/posts/", LEADS_ON, LEADS_ON),
    "admin/(?P<url>.*)$": Address("/admin/nothing/", NOWHERE, NOWHERE),
    "admin/posts/category/order/": Address("/admin/posts/category/order/", ONLY_POST, LEADS_ON),
    **_names("category"),
    **_names("tag"),
    **_names("author"),
    **_house("admin/posts/houserule/"),
    "admin/posts/image/": Address("/admin/posts/image/", WRITERS, WRITERS),
    "admin/posts/image/add/": Address("/admin/posts/image/add/", WRITERS, WRITERS),
    "admin/posts/image/<path:object_id>/": Address("/admin/posts/image/{image}/", LEADS_ON, LEADS_ON),
    "admin/posts/image/<path:object_id>/change/": Address(
        "/admin/posts/image/{image}/change/", WRITERS, then(EDITORS, "302")
    ),
    "admin/posts/image/<path:object_id>/history/": Address(
        "/admin/posts/image/{image}/history/", WRITERS, WRITERS
    ),
    "admin/posts/image/<path:object_id>/delete/": Address("/admin/posts/image/{image}/delete/", ADMIN, ADMIN),
    "admin/posts/samples/": Address("/admin/posts/samples/", EDITORS, then(EDITORS, "422")),
    "admin/posts/samples/<int:pk>/": Address("/admin/posts/samples/{sample}/", EDITORS, then(EDITORS, "409")),
    "admin/posts/importreport/": Address("/admin/posts/importreport/", EDITORS, EDITORS),
    "admin/posts/importreport/add/": Address("/admin/posts/importreport/add/", NOBODY, NOBODY),
    "admin/posts/importreport/<path:object_id>/": Address(
        "/admin/posts/importreport/{report}/", LEADS_ON, LEADS_ON
    ),
    "admin/posts/importreport/<path:object_id>/change/": Address(
        "/admin/posts/importreport/{report}/change/", EDITORS_404, EDITORS_404
    ),
    "admin/posts/importreport/<path:object_id>/history/": Address(
        "/admin/posts/importreport/{report}/history/", NOWHERE, NOWHERE
    ),
    "admin/posts/importreport/<path:object_id>/delete/": Address(
        "/admin/posts/importreport/{report}/delete/", NOBODY, NOBODY
    ),
}

ADDRESSES = {**PUBLIC, **ACCOUNTS, **ARTICLES, **NEWSROOM}
