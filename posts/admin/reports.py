"""Reports of imports at the desk: read only, in the reader's language."""

from collections import Counter
from urllib.parse import urlencode

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from posts import roles
from posts.models import ImportReport
from posts.templatetags.editorial import moment_short
from posts.transfer.reports import problems
from posts.transfer.wording import OUTCOMES, SEVERITIES, words

from .draw import answer
from .lookups import StrictLookups
from .numbers import number
from .paging import page_of

PAGE = 100
OPTIONS = {
    "publish": _("adopt as public"),
    "gate": _("what has errors stays a draft"),
    "strict": _("stop at the first failure"),
    "expiry": _("expiry dates end the publication"),
    "skip_empty": _("pass over empty files"),
    "allow_empty": _("empty files empty their articles"),
    "encoding": _("encoding"),
}


@admin.register(ImportReport)
class ReportAdmin(StrictLookups, admin.ModelAdmin):
    """One row a run, newest first; for those who see every article."""

    list_display = ["begun", "site", "by_name", *OUTCOMES]
    list_display_links = ["begun"]
    list_per_page = 50
    actions = None
    sortable_by = ()
    change_list_template = "admin/people_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("report")

    def has_view_permission(self, request, obj=None):
        return roles.may(request.user, "see_every")

    has_module_permission = has_view_permission

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        key = number(object_id)
        found = ImportReport.objects.filter(pk=key).first() if key is not None else None
        if found is None or not self.has_view_permission(request):
            raise Http404
        return page(request, self.admin_site, found)

    def history_view(self, request, object_id, extra_context=None):
        raise Http404

    @admin.display(description=_("begun"))
    def begun(self, report: ImportReport) -> str:
        return moment_short(report.started_at)


def _column(outcome: str):
    @admin.display(description=OUTCOMES[outcome])
    def count(self, report: ImportReport) -> str:
        return f"{report.counts.get(outcome, 0):,}"

    return count


for name in OUTCOMES:
    setattr(ReportAdmin, name, _column(name))


def page(request: HttpRequest, site, report: ImportReport) -> HttpResponse:
    """One run: counts, rules by how often they spoke, and its files, by `outcome` and `rule`, a hundred a page."""
    files = report.report.get("files", [])
    outcome, rule = request.GET.get("outcome", ""), request.GET.get("rule", "")
    if outcome and outcome not in OUTCOMES:
        raise Http404
    chosen = [file for file in files if outcome in ("", file["outcome"])]
    rules = _rules(chosen)
    if rule:
        chosen = [file for file in chosen if any(one[1] == rule for one in file["problems"])]
    context = {
        "title": _("Import of %(time)s") % {"time": moment_short(report.started_at)},
        "opts": ImportReport._meta,
        "list_url": reverse("admin:posts_importreport_changelist"),
        "report": report,
        "options": [
            f"{OPTIONS.get(name, name)}{'' if value is True else f': {value}'}"
            for name, value in report.options.items()
        ],
        "outcomes": [(name, label, report.counts.get(name, 0)) for name, label in OUTCOMES.items()],
        "findings": _findings(report),
        "may_draw": roles.may(request.user, "review"),
        "held": sum(any(one[1] == "gate.refused" for one in file["problems"]) for file in files),
        "missing": report.report.get("missing", []),
        "outcome": outcome,
        "rule": rule,
        "rules": rules,
        "page": page_of(chosen, PAGE, request.GET.get("p")),
    }
    for file in context["page"]:
        file["label"] = OUTCOMES.get(file["outcome"], file["outcome"])
        file["said"] = [(SEVERITIES[one.severity], one, words(one)) for one in problems(file)]
    return answer(request, site, "admin/posts/importreport/report.html", context)


def _rules(files: list[dict]) -> list[tuple[str, str, str, int]]:
    """(severity, rule, its sentence in one file, in how many files), errors first, then by how many."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[str, dict] = {}
    for file in files:  # up to 20,000: kept problems are lists of severity, rule, line and parameters
        for rule, severity in {one[1]: one[0] for one in file["problems"]}.items():
            counts[severity, rule] += 1
            first.setdefault(rule, file)
    example = {rule: {one.rule: one for one in problems(file)}[rule] for rule, file in first.items()}
    order = list(SEVERITIES)
    rows = sorted(counts.items(), key=lambda row: (order.index(row[0][0]), -row[1], row[0][1]))
    return [(SEVERITIES[severity], rule, words(example[rule]), count) for (severity, rule), count in rows]


def _findings(report: ImportReport) -> dict:
    """What the checks said when the run was over; each check leads to its articles in the needs-work list."""
    said = report.report.get("findings", {})
    try:
        url = reverse("admin:posts_needs_work")
    except NoReverseMatch:
        url = ""
    rows = [
        (
            one["severity"],
            SEVERITIES[one["severity"]],
            one["id"],
            one["texts"],
            f"{url}?{urlencode(_wanted(report, one))}" if url else "",
        )
        for one in said.get("checks", [])
    ]
    return {**said, "checks": rows}


def _wanted(report: ImportReport, one: dict) -> dict[str, str]:
    """The filters of the needs-work list for one check: the import root where there was only one."""
    site = {} if ", " in report.site else {"site": report.site}
    return {"check": one["id"], **site, **({"infos": "1"} if one["severity"] == "info" else {})}
