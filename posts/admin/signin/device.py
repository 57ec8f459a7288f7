"""A person's second factor: how it stands, a new device with its picture, recovery codes, removal."""

import io

import qrcode
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import workflow
from posts.models.accounts import Act
from posts.workflow import factors

from ..draw import draw
from . import entry, told
from .sessions import SECOND


def urls(site) -> list:
    """The addresses of these pages; each asks itself who is there, since some come half way through signing in."""

    def view(page):
        return lambda request: _guarded(request, site, page)

    return [
        path("login/code/", lambda request: entry.step(request, site), name="second_step"),
        path("second-factor/", view(state_page), name="second_factor"),
        path("second-factor/set-up/", view(set_up_page), name="second_factor_set_up"),
        path("second-factor/picture/", view(picture), name="second_factor_picture"),
    ]


class ConfirmForm(forms.Form):
    """An act on one's second factor, with the password once more: a desk left open must not be enough."""

    ACTS = ("begin", "codes", "remove")
    act = forms.ChoiceField(choices=[(name, name) for name in ACTS], widget=forms.HiddenInput)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, data, request):
        super().__init__(data, label_suffix="")
        self.request = request

    def clean_password(self):
        name = self.request.user.get_username()
        if authenticate(self.request, username=name, password=self.cleaned_data["password"]) is None:
            raise forms.ValidationError(_("This is not your password."))
        return self.cleaned_data["password"]


def state_page(request: HttpRequest, site, user) -> HttpResponse:
    """What is set up, and what can be done about it. Somebody half way through signing in has nothing to see here."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("admin:second_factor_set_up"))
    form, status = ConfirmForm(request.POST or None, request), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _acted(request, site, user, form.cleaned_data["act"])
            except workflow.Refused as refused:
                messages.error(request, str(refused))
                status = 409
    context = {
        "title": _("Second factor"),
        "form": form,
        "factor": factors.of(user),
        "is_required": settings.SECOND_FACTOR == "required",
        "few": factors.CODES // 3,
    }
    return draw(request, site, "admin/second_factor/state.html", context, status)


def _acted(request: HttpRequest, site, user, act: str) -> HttpResponse:
    if act == "codes":
        codes = factors.renew_codes(user)
        told.tell(user, Act.CODES)
        return _codes(request, site, codes, reverse("admin:second_factor"))
    if act == "remove":
        factors.remove(user, by=user)
        request.session.pop(SECOND, None)
        told.tell(user, Act.FACTOR_REMOVED)
        messages.success(request, _("The second factor was removed. Your password alone opens the desk now."))
        return HttpResponseRedirect(reverse("admin:second_factor"))
    factors.begin(user)
    return HttpResponseRedirect(reverse("admin:second_factor_set_up"))


def set_up_page(request: HttpRequest, site, user) -> HttpResponse:
    """The picture and the key of the new device; the first code of it takes it into use."""
    device = factors.begun(user)
    if device is None:
        return _from_the_beginning(request, user)
    form, status = entry.CodeForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _confirmed(request, site, user, form.cleaned_data["code"])
            except workflow.Refused as refused:
                form.add_error("code", str(refused))
    key = factors.secret(device)
    context = {
        "title": _("Set up the second factor"),
        "form": form,
        "key": " ".join(key[at : at + 4] for at in range(0, len(key), 4)),
        "link": device.config_url,
        "is_required": factors.is_missing(user),
        "replaces": factors.of(user) is not None,
        "layout": _layout(request),
    }
    return draw(request, site, "admin/second_factor/set_up.html", context, status)


def picture(request: HttpRequest, site, user) -> HttpResponse:
    """The key as a picture for the camera of a phone: at an address of its own, since the policy allows no data."""
    device = factors.begun(user)
    if device is None:
        raise Http404
    file = io.BytesIO()
    qrcode.make(device.config_url, box_size=6, border=4).save(file)
    response = HttpResponse(file.getvalue(), content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _confirmed(request: HttpRequest, site, user, code: str) -> HttpResponse:
    codes = factors.confirm(user, code, session=request.session.session_key or "")
    goto = reverse("admin:second_factor")
    remembered = None
    if not request.user.is_authenticated:
        goto = entry.half_way(request)[1]
        remembered = entry.enter(request, user, goto, second=True)
    request.session[SECOND] = True
    told.tell(user, Act.FACTOR_SET)
    answer = _codes(request, site, codes, goto)
    if remembered is not None:
        answer.cookies.update(remembered.cookies)
    return answer


def _codes(request: HttpRequest, site, codes: list[str], goto: str) -> HttpResponse:
    """The recovery codes, this once: they are in this answer and nowhere that it could be asked for again."""
    context = {"title": _("Recovery codes"), "codes": codes, "goto": goto}
    return draw(request, site, "admin/second_factor/codes.html", context)


def _from_the_beginning(request: HttpRequest, user) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("admin:second_factor"))
    return redirect_to_login(reverse("admin:index"), reverse("admin:login"))


def _guarded(request: HttpRequest, site, page) -> HttpResponse:
    """The page for who is signed in at the desk, or has to set up a device before they are."""
    if settings.SECOND_FACTOR == "off":
        raise Http404
    if site.has_permission(request):
        return page(request, site, request.user)
    user, _goto = entry.half_way(request)
    if user is None or not factors.is_missing(user):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    return page(request, site, user)


def _layout(request: HttpRequest) -> str:
    return "admin/second_factor/_desk.html" if request.user.is_authenticated else "registration/_outside.html"
