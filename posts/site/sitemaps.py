"""Sitemaps: an index, and parts of at most PART addresses each, cut by primary keys so that none reads all articles."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from posts.models import Author, Category, Coauthorship, Placement, Revision, Tag, TaggedRevision, updates
from posts.models.post import address

from . import moment
from .conditional import seldom_changed
from .places import Place, Sheet

PART = 5_000  # of 50,000 that a sitemap may have (https://www.sitemaps.org/protocol.html)
PAGES = ("home", "corrections")  # by the names of their addresses

Changed = datetime | None


@dataclass(frozen=True)
class Kind:
    """`parts` says when each part changed last, {number: moment}; `places` is what stands in one of them."""

    parts: Callable[[Changed], dict[int, Changed]]
    places: Callable[[Changed, int], Iterable[Place]]


@seldom_changed
def index(request: HttpRequest) -> HttpResponse:
    """All parts that hold anything."""
    at = moment.of(request)
    sheet = Sheet("sitemapindex")
    for name, kind in KINDS.items():
        for number, changed in sorted(kind.parts(at).items()):
            sheet.add("sitemap", Place(reverse("sitemap_part", args=[name, number]), changed))
    return sheet.answer()


@seldom_changed
def part(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One part; an empty one is 404."""
    kind = KINDS.get(name)
    places = list(kind.places(moment.of(request), number)) if kind and number < 10**9 else []
    if not places:
        raise Http404
    sheet = Sheet("urlset")
    for place in places:
        sheet.add("url", place)
    return sheet.answer()


def listed(at: Changed):
    """The public articles that search engines are to know, and to know under our address."""
    return Revision.objects.published(at).filter(noindex=False, canonical_url="")


def _page_parts(at: Changed) -> dict[int, Changed]:
    return {0: None}


def _page_places(at: Changed, number: int) -> Iterator[Place]:
    if number == 0:
        newest = Revision.objects.published(at).latest_first().values_list("published_at", flat=True).first()
        for name in PAGES:
            yield Place(reverse(name), newest if name == "home" else None)
        pages = Revision.objects.pages(at).filter(noindex=False).order_by("post__position", "post")
        for slug, changed in pages.values_list("post__slug", "live_from"):
            yield Place(reverse("page", args=[slug]), changed)


def _post_parts(at: Changed) -> dict[int, Changed]:
    rows = listed(at).order_by().annotate(part=F("post") / PART).values_list("part")
    return dict(rows.annotate(Max("live_from")))


def _post_places(at: Changed, number: int) -> Iterator[Place]:
    here = {"post__gte": number * PART, "post__lt": (number + 1) * PART}
    told = dict(
        Revision.objects.begun(at)
        .noted()
        .filter(**here)
        .order_by()
        .values_list("post")
        .annotate(Max("live_from"))
    )
    columns = ("post", "post__date", "post__slug", "published_at")
    for post, day, slug, published in listed(at).filter(**here).order_by("post").values_list(*columns):
        yield Place(address(day, slug), updates.later(published, told.get(post)) or published)


def _named(model, *ways: tuple) -> Kind:
    """Rows of a model under which an article is public. A way is a table, its column of the name and of the text."""

    def latest(at: Changed, **here) -> Iterator[tuple]:
        columns = {f"way_{n}": _newest(at, *way) for n, way in enumerate(ways)}
        rows = model.objects.filter(**here).order_by("pk").annotate(**columns)
        for pk, slug, *moments in rows.values_list("pk", "slug", *columns):
            if any(moments):
                yield pk, slug, max(filter(None, moments))

    def parts(at: Changed) -> dict[int, Changed]:
        found: dict[int, datetime] = {}
        for pk, _slug, changed in latest(at):
            found[pk // PART] = max(changed, found.get(pk // PART, changed))
        return found

    def places(at: Changed, number: int) -> Iterator[Place]:
        for _pk, slug, changed in latest(at, pk__gte=number * PART, pk__lt=(number + 1) * PART):
            yield Place(model(slug=slug).get_absolute_url(), changed)

    return Kind(parts, places)


def _newest(at: Changed, rows, name: str, text: str, dated: str) -> Subquery:
    """When the newest public article under the name was published."""
    is_public = Exists(Revision.objects.published(at).filter(pk=OuterRef(text)))
    found = rows.objects.filter(is_public, **{name: OuterRef("pk"), f"{dated}__isnull": False})
    return Subquery(found.order_by(f"-{dated}").values(dated)[:1])


_FURTHER = ("revision", "revision__published_at")
KINDS = {
    "pages": Kind(_page_parts, _page_places),
    "sections": _named(
        Category, (Revision, "category", "pk", "published_at"), (Placement, "category", *_FURTHER)
    ),
    "posts": Kind(_post_parts, _post_places),
    "tags": _named(Tag, (TaggedRevision, "tag", "content_object", "published_at")),
    "authors": _named(
        Author, (Revision, "author", "pk", "published_at"), (Coauthorship, "author", *_FURTHER)
    ),
}
