"""Mail with a link that sets a password; its address is that of SITE_URL and never that of a Host header."""

import logging
import threading

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from posts import roles

log = logging.getLogger(__name__)


def invite(user, *, by) -> bool:
    """Send the person a link that sets the first, or a new, password. False when the mail could not be sent."""
    with translation.override(settings.LANGUAGE_CODE):
        message = _message("invitation", user, {"by": roles.name_of(by)})
    return _send(message, user)


def send_reset(user) -> None:
    """The same for somebody who has asked; sent beside the answer, whose time must not tell whether there is one."""
    message = _message("password_reset", user, {})
    threading.Thread(target=_send, args=(message, user), name="reset-mail").start()


def _message(name: str, user, more: dict) -> EmailMessage:
    link = {
        "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    context = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "user": user,
        "link": settings.SITE_URL + reverse("password_reset_confirm", kwargs=link),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        **more,
    }
    subject = " ".join(render_to_string(f"registration/{name}_subject.txt", context).split())
    return EmailMessage(subject, render_to_string(f"registration/{name}_email.txt", context), to=[user.email])


def _send(message: EmailMessage, user) -> bool:
    try:
        message.send()
    except Exception:  # whatever a mail server does, the account is there and the mail can be sent again
        log.exception("The mail with a password link to account %s could not be sent.", user.pk)
        return False
    return True
