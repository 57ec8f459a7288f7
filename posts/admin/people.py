"""Users at the desk: an account, and the one role it has."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from posts import roles, workflow
from posts.models.accounts import Act
from posts.templatetags.editorial import moment_short

from . import duties, invitations, people_record
from .lookups import StrictLookups
from .signin import told

admin.site.unregister(Group)
admin.site.unregister(User)


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return duties.LABELS.items()

    def queryset(self, request, queryset):
        return (
            queryset.filter(groups__name=roles.ROLES[self.value()][0])
            if self.value() in roles.ROLES
            else queryset
        )


class PersonForm(forms.ModelForm):
    """Name, mail, role, active: nothing else about an account can be changed by a form."""

    role = forms.ChoiceField(
        label=_("Role"), choices=lambda: duties.LABELS.items(), widget=forms.RadioSelect, required=True
    )

    class Meta:
        model = User
        fields = ["username", "last_name", "first_name", "email", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if email := self.fields.get("email"):  # none of the fields is there for who may only look
            email.required = self.instance.pk is None
        self.fields["role"].required = not self.instance.is_superuser
        if self.instance.pk:
            self.fields["role"].initial = roles.role_of(self.instance)
        if active := self.fields.get("is_active"):
            active.label = _("Active")
            active.help_text = _("Switched off: signed out everywhere at once. The history keeps the name.")

    def clean_email(self):
        email = self.cleaned_data["email"]
        others = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if email and others.exists():
            raise forms.ValidationError(gettext("Another account has this mail address."))
        return email


@admin.register(User)
class PersonAdmin(StrictLookups, admin.ModelAdmin):
    """Accounts. Only a superuser may touch a superuser; rules are in `workflow.people`."""

    form = PersonForm
    list_display = ["username", "full_name", "email", "role", "is_active", "signed_in"]
    list_filter = [RoleFilter, "is_active"]
    lookups = ("role", "is_active__exact")
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    list_per_page = 100
    actions = None
    readonly_fields = ["sign_in", "second_factor"]
    change_list_template = "admin/people_list.html"
    change_form_template = "admin/auth/user/person.html"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_fields(self, request, obj=None):
        names = ["username", "last_name", "first_name", "email", "role"]
        return [*names, "is_active", "sign_in", "second_factor"] if obj else names

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("record/", view(self.record_view), name="auth_user_record"),
            path("<int:pk>/invite/", view(self.invite_view), name="auth_user_invite"),
            path("<int:pk>/second-factor/", view(self.second_factor_view), name="auth_user_second_factor"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request, obj=None):
        touches_superuser = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not touches_superuser

    def has_delete_permission(self, request, obj=None):
        return False  # a person who leaves is made inactive: history keeps the name

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(self, request, context, *args, **kwargs):
        person = context.get("original")
        context["second_factor"] = workflow.factors.of(person) if person else None
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except workflow.Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)

    def save_model(self, request, obj, form, change):
        workflow.save_person(obj, form.cleaned_data["role"], by=request.user)
        if not change:
            self._invite(request, obj)

    def invite_view(self, request, pk: int):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        person = self.get_object(request, str(pk))
        if person is None or not self.has_change_permission(request, person):
            raise Http404
        self._invite(request, person)
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[person.pk]))

    def second_factor_view(self, request, pk: int):
        """Take away the second factor of somebody who has lost it; one's own is changed with the password."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        person = self.get_object(request, str(pk))
        if person is None or not self.has_change_permission(request, person):
            raise Http404
        if person.pk == request.user.pk:
            return HttpResponseRedirect(reverse("admin:second_factor"))
        try:
            workflow.factors.remove(person, by=request.user)
        except workflow.Refused as refused:
            messages.error(request, str(refused))
        else:
            told.tell(person, Act.FACTOR_RESET)
            words = gettext("The second factor was reset. %(name)s is signed out, and told by mail.")
            messages.success(request, words % {"name": roles.name_of(person)})
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[person.pk]))

    def record_view(self, request):
        return people_record.page(request, self.admin_site)

    def _invite(self, request, person: User) -> None:
        if not (person.email and person.is_active):
            messages.error(request, gettext("Only an active account with a mail address can be sent a link."))
        elif invitations.invite(person, by=request.user):
            self.log_change(request, person, gettext("A link to set a password was sent."))
            workflow.note_account(person, Act.LINK, by=request.user)
            words = gettext("A link to set a password was sent to %(email)s. It is valid for some days.")
            messages.success(request, words % {"email": person.email})
        else:
            words = gettext("The account is there, but the mail could not be sent. Send it again later.")
            messages.warning(request, words)

    @admin.display(description=_("name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("role"))
    def role(self, user: User) -> str:
        role = roles.role_of(user)
        return gettext("Superuser") if user.is_superuser and not role else str(duties.LABELS.get(role, ""))

    @admin.display(description=_("last sign-in"), ordering="last_login")
    def signed_in(self, user: User) -> str:
        return moment_short(user.last_login)

    @admin.display(description=_("Signing in"))
    def sign_in(self, user: User) -> str:
        if not user.has_usable_password():
            return gettext("Invited; no password has been set yet.")
        last = moment_short(user.last_login)
        return (
            gettext("Last on %(time)s") % {"time": last}
            if last
            else gettext("A password is set; never signed in.")
        )

    @admin.display(description=_("Second factor"))
    def second_factor(self, user: User) -> str:
        factor = workflow.factors.of(user)
        if factor is None:
            return gettext("None is set up.")
        words = ngettext(
            "Set up on %(time)s; %(count)d recovery code is left.",
            "Set up on %(time)s; %(count)d recovery codes are left.",
            factor.codes,
        )
        return words % {"time": moment_short(factor.since), "count": factor.codes}
