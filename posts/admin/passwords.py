"""Passwords by mail: ask for a link, follow it, set a new one. The answer never says whether there is an account."""

from axes.handlers.proxy import AxesProxyHandler
from django.contrib import admin
from django.contrib.auth import forms, get_user_model, views
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from posts import workflow
from posts.models.accounts import Act

from . import invitations
from .signin.where import network
from .throttle import allowed

HOUR = 3600
PER_ADDRESS, PER_MACHINE = 3, 30  # links an hour


class LinkForm(forms.PasswordResetForm):
    """People of the desk only; those invited who have not set a password yet may ask for their link again."""

    def get_users(self, email):
        people = get_user_model().objects.filter(email__iexact=email, is_active=True, is_staff=True)
        return (user for user in people if user.email.casefold() == email.casefold())

    def save(self, **options):
        for user in self.get_users(self.cleaned_data["email"]):
            invitations.send_reset(user)


class Outside:
    """A page for somebody who is not signed in: never stored, its address told to nobody."""

    def get_context_data(self, **kwargs):
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "same-origin"  # no-referrer makes the Origin of a form null: refused
        response["X-Robots-Tag"] = "noindex"
        return response


class Forgotten(Outside, views.PasswordResetView):
    title = _("Forgotten password")
    form_class = LinkForm
    success_url = reverse_lazy("password_reset_done")

    def form_valid(self, form):
        address, machine = form.cleaned_data["email"].casefold(), network(self.request)
        in_time = allowed("reset-machine", machine, limit=PER_MACHINE, seconds=HOUR)
        if in_time and allowed("reset-address", address, limit=PER_ADDRESS, seconds=HOUR):
            form.save()
        return super(views.PasswordResetView, self).form_valid(form)


class Sent(Outside, views.PasswordResetDoneView):
    title = _("Look into your mail")


class Follow(Outside, views.PasswordResetConfirmView):
    title = _("Set a password")

    def get_user(self, uidb64):
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None

    def form_valid(self, form):
        """The owner has shown who they are: failures that strangers have heaped up do not count any more."""
        response = super().form_valid(form)
        AxesProxyHandler.reset_attempts(username=self.user.get_username())
        workflow.note_account(self.user, Act.PASSWORD, detail=str(_("by a link")))
        return response

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context if self.validlink else context | {"title": _("This link is not valid any more")}


class Done(Outside, views.PasswordResetCompleteView):
    title = _("The password is set")
