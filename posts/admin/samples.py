"""Samples at the desk: drawing one from an import, its progress, and accepting the batch it stands for."""

import time
from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from posts import roles, workflow
from posts.models import ImportReport, Sample, SampleItem
from posts.workflow import samples

from .draw import answer
from .numbers import number
from .paging import page_of

PAGE = 50
REPORTS = 10  # imports that the page offers to draw from
SECONDS = 60  # of one request; what is left goes on with the next
COUNTED = 25  # texts after which the page says how far it is
_ROWS = "@@rows@@"  # where the rows go in the page
_READ = Q(items__place__isnull=False) & ~Q(items__verdict="")
UNREAD = Q(place__isnull=False, verdict="")  # drawn and not read yet


def urls(site) -> list:
    def view(page):
        return site.admin_view(lambda request, **about: _asked(page, request, site, **about))

    return [
        path("posts/samples/", view(list_page), name="posts_samples"),
        path("posts/samples/<int:pk>/", view(sample_page), name="posts_sample"),
    ]


class DrawForm(forms.Form):
    """What is settled before the draw, and never after it."""

    label = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    size = forms.IntegerField(label=gettext_lazy("Texts in the sample"), min_value=1, max_value=5000)
    allowed = forms.IntegerField(label=gettext_lazy("Rejections allowed"), min_value=0, max_value=4999)


def _asked(page, request: HttpRequest, site, **about) -> HttpResponse:
    if not roles.may(request.user, "review"):
        raise PermissionDenied
    return page(request, site, **about)


def list_page(request: HttpRequest, site) -> HttpResponse:
    """All samples, and with `report` the form that draws one from an import."""
    report = _report(request)
    form, status = _form(request, report), 200
    if request.method == "POST":
        if report is None:
            messages.error(request, _("Choose the import that the sample is drawn from."))
        elif form and form.is_valid():
            try:
                sample = samples.draw(samples.Batch.of(report), by=request.user, **form.cleaned_data)
            except workflow.Refused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, _("The sample was drawn. Its texts are in review."))
                return HttpResponseRedirect(reverse("admin:posts_sample", args=[sample.pk]))
        status = 422
    rows = Sample.objects.annotate(
        read=Count("items", _READ),
        rejected=Count("items", Q(items__verdict="rejected")),
        batch=Count("items"),
    )
    context = {
        "title": _("Samples"),
        "page": page_of(rows.order_by("-pk"), PAGE, request.GET.get("page")),
        "report": report,
        "form": form,
        "reports": [] if report else ImportReport.objects.defer("report", "options")[:REPORTS],
    }
    return answer(request, site, "admin/posts/samples/list.html", context, status)


def sample_page(request: HttpRequest, site, pk: int) -> HttpResponse:
    """One sample: its texts, what was said of each, and the decision. A POST reads a text or accepts the batch."""
    sample = Sample.objects.select_related("report").defer("report__report").filter(pk=pk).first()
    if sample is None:
        raise Http404
    status = 200
    if request.method == "POST":
        if "item" in request.POST:
            return _read(request, sample)
        if "accept" in request.POST:
            try:
                seen = "acknowledged" in request.POST
                return _streamed(
                    request, site, sample, samples.accept(sample, by=request.user, acknowledged=seen)
                )
            except workflow.Refused as refused:
                messages.error(request, str(refused))
        status = 409
    return answer(request, site, "admin/posts/samples/sample.html", _context(request, sample), status)


def _context(request: HttpRequest, sample: Sample) -> dict:
    drawn = sample.items.filter(place__isnull=False).order_by("place")
    counts = sample.items.aggregate(
        batch=Count("pk"),
        read=Count("pk", Q(place__isnull=False) & ~Q(verdict="")),
        rejected=Count("pk", Q(verdict="rejected")),
    )
    shown = ("revision__title", "revision__status", "revision__post", "revision__lang", "sample")
    plain = ("place", "verdict", "by_name", "at", "comment")
    return {
        "title": sample.label,
        "sample": sample,
        "counts": counts,
        "left": sample.size - counts["read"],
        "page": page_of(drawn.select_related("revision").only(*shown, *plain), PAGE, request.GET.get("page")),
        "next": next_item(sample),
        "why_not": samples.why_not_accepted(sample, request.user),
        "remaining": samples.remaining(sample).count(),
        "left_out": _left_out(sample, request.user),
        "warned": samples.remaining(sample).filter(revision__verdict__warnings__gt=0).exists(),
    }


def _left_out(sample: Sample, user) -> list[str]:
    """What would be left out, as far as the tables know; each text is asked again when it is accepted."""
    counts = samples.left_out(sample, user)
    said = {
        "changed": ngettext(
            "%(count)d text has changed since the draw.",
            "%(count)d texts have changed since the draw.",
            counts["changed"],
        ),
        "failing": ngettext(
            "%(count)d text has errors now.", "%(count)d texts have errors now.", counts["failing"]
        ),
        "own": ngettext(
            "%(count)d text is your own work.", "%(count)d texts are your own work.", counts["own"]
        ),
    }
    return [words % {"count": counts[name]} for name, words in said.items() if counts[name]]


