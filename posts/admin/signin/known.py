"""Browsers that have signed in to an account before: a stranger's failures do not shut them out."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse

_DAYS = 90


def cookie() -> str:
    return "__Secure-known" if settings.TLS else "known"


def remember(response: HttpResponse, user) -> HttpResponse:
    """The answer with the cookie: it opens nothing, and is worth nothing after a change of the password."""
    response.set_cookie(
        cookie(),
        _signer().sign(_mark(user)),
        max_age=_DAYS * 86_400,
        path="/admin/",
        secure=settings.TLS,
        httponly=True,
        samesite="Lax",
    )
    return response


def is_known(request: HttpRequest, name: str | None) -> bool:
    """Whether the browser has signed in to the account of that name; asked only once a limit is reached."""
    try:
        mark = _signer().unsign(request.COOKIES.get(cookie(), ""), max_age=_DAYS * 86_400)
    except BadSignature:
        return False
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    return user is not None and mark == _mark(user)


def _mark(user) -> str:
    return f"{user.pk}.{user.get_session_auth_hash()[:20]}"


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="posts.known-browser")
