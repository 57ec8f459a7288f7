"""House rules at the desk: edited by who may publish, tried on the newest articles before they are switched on."""

from django.contrib import admin, messages
from django.contrib.admin.utils import construct_change_message
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import quality, roles, workflow
from posts.models import HouseRule
from posts.templatetags.editorial import moment_short

from ..draw import draw
from ..lookups import StrictLookups
from ..numbers import number
from ..throttle import allowed
from .checks import page as checks_page
from .forms import RuleForm, reason

TRIALS_A_MINUTE = 20


@admin.register(HouseRule)
class HouseRuleAdmin(StrictLookups, admin.ModelAdmin):
    list_display = ["name", "kind", "pattern", "suggestion", "severity", "is_active", "changed"]
    list_per_page = 100
    actions = None
    sortable_by = ()
    change_list_template = "admin/posts/house/rules.html"

    def get_urls(self):
        view = self.admin_site.admin_view(lambda request: checks_page(request, self.admin_site))
        return [path("checks/", view, name="posts_checks"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        return rule_page(request, self, None)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = HouseRule.objects.filter(pk=number(object_id) or 0).first()
        if not self.has_view_or_change_permission(request, found):
            raise PermissionDenied
        if found is None:
            raise Http404
        if request.method == "POST" and not self.has_change_permission(request, found):
            raise PermissionDenied
        return rule_page(request, self, found)

    def delete_model(self, request, obj):
        workflow.delete_rule(obj, by=request.user)

    @admin.display(description=gettext_lazy("changed"), ordering="changed_at")
    def changed(self, rule: HouseRule) -> str:
        return f"{moment_short(rule.changed_at)} {roles.name_of(rule.changed_by) if rule.changed_by else ''}"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("changed_by")


def rule_page(request: HttpRequest, model_admin: HouseRuleAdmin, rule: HouseRule | None) -> HttpResponse:
    """The form; POST with `_test` tries the rule and saves nothing, else it is saved. Faults are 422, refusals 409."""
    form = RuleForm(request.POST or None, instance=rule)
    trial, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if "_test" not in request.POST:
                    return _saved(request, model_admin, form, is_new=rule is None)
                trial, status = _tried(request, form), 200
            except workflow.Refused as refused:
                messages.error(request, str(refused))
                status = 409
            except quality.BadPattern as error:
                form.add_error("pattern", reason(error))
    may_save = model_admin.has_change_permission(request) and workflow.may_keep_house(request.user)
    if not may_save:
        for field in form.fields.values():
            field.disabled = True
    context = {
        "title": rule.name if rule else _("New house rule"),
        "rule": rule,
        "form": form,
        "trial": trial,
        "may_save": may_save,
        "proof": quality.proof(form.instance)
        if trial and not trial.given_up
        else request.POST.get("tested", ""),
        "list_url": reverse("admin:posts_houserule_changelist"),
        "opts": HouseRule._meta,
    }
    return draw(request, model_admin.admin_site, "admin/posts/house/rule.html", context, status)


def _tried(request: HttpRequest, form: RuleForm) -> quality.Trial:
    if not allowed("trial", str(request.user.pk), limit=TRIALS_A_MINUTE, seconds=60):
        raise workflow.Refused(_("That was asked too often. It goes on in a moment."))
    return quality.tried(form.instance)


def _saved(
    request: HttpRequest, model_admin: HouseRuleAdmin, form: RuleForm, *, is_new: bool
) -> HttpResponse:
    rule = workflow.save_rule(form.instance, by=request.user, proof=form.cleaned_data["tested"])
    if is_new:
        model_admin.log_addition(request, rule, construct_change_message(form, [], True))
    else:
        model_admin.log_change(request, rule, construct_change_message(form, [], False))
    messages.success(request, _("The rule was saved. Texts are judged by it from now on."))
    return HttpResponseRedirect(reverse("admin:posts_houserule_change", args=[rule.pk]))