def next_item(sample: Sample, after: int = 0) -> SampleItem | None:
    """The drawn text that comes next after a place, from the beginning again after the last."""
    unread = sample.items.filter(UNREAD).exclude(place=after)
    shown = ("place", "sample", "revision__title", "revision__post", "revision__lang")
    return unread.select_related("revision").only(*shown).order_by(_turn(after), "place").first()


def _turn(after) -> Case:
    """The places after one, then those before it."""
    return Case(When(place__gt=after, then=0), default=1)


def with_sample(rows: QuerySet) -> QuerySet:
    """Texts with `sample_item`: the number of their place in a sample that is being read, None for most."""
    items = SampleItem.objects.filter(
        revision=OuterRef("pk"), place__isnull=False, sample__state=Sample.State.OPEN
    )
    return rows.annotate(sample_item=Subquery(items.values("pk")[:1]))


def reading_of(revision, user) -> tuple[SampleItem | None, SampleItem | None]:
    """The place of a text of `with_sample` in a sample, and the one to read after it, for who may review; one query."""
    own = revision.sample_item
    if own is None or not roles.may(user, "review"):
        return None, None
    here = SampleItem.objects.filter(pk=own)
    unread = UNREAD & Q(sample=Subquery(here.values("sample")))
    first = Case(When(pk=own, then=0), default=1)
    heavy = [
        f"revision__{name}" for name in ("body", "html", "text", "toc", "extra", "summary", "update_note")
    ]
    rows = SampleItem.objects.filter(Q(pk=own) | unread).select_related("sample", "revision")
    found = list(rows.defer(*heavy).order_by(first, _turn(Subquery(here.values("place"))), "place")[:2])
    return found[0], found[1] if len(found) > 1 else None


def _read(request: HttpRequest, sample: Sample) -> HttpResponse:
    item = sample.items.filter(pk=number(request.POST["item"]) or 0).select_related("revision").first()
    if item is None:
        raise Http404
    verdict, comment = request.POST.get("verdict", ""), request.POST.get("comment", "")[:5000]
    try:
        after = samples.read(item, by=request.user, verdict=verdict, comment=comment)
    except workflow.Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(_review(item))
    messages.success(request, _("Noted for the sample: “%(title)s”.") % {"title": item.revision.title})
    following = next_item(after, item.place or 0) if after.state == Sample.State.OPEN else None
    return HttpResponseRedirect(
        _review(following) if following else reverse("admin:posts_sample", args=[sample.pk])
    )


def _review(item: SampleItem) -> str:
    return reverse("admin:posts_post_review", args=[item.revision.post_id]) + "#sample"


def _streamed(
    request: HttpRequest, site, sample: Sample, outcomes: Iterator[samples.Outcome]
) -> HttpResponse:
    """The page of the acceptance: how far it is, and a row for each text that is left out."""
    shared = {**site.each_context(request), "title": sample.label, "sample": sample, "mark": _ROWS}
    total = samples.remaining(sample).count()
    head, tail = render_to_string(
        "admin/posts/samples/accepting.html", {**shared, "total": total}, request
    ).split(_ROWS)
    language = translation.get_language()

    def parts() -> Iterator[str]:
        yield head
        with translation.override(language):
            began, done, skipped = time.monotonic(), 0, 0
            for outcome in outcomes:
                if outcome.reason:
                    skipped += 1
                    yield render_to_string("admin/posts/samples/_row.html", {"outcome": outcome})
                else:
                    done += 1
                if (done + skipped) % COUNTED == 0:
                    yield render_to_string(
                        "admin/posts/samples/_count.html", {"done": done + skipped, "total": total}
                    )
                if time.monotonic() - began > SECONDS:
                    break
            sums = {"done": done, "skipped": skipped, "left": total - done - skipped, "sample": sample}
            yield render_to_string("admin/posts/samples/_sum.html", sums)
        yield tail

    response = StreamingHttpResponse(parts())
    response["Cache-Control"] = "private, no-store"
    return response


def _report(request: HttpRequest) -> ImportReport | None:
    wanted = request.POST.get("report") or request.GET.get("report", "")
    if not wanted:
        return None
    found = ImportReport.objects.filter(pk=number(wanted) or 0).first()
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, report: ImportReport | None) -> DrawForm | None:
    if report is None:
        return None
    label = f"{report.site} {report.started_at:%Y-%m-%d}"
    initial = {"label": label, "size": samples.SIZE, "allowed": samples.ALLOWED}
    return DrawForm(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
