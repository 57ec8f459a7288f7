"""What a person is told by mail about their own account: that it was shut, or that its second step changed."""

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from posts import text, workflow
from posts.models import AccountEntry
from posts.models.accounts import Act

log = logging.getLogger(__name__)
PER_DAY = 3  # mails about shut doors: a stranger must not fill a letterbox


def locked_out(name: str | None, address: str) -> None:
    """A row in the record, and a mail to the owner, when the account is one of ours."""
    person = get_user_model().objects.filter(username=name, is_active=True, is_staff=True).first()
    if person is None:
        return
    workflow.note_account(person, Act.LOCKED, detail=address)
    since = timezone.now() - timedelta(days=1)
    if AccountEntry.objects.filter(person=person, act=Act.LOCKED, at__gt=since).count() <= PER_DAY:
        tell(person, Act.LOCKED, address=address)


def tell(person, act: Act, **more) -> None:
    """Send the mail beside the answer, so that its time tells nothing and a slow server holds nobody up."""
    if not person.email:
        return
    with translation.override(workflow.wish_of(person).lang or settings.LANGUAGE_CODE):
        context = {
            "act": act.value,
            "said": act.label,
            "name": text.line(person.get_username()),
            "at": timezone.localtime(),
            "site_name": settings.SITE_NAME,
            "login": settings.SITE_URL + reverse("admin:login"),
            "forgotten": settings.SITE_URL + reverse("admin_password_reset"),
            "minutes": settings.LOGIN_COOLOFF_MINUTES,
            **more,
        }
        body = render_to_string("registration/account_email.txt", context)
        subject = text.line(f"[{settings.SITE_NAME}] {act.label}")
    message = EmailMessage(subject, body, to=[text.line(person.email)])
    threading.Thread(target=_send, args=(message, person.pk), name="account-mail").start()


def _send(message: EmailMessage, key: int) -> None:
    try:
        message.send()
    except Exception:  # the record has the act; a mail server must not fail it
        log.exception("The mail about account %s could not be sent.", key)
