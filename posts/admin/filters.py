"""Filters of the article list."""

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from posts.models import Category, Revision, Status

from .standing import PUBLIC


def _has(revisions):
    return Exists(revisions.filter(post=OuterRef("pk")))


class StatusFilter(SimpleListFilter):
    """By the work on it (draft, in review, …) or by what readers see (public, scheduled, …)."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        work = [(s.value, s.label) for s in Status if s not in (Status.PUBLISHED, Status.DISCARDED)]
        return [*work, *((name, label) for name, label in PUBLIC.items() if name)]

    def queryset(self, request, queryset):
        value, rows = self.value(), Revision.objects
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
