"""The settings: what protects nobody, and what cannot work together."""

from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from .finding import Finding, error, fine, warning

KEY_LENGTH = 50  # characters, as Django's own check has it
OF_TLS = {
    f"security.W0{number}" for number in ("04", "08", "12", "16")
}  # without TLS `settings.tls` says it once
HERE = ("localhost", "127.0.0.1", "::1")


def look() -> Iterator[Finding]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    yield fine("settings.site", f"{settings.SITE_URL}, DEBUG={int(settings.DEBUG)}")
    yield from _secrecy(host)
    yield from _address(host)
    yield from _proxy(host)
    if "console" in settings.EMAIL_BACKEND or "dummy" in settings.EMAIL_BACKEND:
        yield warning(
            "settings.mail",
            _("Mail is written to the terminal or thrown away: nobody gets an invitation."),
            _("Set EMAIL_URL to a mail server."),
        )


def _secrecy(host: str) -> Iterator[Finding]:
    if settings.DEBUG:
        say = warning if host in HERE else error
        yield say(
            "settings.debug",
            _("DEBUG is on: faults show code and settings to whoever asks."),
            _("Set DEBUG=0, or leave it away."),
        )
    if len(settings.SECRET_KEY) < KEY_LENGTH or len(set(settings.SECRET_KEY)) < 5:
        say = warning if settings.DEBUG else error
        yield say(
            "settings.key",
            _("SECRET_KEY is short or plain: sessions and links can be forged."),
            _("Set SECRET_KEY to a random text of %(count)d characters or more.") % {"count": KEY_LENGTH},
        )


def _address(host: str) -> Iterator[Finding]:
    hosts = settings.ALLOWED_HOSTS
    if host in HERE and not settings.DEBUG:
        yield warning(
            "settings.site",
            _("SITE_URL names this machine: links in mails and feeds lead nobody anywhere."),
            _("Set SITE_URL to the public address."),
        )
    if not settings.TLS and host not in HERE:
        yield error(
            "settings.tls",
            _("SITE_URL begins with http://: passwords can be read on their way."),
            _("Put a server with TLS in front and set SITE_URL to the https address."),
        )
    if "*" in hosts:
        yield error(
            "settings.hosts",
            _("ALLOWED_HOSTS holds *: the site answers under any name."),
            _("List the names of the site in ALLOWED_HOSTS."),
        )
    elif not any(host == one or (one.startswith(".") and f".{host}".endswith(one)) for one in hosts):
        yield error(
            "settings.hosts",
            _("The host of SITE_URL is not in ALLOWED_HOSTS: its pages answer 400."),
            _("Add %(host)s to ALLOWED_HOSTS.") % {"host": host},
        )


def _proxy(host: str) -> Iterator[Finding]:
    is_behind = bool(settings.SECURE_PROXY_SSL_HEADER)
    if settings.TLS and not is_behind:
        yield warning(
            "settings.proxy",
            _(
                "SITE_URL is https, and no server in front is trusted: if one ends TLS, every page redirects for ever."
            ),
            _("Set BEHIND_PROXY=1 if a server in front sets X-Forwarded-Proto."),
        )
    if is_behind and not settings.TLS:
        yield warning(
            "settings.proxy",
            _("BEHIND_PROXY is on, and SITE_URL is http: cookies go without protection."),
            _("Set SITE_URL to the https address that readers use."),
        )
    loopback = [one for one in settings.METRICS_ALLOW if ip_network(one, strict=False).is_loopback]
    if is_behind and loopback:
        yield warning(
            "settings.metrics",
            _(
                "METRICS_ALLOW holds %(address)s: a server in front on this machine that names nobody opens /metrics."
            )
            % {"address": loopback[0]},
            _("Use METRICS_TOKEN instead."),
        )


def deployment() -> Iterator[Finding]:
    """What `manage.py check --deploy` says."""
    found = checks.run_checks(include_deployment_checks=not settings.DEBUG)
    known = set() if settings.TLS else OF_TLS
    for one in [one for one in found if one.id not in known]:
        if not one.is_silenced() and one.level >= checks.WARNING:
            say = error if one.level >= checks.ERROR else warning
            yield say(
                f"django.{one.id}", one.msg, one.hint or _("See the documentation of Django on this number.")
            )
