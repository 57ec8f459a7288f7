"""Articles at the desk: the list, and the page on which an article is written, reviewed and published."""

from itertools import islice

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.db.models import OuterRef, Subquery
from django.forms import CheckboxInput
from django.http import Http404
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from posts import roles
from posts.models import Post, Revision
from posts.templatetags.editorial import moment_short

from . import (
    bulk,
    conflict,
    editor,
    erasure,
    findings,
    pages,
    planning,
    presence,
    preview,
    review,
    sharing,
    spreadsheet,
    titles,
    trash,
)
from .filters import FILTERS
from .holding import RANKS, due_words, holders
from .house import waivers_page
from .lookups import StrictLookups
from .standing import standings


class Articles(ChangeList):
    """The list with each article's standing, fetched for the whole page at once."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        found = standings(self.result_list)
        for post in self.result_list:
            post.standing = found[post.pk]
        presence.mark(self.result_list, request.user)


@admin.register(Post)
class PostAdmin(StrictLookups, admin.ModelAdmin):
    list_display = ["title", "work", "readers", "held", "due_at", "category", "author", "saved"]
    list_filter = FILTERS
    lookups = tuple(one.parameter_name for one in FILTERS)
    list_per_page = 50
    empty_value_display = ""
    search_fields = ["slug"]  # the box is shown; what it finds is in `titles`
    search_help_text = _("Search in titles and addresses")
    actions = [trash.restore]
    change_list_template = "admin/posts/post/change_list.html"

    def get_actions(self, request):
        return super().get_actions(request) if trash.is_shown(request) else bulk.actions(request)

    def get_queryset(self, request):
        posts = roles.visible_posts(request.user, super().get_queryset(request))
        saved = Revision.objects.filter(post=OuterRef("pk")).order_by("-saved_at").values("saved_at")[:1]
        return posts.select_related("assignee").annotate(saved_at=Subquery(saved))

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        found = islice(titles.matching(request.user, search_term[:200]), titles.MOST)
        return queryset.filter(pk__in=list(found)), False

    def get_changelist(self, request, **kwargs):
        return Articles

    def has_delete_permission(self, request, obj=None):
        return False  # texts are discarded, never deleted

    def get_urls(self):
        own = [
            path(
                "<int:pk>/entries/<int:entry>/",
                self.admin_site.admin_view(self.entry_view),
                name="posts_post_entry",
            ),
            path(
                "<int:pk>/entries/<int:entry>/conflict/",
                self.admin_site.admin_view(self.conflict_view),
                name="posts_post_conflict",
            ),
            path(
                "<int:pk>/record/",
                self.admin_site.admin_view(self.record_view),
                name="posts_post_record",
            ),
            path(
                "<int:pk>/presence/",
                self.admin_site.admin_view(self.presence_view),
                name="posts_presence",
            ),
            path(
                "<int:pk>/review/",
                self.admin_site.admin_view(self.review_view),
                name="posts_post_review",
            ),
            path(
                "<int:pk>/notes/",
                self.admin_site.admin_view(self.notes_view),
                name="posts_post_notes",
            ),
            path(
                "<int:pk>/findings/",
                self.admin_site.admin_view(self.findings_view),
                name="posts_post_findings",
            ),
            path("waivers/", self.admin_site.admin_view(self.waivers_view), name="posts_waivers"),
            path("fix/", self.admin_site.admin_view(self.fix_view), name="posts_fix_text"),
            path("csv/", self.admin_site.admin_view(self.csv_view), name="posts_post_csv"),
            path("<int:pk>/purge/", self.admin_site.admin_view(self.purge_view), name="posts_post_purge"),
            path(
                "<int:pk>/difference/",
                self.admin_site.admin_view(self.difference_view),
                name="posts_post_difference",
            ),
            path(
                "<int:pk>/share/",
                self.admin_site.admin_view(self.share_view),
                name="posts_post_share",
            ),
            path(
                "<int:pk>/preview/<int:revision>/",
                self.admin_site.admin_view(self.preview_view),
                name="posts_post_preview",
            ),
        ]
        return [
            *own,
            *editor.urls(self.admin_site),
            *planning.urls(self.admin_site, self._post),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("Articles"), **(extra_context or {})})

    def csv_view(self, request):
        return spreadsheet.answer(request, self)

    def add_view(self, request, form_url="", extra_context=None):
        return pages.add(request, self.admin_site)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        post = self._post(request, object_id, erased=True)
        if post.erased_at:
            return erasure.tombstone(request, self.admin_site, post)
        return pages.change(request, self.admin_site, post)

    def history_view(self, request, object_id, extra_context=None):
        return pages.timeline(request, self.admin_site, self._post(request, object_id))

    def entry_view(self, request, pk: int, entry: int):
        return pages.entry(request, self.admin_site, self._post(request, pk), entry)

    def conflict_view(self, request, pk: int, entry: int):
        post = self._post(request, pk)
        return pages.conflict_page(request, self.admin_site, post, conflict.kept_of(post, entry))

    def record_view(self, request, pk: int):
        return pages.record(request, self.admin_site, self._post(request, pk))

    def presence_view(self, request, pk: int):
        return presence.beat(request, self._post(request, pk))

    def difference_view(self, request, pk: int):
        return pages.difference(request, self.admin_site, self._post(request, pk))

    def review_view(self, request, pk: int):
        return pages.review_page(request, self.admin_site, self._post(request, pk))

    def notes_view(self, request, pk: int):
        return review.notes_answer(request, self.admin_site, self._post(request, pk))

    def findings_view(self, request, pk: int):
        return findings.settle_answer(request, self.admin_site, self._post(request, pk))

    def fix_view(self, request):
        return findings.fix_answer(request, self.admin_site)

    def waivers_view(self, request):
        return waivers_page(request, self.admin_site)

    def purge_view(self, request, pk: int):
        return erasure.page(request, self.admin_site, self._post(request, pk))

    def share_view(self, request, pk: int):
        return sharing.page(request, self.admin_site, self._post(request, pk))

    def preview_view(self, request, pk: int, revision: int):
        return preview.page(request, self.admin_site, self._post(request, pk), revision)

    def delete_view(self, request, object_id, extra_context=None):
        raise Http404

    def _post(self, request, object_id, erased: bool = False) -> Post:
        """The article, or the same 404 for one that is not there and one that is not for this person's eyes."""
        number = str(object_id)
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise Http404
        post = Post.objects.select_related("assignee").filter(pk=number).first()
        if post is None or not roles.may_see(request.user, post) or (post.erased_at and not erased):
            raise Http404
        return post

    def action_checkbox(self, post: Post) -> str:
        """Django's asks each row for its name, one query a row; the standing has it."""
        label = gettext("Choose “%(title)s”") % {"title": post.standing.shown or post.slug}
        attrs = {"class": "action-select", "aria-label": label}
        return CheckboxInput(attrs, lambda value: False).render(ACTION_CHECKBOX_NAME, str(post.pk))

    @admin.display(description=_("title"))
    def title(self, post: Post) -> str:
        shown = post.standing.shown
        title = shown.title if shown else post.slug
        rank = RANKS.get(post.priority)
        marks = format_html(' <span class="desk-rank">{}</span>', rank) if rank else ""
        here = format_html(' <span class="desk-here">✎ {}</span>', post.here) if post.here else ""
        page = format_html(' <span class="quiet">{}</span>', _("page of the house")) if post.is_page else ""
        return format_html("{}{}{}{}", title, page, marks, here)

    @admin.display(description=_("work"))
    def work(self, post: Post) -> str:
        draft = post.standing.open
        return _badge(draft.status, draft.get_status_display()) if draft else ""

    @admin.display(description=_("readers see"))
    def readers(self, post: Post) -> str:
        standing = post.standing
        label = _badge(standing.public, standing.public_label) if standing.public else ""
        if standing.public == "scheduled":
            return format_html("{} {}", label, moment_short(standing.scheduled[0].live_from))
        return label

    @admin.display(description=_("who has it"))
    def held(self, post: Post) -> str:
        return format_html_join(
            " ", '<span class="desk-holder">{}</span>', ((words,) for words in holders(post))
        )

    @admin.display(description=_("due"), ordering="due")
    def due_at(self, post: Post) -> str:
        return due_words(post)

    @admin.display(description=_("category"))
    def category(self, post: Post) -> str:
        return str((post.standing.shown and post.standing.shown.category) or "")

    @admin.display(description=_("author"))
    def author(self, post: Post) -> str:
        return str((post.standing.shown and post.standing.shown.author) or "")

    @admin.display(description=_("saved"), ordering="saved_at")
    def saved(self, post: Post) -> str:
        return moment_short(post.standing.shown.saved_at) if post.standing.shown else ""


def _badge(name: str, label) -> str:
    return format_html('<span class="badge badge-{}">{}</span>', name, label)
