"""The stock at the desk: articles that need work, files of them, and repairs of many at once."""

from django.urls import path

from . import needs, repairs


def urls(site) -> list:
    """The addresses of all pages."""

    def view(page):
        return site.admin_view(lambda request, **more: page(request, site, **more))

    return [
        path("needs-work/", view(needs.show), name="posts_needs_work"),
        path("needs-work/common/", view(needs.common), name="posts_common_paragraphs"),
        path("repairs/", view(repairs.listing), name="posts_repairs"),
        path("repairs/new/", view(repairs.new), name="posts_repair_new"),
        path("repairs/<int:pk>/", view(repairs.batch), name="posts_repair"),
    ]
