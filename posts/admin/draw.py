"""One way to answer with a page of the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from posts.models import Post


def draw(request: HttpRequest, site, template: str, context: dict, status: int = 200) -> HttpResponse:
    """A page about articles: under their list, with their name."""
    shared = {"opts": Post._meta, "list_url": reverse("admin:posts_post_changelist")}
    return answer(request, site, template, {**shared, **context}, status)


def answer(request: HttpRequest, site, template: str, context: dict, status: int = 200) -> HttpResponse:
    """The page, with what every desk page knows; never kept by a cache."""
    request.current_app = site.name
    response = render(request, template, {**site.each_context(request), **context}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
