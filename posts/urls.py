"""Addresses of the desk and of the public site."""

import unicodedata

from django.contrib import admin
from django.urls import path, register_converter
from django.views.i18n import set_language

from posts.admin import duties, passwords
from posts.sharing import views as sharing
from posts.site import archive, corrections, finding, news, pages, preview, sitemaps, views, wellknown
from posts.site.feeds import views as feeds


class Digits:
    """A number with a fixed count of ASCII digits, handed on as an int."""

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value) -> str:
        return str(value)


class Year(Digits):
    regex = "[0-9]{4}"


class TwoDigits(Digits):
    regex = "[0-9]{2}"


class Word:
    """One segment of a path, in NFC: macOS sends its names decomposed."""

    regex = "[^/\\x00]+"  # PostgreSQL stores no NUL and refuses to be asked for one

    def to_python(self, value: str) -> str:
        return unicodedata.normalize("NFC", value)

    def to_url(self, value: str) -> str:
        return value


class FeedFile:
    """feed.xml (Atom), feed.rss or feed.json, handed on as the ending."""

    regex = r"feed\.(?:xml|rss|json)"

    def to_python(self, value: str) -> str:
        return value.removeprefix("feed.")

    def to_url(self, value: str) -> str:
        return f"feed.{value}"


for name, converter in {"year": Year, "two": TwoDigits, "word": Word, "feed": FeedFile}.items():
    register_converter(converter, name)

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", finding.page, name="search"),
    path("archive/", archive.archive, name="archive"),
    path("<year:year>/", archive.year, name="year"),
    path("<year:year>/<two:month>/", archive.month, name="month"),
    path("<year:year>/<two:month>/<two:day>/", archive.day, name="day"),
    path("<year:year>/<two:month>/<two:day>/<word:slug>/", views.post, name="post"),
    path("tags/<word:slug>/", views.tag, name="tag"),
    path("categories/<word:slug>/", views.category, name="category"),
    path("authors/<word:slug>/", views.author, name="author"),
    path("pages/<word:slug>/", pages.page, name="page"),
    path("corrections/", corrections.page, name="corrections"),
    path("corrections/<feed:form>", corrections.feed, name="corrections_feed"),
    path("<feed:form>", feeds.site, name="feed"),
    path("tags/<word:slug>/<feed:form>", feeds.tag, name="tag_feed"),
    path("categories/<word:slug>/<feed:form>", feeds.category, name="category_feed"),
    path("authors/<word:slug>/<feed:form>", feeds.author, name="author_feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("news-sitemap.xml", news.news, name="news_sitemap"),
    path("robots.txt", wellknown.robots, name="robots"),
    path("site.webmanifest", wellknown.manifest, name="manifest"),
    path("favicon.ico", wellknown.icon, name="favicon"),
    path(".well-known/security.txt", wellknown.security, name="security"),
    path("p/<int:pk>/", views.permanent, name="permanent"),
    path("preview/<int:pk>/", preview.preview, name="preview"),
    path("preview/<int:pk>/frame/", preview.framed, name="preview_frame"),
    path("preview/<int:pk>/front/", preview.front, name="preview_front"),
    path("shared/<path:token>/", sharing.shared, name="shared"),
    path("admin/language/", set_language, name="set_language"),
    path(
        "admin/roles/",
        admin.site.admin_view(lambda request: duties.page(request, admin.site)),
        name="desk_roles",
    ),
    path("admin/password_reset/", passwords.Forgotten.as_view(), name="admin_password_reset"),
    path("admin/password_reset/sent/", passwords.Sent.as_view(), name="password_reset_done"),
    path("admin/password_reset/done/", passwords.Done.as_view(), name="password_reset_complete"),
    path("admin/password_reset/<uidb64>/<token>/", passwords.Follow.as_view(), name="password_reset_confirm"),
    path("admin/", admin.site.urls),
]
