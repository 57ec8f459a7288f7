"""The feeds of articles: of the site, and of each section, tag and person. One without an article is 404."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from posts.models import Author, Category, Tag, languages
from posts.site import moment
from posts.site.conditional import seldom_changed
from posts.site.public import articles

from .answers import answer
from .entries import Feed, of_articles


@seldom_changed
def site(request: HttpRequest, form: str) -> HttpResponse:
    feed = Feed(settings.SITE_NAME, languages.local(reverse("home")), request.path)
    return answer(feed, of_articles(articles(request), moment.of(request)), form)


@seldom_changed
def tag(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    return _of_subject(request, get_object_or_404(Tag, slug=slug), "tagged", form)


@seldom_changed
def category(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    return _of_subject(request, get_object_or_404(Category, slug=slug), "in_category", form)


@seldom_changed
def author(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    return _of_subject(request, get_object_or_404(Author, slug=slug), "by", form)


def _of_subject(request: HttpRequest, subject, under: str, form: str) -> HttpResponse:
    entries = of_articles(getattr(articles(request), under)(subject), moment.of(request))
    if not entries:
        raise Http404
    path = subject.get_absolute_url()
    words = getattr(subject, "description", "") or getattr(subject, "bio", "")
    feed = Feed(f"{subject} | {settings.SITE_NAME}", path, f"{path}feed.{form}", words)
    return answer(feed, entries, form)
