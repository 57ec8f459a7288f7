"""What the site asks of other programs: the cache and the mail server."""

import smtplib
from collections.abc import Iterator
from time import perf_counter

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from editorial.health import cache_answers as cache_itself_answers
from posts.transfer.wording import printable

from .finding import Finding, error, fine, warning

SLOW = 0.1  # seconds for a word into the cache and out again
REFUSALS = (OSError, smtplib.SMTPException)


def cache_answers() -> Iterator[Finding]:
    begun, reason = perf_counter(), ""
    try:
        is_there = cache_itself_answers()
    except Exception as fault:  # each backend has errors of its own
        is_there, reason = False, printable(f"{type(fault).__name__}: {fault}")
    took = perf_counter() - begun
    if not is_there:
        yield error(
            "cache.answers",
            _("The cache does not keep what it is given: %(reason)s")
            % {"reason": reason or settings.CACHES["default"]["BACKEND"]},
            _(
                "Start the server that CACHE_URL names, or correct CACHE_URL. Pages are made without it meanwhile."
            ),
        )
    elif took > SLOW:
        yield warning(
            "cache.slow",
            _("The cache took %(count)d ms for one word.") % {"count": took * 1000},
            _("Look at the load and the network of the server that CACHE_URL names."),
        )


def mail(to: str = "") -> Iterator[Finding]:
    """Whether the server takes a connection and the password; with an address it takes a mail too."""
    connection = get_connection()
    try:
        connection.open()
        if to:
            words = _("The doctor of %(site)s has sent this mail to see whether mail arrives.")
            EmailMessage(
                _("A test of mail"), words % {"site": settings.SITE_URL}, to=[to], connection=connection
            ).send()
            yield fine("mail.sent", _("A mail to %(address)s was taken by the server.") % {"address": to})
        connection.close()
    except REFUSALS as fault:
        yield error(
            "mail.server",
            _("The mail server takes nothing: %(reason)s")
            % {"reason": printable(f"{type(fault).__name__}: {fault}")},
            _(
                "Look at EMAIL_URL (host, port, password), and whether this machine may reach the server. Notices wait."
            ),
        )
