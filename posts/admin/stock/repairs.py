"""Repairs of many articles at once: chosen, looked at, prepared for review, and taken back."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from posts import roles, workflow
from posts.difference import Difference, compare
from posts.models import Post, RepairBatch, RepairItem
from posts.workflow import stock

from ..draw import answer
from ..paging import page_of
from .asked import Asked, asked
from .needs import names_of

SAMPLE = 5  # articles whose difference is shown before anything is done
PAGE = 100
_ROWS = "@@rows@@"  # where the rows go in the page


@dataclass(frozen=True)
class Sample:
    """One article as the repair would leave it, or why it would be left out."""

    post: Post
    title: str
    difference: Difference | None = None
    reason: str = ""

    @property
    def prefix(self) -> str:
        """What the addresses inside its difference begin with."""
        return f"p{self.post.pk}-"


@dataclass(frozen=True)
class Recipe:
    """One check that can be put right without a decision, and in how many of the articles it is found."""

    check: str
    name: str
    posts: int
    chosen: bool


def listing(request: HttpRequest, site) -> HttpResponse:
    """All batches, the newest first."""
    _only_reviewers(request)
    rows = workflow.repair_batches()
    page = page_of(rows, PAGE, request.GET.get("page"))
    return answer(request, site, "admin/stock/repairs.html", {"title": _("Repairs"), "page": page})


def new(request: HttpRequest, site) -> HttpResponse:
    """What is to be put right, in which articles, and how that looks; a POST does it."""
    _only_reviewers(request)
    data = request.POST if request.method == "POST" else request.GET
    filters, status = asked(data), 200
    seen = stock.Stock(request.user)
    chosen = _chosen(filters, data)
    if request.method == "POST":
        try:
            batch = workflow.begin_repair(chosen, by=request.user, label=data.get("label", ""))
            return _streamed(request, site, batch, _posts(seen, filters, chosen)[: workflow.MOST_REPAIRED])
        except workflow.Refused as refused:
            messages.error(request, str(refused))
            status = 422
    total = seen.needing_work(filters.only(chosen)).count() if chosen else 0
    context = {
        "title": _("Repair articles"),
        "filters": filters,
        "recipes": _recipes(seen, filters, chosen),
        "total": total,
        "most": workflow.MOST_REPAIRED,
        "count": min(total, workflow.MOST_REPAIRED),
        "is_shown": bool(chosen) and "look" in data,
        "samples": _samples(request.user, seen, filters, chosen) if chosen and "look" in data else [],
    }
    return answer(request, site, "admin/stock/repair_new.html", context, status)


def batch(request: HttpRequest, site, pk: int) -> HttpResponse:
    """One batch with what became of each article; a POST takes it back."""
    _only_reviewers(request)
    found = get_object_or_404(RepairBatch, pk=pk)
    if request.method == "POST":
        outcomes = [item.outcome for item in workflow.undo_repair(found, by=request.user)]
        sums = {"undone": outcomes.count(workflow.UNDONE), "kept": outcomes.count(workflow.KEPT)}
        messages.success(request, _("Taken back: %(undone)d. Kept: %(kept)d.") % sums)
        return HttpResponseRedirect(reverse("admin:posts_repair", args=[pk]))
    items = found.items.select_related("post", "revision")
    counts = workflow.counts_of(found)
    context = {
        "title": _("Repair %(number)d: %(label)s") % {"number": found.pk, "label": found.label},
        "batch": found,
        "names": list(names_of(found.recipe).values()),
        "page": page_of(items, PAGE, request.GET.get("page")),
        "counts": counts,
        "can_be_undone": counts.get(workflow.PREPARED, 0) + counts.get(workflow.KEPT, 0),
    }
    return answer(request, site, "admin/stock/repair.html", context)


def _only_reviewers(request: HttpRequest) -> None:
    if not roles.may(request.user, "review"):
        raise PermissionDenied


def _chosen(filters: Asked, data) -> tuple[str, ...]:
    """The recipes that were ticked; before anything was, those of the list that led here."""
    known = workflow.recipes()
    ticked = (
        data.getlist("recipe") if "recipe" in data or "look" in data or "label" in data else filters.checks
    )
    return tuple(name for name in known if name in ticked)


def _posts(seen: stock.Stock, filters: Asked, chosen: tuple[str, ...]) -> list[Post]:
    """The worst first."""
    keys = list(
        seen.needing_work(filters.only(chosen)).values_list("revision__post", flat=True)[
            : workflow.MOST_REPAIRED
        ]
    )
    rows = Post.objects.in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _recipes(seen: stock.Stock, filters: Asked, chosen: tuple[str, ...]) -> list[Recipe]:
    counts: dict[str, int] = {}
    for one in seen.clusters(filters.wanted):
        counts[one.check] = counts.get(one.check, 0) + one.posts
    names = names_of(workflow.recipes())
    return [Recipe(name, names[name], counts.get(name, 0), name in chosen) for name in workflow.recipes()]


def _samples(user, seen: stock.Stock, filters: Asked, chosen: tuple[str, ...]) -> list[Sample]:
    samples = []
    for post in _posts(seen, filters, chosen)[:SAMPLE]:
        try:
            found = workflow.repaired(post, chosen, by=user)
            samples.append(Sample(post, found.before.title, compare(found.before, found.after)))
        except workflow.Refused as refused:
            samples.append(Sample(post, str(post), reason=str(refused)))
    return samples


def _streamed(request: HttpRequest, site, found: RepairBatch, posts: list[Post]) -> HttpResponse:
    """The page of outcomes, a row as soon as its article is done: whoever waits sees how far it is."""
    context = {
        **site.each_context(request),
        "title": _("Repair %(number)d: %(label)s") % {"number": found.pk, "label": found.label},
        "total": len(posts),
        "batch": found,
        "mark": _ROWS,
    }
    request.current_app = site.name
    head, tail = render_to_string("admin/stock/repair_done.html", context, request).split(_ROWS)
    language = translation.get_language()

    def parts() -> Iterator[str]:
        yield head
        with translation.override(language):
            outcomes = []
            for place, item in enumerate(workflow.prepare_repairs(found, posts, by=request.user), 1):
                outcomes.append(item.outcome)
                yield _row(item, place)
            sums = {name: outcomes.count(name) for name in (workflow.PREPARED, workflow.SKIPPED)}
            yield render_to_string("admin/stock/_repair_sum.html", sums)
        yield tail

    response = StreamingHttpResponse(parts())
    response["Cache-Control"] = "private, no-store"
    return response


def _row(item: RepairItem, place: int) -> str:
    title = item.revision.title if item.revision else str(item.post)
    return render_to_string("admin/stock/_repair_row.html", {"item": item, "title": title, "number": place})
