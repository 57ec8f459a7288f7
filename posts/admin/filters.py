"""Filters of the article list."""

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from posts import roles
from posts.models import Category, Post, Revision, Status
from posts.models.trash import at_desk, in_trash

from .standing import PUBLIC


def _has(revisions):
    return Exists(revisions.filter(post=OuterRef("pk")))


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
        begun = _has(rows.begun()) & ~_has(rows.published())
        tests = {
            "public": _has(rows.published()),
            "scheduled": _has(rows.scheduled()),
            "retracted": begun,
            "ended": begun,
        }
        if value in tests:
            queryset = queryset.filter(tests[value])
            if value in ("ended", "retracted"):
                queryset = queryset.filter(notice_at__isnull=value == "ended")
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
