"""What the program keeps beside the texts: the index of search, the outbox, the pages, the copies of dates."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts import rendering
from posts import search as index
from posts.models import Notice, Revision, TaggedRevision
from posts.models.search import SearchText

from .finding import Finding, error, fine, warning

OVERDUE = timedelta(hours=1)  # of a notice that should have been sent: cron runs every few minutes


def search() -> Iterator[Finding]:
    """Counts; that each text of the index is the right one is the save's business."""
    wanted, there = index.to_index(), SearchText.objects.count()
    if wanted != there:
        yield error(
            "search.index",
            _("Search looks through %(there)d texts of %(wanted)d.") % {"there": there, "wanted": wanted},
            _("Run: manage.py reindex"),
        )
    else:
        yield fine("search.index", _("%(count)d texts are indexed.") % {"count": there})


def outbox() -> Iterator[Finding]:
    remedy = _("Look at More → Outbox at the desk for the cause; let cron run manage.py send_notices.")
    late = Notice.objects.waiting().filter(due_at__lt=timezone.now() - OVERDUE).count()
    if late:
        words = ngettext(
            "%(count)d notice should have been sent an hour ago or earlier.",
            "%(count)d notices should have been sent an hour ago or earlier.",
            late,
        )
        yield error("outbox.late", words % {"count": late}, remedy)
    if stuck := Notice.objects.troubled().count():
        words = ngettext("%(count)d notice could not be sent.", "%(count)d notices could not be sent.", stuck)
        yield warning("outbox.stuck", words % {"count": stuck}, remedy)


def pages() -> Iterator[Finding]:
    """Pages of another version, and the dates that the lists of tags copy from the texts."""
    public = Revision.objects.live()
    if bare := public.filter(rendered_with="").count():
        yield error(
            "pages.bare",
            _("%(count)d public texts have no page.") % {"count": bare},
            _("Run: manage.py rerender, and look at what it names."),
        )
    if old := public.exclude(rendered_with__in=["", rendering.VERSION]).count():
        yield warning(
            "pages.old",
            _("%(count)d public pages were made by another version of the program.") % {"count": old},
            _("Run: manage.py rerender"),
        )
    differs = Q()
    for name in ("published_at", "live_from", "live_until"):
        there = f"content_object__{name}"
        differs |= ~Q(**{name: F(there)}) & (
            Q(**{f"{name}__isnull": False}) | Q(**{f"{there}__isnull": False})
        )
    if wrong := TaggedRevision.objects.filter(differs).values("content_object").distinct().count():
        yield error(
            "pages.copies",
            _("The lists of tags have other dates than the texts themselves, in %(count)d texts.")
            % {"count": wrong},
            _(
                "Find out who has written to the database past the program; restore its backup, or ask for help."
            ),
        )
