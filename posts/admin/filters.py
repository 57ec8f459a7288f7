"""Filters of the article list."""

from datetime import timedelta

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from posts import roles, workflow
from posts.models import Author, Category, Note, Post, Revision, Status, Tag
from posts.models.trash import at_desk, in_trash

from .standing import PUBLIC


def _has(revisions):
    return Exists(revisions.filter(post=OuterRef("pk")))


def _of(revisions):
    """The same for revisions that are few and found by an index: collected once, not looked for article by article."""
    return Q(pk__in=revisions.order_by().values("post"))


class StatusFilter(SimpleListFilter):
    """By the work on it (draft, in review, …) or by what readers see (public, scheduled, …)."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        work = [(s.value, s.label) for s in Status if s not in (Status.PUBLISHED, Status.DISCARDED)]
        public = [(name, label) for name, label in PUBLIC.items() if name]
        return [*work, *public, *self._put_away(request)]

    def _put_away(self, request) -> list:
        """The trash with its count, and for those who may erase what was erased."""
        count = in_trash(roles.visible_posts(request.user, Post.objects.all())).count()
        erased = [("erased", _("Erased"))] if roles.may(request.user, "purge") else []
        return [("trash", format_lazy("{} ({})", _("Trash"), count)), *erased]

    def queryset(self, request, queryset):
        value, rows = self.value(), Revision.objects
        if value == "trash":
            return in_trash(queryset)
        if value == "erased":
            return queryset.exclude(erased_at=None)  # `visible_posts` leaves it to those who may erase
        queryset = at_desk(queryset)
        begun = _has(rows.begun()) & ~_has(rows.live())
        tests = {
            "public": _has(rows.live()),
            "scheduled": _has(rows.scheduled()),
            "retracted": begun,
            "ended": begun,
        }
        if value in tests:
            queryset = queryset.filter(tests[value])
            if value in ("ended", "retracted"):
                noticed = Q(notice_at__isnull=False) & ~_has(
                    rows.begun().filter(live_from__gte=OuterRef("notice_at"))
                )
                queryset = queryset.filter(noticed if value == "retracted" else ~noticed)
        elif value in Status.values:
            queryset = queryset.filter(_has(rows.filter(status=value)))
        return queryset


class SectionFilter(SimpleListFilter):
    title = _("category")
    parameter_name = "section"

    def lookups(self, request, model_admin):
        return [(str(pk), name) for pk, name in Category.objects.values_list("pk", "name")]

    def queryset(self, request, queryset):
        value = self.value()
        if not value or not value.isascii() or not value.isdigit():
            return queryset
        return queryset.filter(
            _has(Revision.objects.exclude(status=Status.DISCARDED).filter(category=int(value[:18])))
        )


class _Word(SimpleListFilter):
    """A filter with a box to type into: there may be thousands of tags. Spellings and other names are matched."""

    template = "admin/posts/post/_filter_word.html"
    model: type

    def lookups(self, request, model_admin):
        return [("", "")]

    def choices(self, changelist):
        others = [(k, v) for k, v in changelist.params.items() if k not in (self.parameter_name, "p")]
        if changelist.query:
            others.append(("q", changelist.query))
        filtered = [(k, v[-1] if isinstance(v, list) else v) for k, v in changelist.filter_params.items()]
        others += [(k, v) for k, v in filtered if k != self.parameter_name and (k, v) not in others]
        yield {
            "name": self.parameter_name,
            "value": self.value() or "",
            "others": others,
            "clear": changelist.get_query_string(remove=[self.parameter_name]),
        }

    def queryset(self, request, queryset):
        name = (self.value() or "").strip()[:100]
        if not name:
            return queryset
        row = next(iter(self.model.objects.by_names([name]).values()), None)
        return queryset.filter(_has(self.texts(row))) if row else queryset.none()

    def texts(self, row):
        raise NotImplementedError


class TagFilter(_Word):
    title = _("tag")
    parameter_name = "tag"
    model = Tag

    def texts(self, row):
        return Revision.objects.exclude(status=Status.DISCARDED).tagged(row)


class AuthorFilter(_Word):
    title = _("author")
    parameter_name = "author"
    model = Author

    def texts(self, row):
        return Revision.objects.exclude(status=Status.DISCARDED).by(row)


def _people(request) -> list:
    """The newsroom's people with `may_approve`, asked once a request."""
    if not hasattr(request, "people_at_work"):
        request.people_at_work = list(workflow.people_at_work(None))
    return request.people_at_work


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else 0


class AssigneeFilter(SimpleListFilter):
    title = _("assignee")
    parameter_name = "assignee"

    def lookups(self, request, model_admin):
        if not roles.may(request.user, "see_every"):
            return []
        named = [(str(one.pk), roles.name_of(one)) for one in _people(request) if one.pk != request.user.pk]
        return [("me", _("Me")), ("nobody", _("Nobody")), *named]

    def queryset(self, request, queryset):
        value = self.value()
        if value == "nobody":
            return queryset.filter(assignee=None)
        if value:
            return queryset.filter(assignee=request.user.pk if value == "me" else _number(value))
        return queryset


class ReviewerFilter(SimpleListFilter):
    title = _("reviewer")
    parameter_name = "reviewer"

    def lookups(self, request, model_admin):
        if not roles.may(request.user, "see_every"):
            return []
        fit = (one for one in _people(request) if one.may_approve and one.pk != request.user.pk)
        named = [(str(one.pk), roles.name_of(one)) for one in fit]
        return [("me", _("Me")), ("pool", _("Everybody who may review")), *named]

    def queryset(self, request, queryset):
        value = self.value()
        rows = Revision.objects.open().filter(status=Status.IN_REVIEW)
        if value == "pool":
            return queryset.filter(_of(rows.filter(reviewer=None)))
        if value:
            wanted = request.user.pk if value == "me" else _number(value)
            return queryset.filter(_of(rows.filter(reviewer=wanted)))
        return queryset


class PeriodFilter(SimpleListFilter):
    """When a text was saved last, or went public."""

    title = _("period")
    parameter_name = "period"
    DAYS = {"1": 1, "7": 7, "30": 30, "365": 365}

    def lookups(self, request, model_admin):
        return [
            ("saved-1", _("Saved in the last 24 hours")),
            ("saved-7", _("Saved in the last 7 days")),
            ("saved-30", _("Saved in the last 30 days")),
            ("public-7", _("Public since the last 7 days")),
            ("public-30", _("Public since the last 30 days")),
            ("public-365", _("Public since the last 365 days")),
        ]

    def queryset(self, request, queryset):
        what, _dash, days = (self.value() or "").partition("-")
        if days not in self.DAYS:
            return queryset
        since = timezone.now() - timedelta(days=self.DAYS[days])
        rows = Revision.objects
        recent = (
            rows.filter(saved_at__gte=since) if what == "saved" else rows.begun().filter(live_from__gte=since)
        )
        return queryset.filter(_has(recent))


class NoteFilter(SimpleListFilter):
    title = _("notes")
    parameter_name = "notes"

    def lookups(self, request, model_admin):
        return [("open", _("Open notes")), ("must", _("Notes that hold up the approval"))]

    def queryset(self, request, queryset):
        value = self.value()
        if value not in ("open", "must"):
            return queryset
        notes = Note.objects.open().must() if value == "must" else Note.objects.open()
        return queryset.filter(pk__in=notes.order_by().values("revision__post"))


FILTERS = [
    StatusFilter,
    SectionFilter,
    TagFilter,
    AuthorFilter,
    AssigneeFilter,
    ReviewerFilter,
    NoteFilter,
    PeriodFilter,
]
