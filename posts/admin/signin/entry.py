"""Signing in, in one step or in two: the password, then a code for who has a second factor."""

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import SESSION_KEY, get_user_model, login, signals
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import workflow

from ..draw import draw
from . import known, locked
from .sessions import SECOND

HALF = "half_way"  # in a session that nobody is signed in to yet: whose password was right
PATIENCE = 15 * 60  # seconds between the password and the code, or the set-up


class CodeForm(forms.Form):
    """A code of the device, or a recovery code."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)


class SignIn(LoginView):
    """Django's, which goes on to the second step where there is one."""

    template_name = "admin/login.html"
    authentication_form = AdminAuthenticationForm

    def form_valid(self, form):
        user, goto = form.get_user(), self.get_success_url()
        if workflow.factors.is_asked(user) or workflow.factors.is_missing(user):
            self.request.session[HALF] = _half(user, goto)
            if workflow.factors.is_asked(user):
                return HttpResponseRedirect(reverse("admin:second_step"))
            workflow.factors.begin(user)
            return HttpResponseRedirect(reverse("admin:second_factor_set_up"))
        return enter(self.request, user, goto)


def enter(request: HttpRequest, user, goto: str, *, second: bool = False) -> HttpResponse:
    """Sign the person in, in a session with a new key, and lead on."""
    request.session.pop(HALF, None)
    if SESSION_KEY in request.session:
        request.session.cycle_key()  # Django keeps the key of who signs in again
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    if second:
        request.session[SECOND] = True
    return known.remember(HttpResponseRedirect(goto), user)


def half_way(request: HttpRequest):
    """(the person whose password was right a moment ago, where they want to go); (None, "") for everybody else."""
    kept = request.session.get(HALF) or {}
    if timezone.now().timestamp() - kept.get("at", 0) > PATIENCE:
        return None, ""
    user = get_user_model().objects.filter(pk=kept["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None, ""
    return user, kept["goto"]


def step(request: HttpRequest, site) -> HttpResponse:
    """The second step. A wrong code is counted with the wrong passwords; axes' middleware answers one too many."""
    user, goto = half_way(request)
    if user is None or not workflow.factors.is_asked(user):
        return redirect_to_login(reverse("admin:index"), reverse("admin:login"))
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST":
        credentials = {"username": user.get_username()}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return locked.page(request, credentials=credentials)
        status = 422
        if form.is_valid():
            try:
                workflow.factors.check(user, form.cleaned_data["code"])
                return enter(request, user, goto, second=True)
            except workflow.Refused as refused:
                form.add_error("code", str(refused))
                signals.user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    context = {
        "title": _("Second step"),
        "form": form,
        "by_recovery": "recovery" in request.GET,
        "name": user.get_username(),
    }
    return draw(request, site, "registration/second_step.html", context, status)


def _half(user, goto: str) -> dict:
    at = timezone.now().timestamp()
    return {"user": user.pk, "hash": user.get_session_auth_hash(), "goto": goto, "at": at}
