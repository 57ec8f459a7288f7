"""The words of questions about revisions: what is public, what a list or a page reads of each."""

from datetime import date as Day
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Left
from django.utils import timezone

from . import languages
from .choices import OPEN, SILENT, Status
from .lists import Coauthorship, Placement, TaggedRevision, coauthored
from .post import Post

NOTED = ~Q(update_kind__in=SILENT) & ~Q(update_note="")  # what tells readers what it changed
_PAGES = Post.objects.filter(is_page=True).values("pk")  # a handful, by their own index: never a join


def document_lists() -> tuple[Prefetch, ...]:
    """The lists that a document and a seal read."""
    return (
        Prefetch("placements", Placement.objects.select_related("category")),
        Prefetch("coauthorships", Coauthorship.objects.select_related("author")),
        _tags(),
    )


def _tags() -> Prefetch:
    return Prefetch("tagged", TaggedRevision.objects.select_related("tag").order_by("pk"))


def _in_language(code: str) -> Q:
    return Q(lang__iexact=code) | Q(lang__istartswith=f"{code}-")


class RevisionQuerySet(models.QuerySet):
    def published(self, at: datetime | None = None):
        """The articles that are public at a moment, now when none is given: where all lists, feeds and counts start."""
        return self.live(at).exclude(post__in=_PAGES)

    def pages(self, at: datetime | None = None):
        """The pages of the house that are public; they stand in no list of articles."""
        return self.live(at).filter(post__in=_PAGES)

    def live(self, at: datetime | None = None):
        """What is public at a moment, article or page. The only place that says so."""
        return self.begun(at).filter(Q(live_until=None) | Q(live_until__gt=at or timezone.now()))

    def spoken(self):
        """Those in the language of this page: all on a site of one; the first has what none of the others has."""
        if not languages.are_several():
            return self
        code = languages.current()
        if code in languages.others():
            return self.filter(_in_language(code))
        return self.exclude(reduce(or_, map(_in_language, languages.others())))

    def begun(self, at: datetime | None = None):
        """Published, and public at or before the moment."""
        return self.filter(status=Status.PUBLISHED, live_from__lte=at or timezone.now())

    def scheduled(self, at: datetime | None = None):
        return self.filter(status=Status.PUBLISHED, live_from__gt=at or timezone.now())

    def to_end(self, at: datetime | None = None):
        """Published, and with an end after the moment: public now or from later on."""
        return self.filter(status=Status.PUBLISHED, live_until__gt=at or timezone.now())

    def open(self):
        return self.filter(status__in=OPEN)

    def noted(self):
        """Those that tell readers what they changed."""
        return self.filter(NOTED)

    def with_has_told(self):
        """`has_told`: whether any published text of the same article tells readers what it changed."""
        others = self.model.objects.filter(post=OuterRef("post"), status=Status.PUBLISHED).noted()
        return self.annotate(has_told=Exists(others))

    def with_further_disclaimer(self):
        """`further_disclaimer`: the first one of the further sections that have any."""
        rows = (
            Placement.objects.filter(revision=OuterRef("pk")).exclude(category__disclaimer="").order_by("pk")
        )
        return self.annotate(further_disclaimer=Subquery(rows.values("category__disclaimer")[:1]))

    def tagged(self, tag):
        return self.filter(tagged__tag=tag)

    def in_category(self, category):
        others = Placement.objects.filter(category=category).values("revision")
        return self.filter(Q(category=category) | Q(pk__in=others))

    def by(self, author):
        return self.filter(
            Q(author=author) | Q(pk__in=Coauthorship.objects.filter(author=author).values("revision"))
        )

    def on_days(self, first: Day, last: Day):
        """Those of articles whose address has one of the days, the last one included."""
        return self.filter(post__date__gte=first, post__date__lte=last)

    def by_day(self) -> dict[Day, int]:
        """How many there are with each day in their address."""
        return dict(self.order_by().values_list("post__date").annotate(Count("pk")))

    def latest_first(self):
        return self.order_by("-published_at", "-pk")

    def for_cards(self):
        cards = self.select_related("post", "category", "author", "cover")
        return cards.annotate(opening=Left("text", 300)).defer("body", "html", "text", "toc", "extra")

    def with_neighbours(self, at: datetime | None = None):
        """`newer`, `near_0` to `near_3`: the texts of the same section that follow and come before by date."""
        section = self.model.objects.published(at).filter(category=OuterRef("category"))
        day, last = OuterRef("published_at"), OuterRef("pk")
        after = section.filter(
            Q(published_at__gt=day) | Q(published_at=day, pk__gt=last), published_at__gte=day
        )
        before = section.filter(
            Q(published_at__lt=day) | Q(published_at=day, pk__lt=last), published_at__lte=day
        )
        near = before.latest_first().values("pk")
        return self.annotate(
            newer=Subquery(after.order_by("published_at", "pk").values("pk")[:1]),
            **{f"near_{number}": Subquery(near[number : number + 1]) for number in range(4)},
        )

    def for_documents(self):
        """With all that `to_document` and `seal_now` read, in a handful of queries for all rows."""
        one = ("post", "category", "author", "cover", "translation_of")
        return self.select_related(*one).prefetch_related(*document_lists()).defer("html", "text", "toc")

    def for_page(self, at: datetime | None = None):
        """With all that the page of an article reads of it alone, in one query."""
        return self._whole().select_related("author__portrait").with_has_told().with_neighbours(at)

    def for_feed(self):
        """With all that a feed says of each, in two queries."""
        return self._whole().prefetch_related(_tags())

    def _whole(self):
        rows = self.for_cards().with_further_disclaimer().annotate(coauthored=coauthored(OuterRef("pk")))
        return rows.defer(None).defer("body", "text", "extra")
