"""The second factor: a device that shows codes, and recovery codes for the day it is lost (decision 30)."""

import base64
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from posts.models.accounts import Act

from .accounts import note_account
from .people import end_sessions
from .refused import Refused

CODES = 10  # recovery codes; each opens the door once
BEGUN = timedelta(hours=1)  # how long a set-up that was begun can be finished
_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class Factor:
    """What a person has set up: since when, when it was last used, how many recovery codes are left."""

    since: datetime | None
    used: datetime | None
    codes: int


def of(user) -> Factor | None:
    """What the person has set up, or None."""
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    if device is None:
        return None
    left = StaticToken.objects.filter(device__user=user, device__confirmed=True).count()
    return Factor(device.created_at, device.last_used_at, left)


def is_asked(user) -> bool:
    """Whether signing in takes a code: the person has a device, and the setting does not switch codes off."""
    return settings.SECOND_FACTOR != "off" and TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_missing(user) -> bool:
    """Whether the person has to set a device up before anything else."""
    return settings.SECOND_FACTOR == "required" and not is_asked(user)


def begin(user) -> TOTPDevice:
    """A new device that counts once a code of it has been given; the one in use stays until then."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user, confirmed=False).delete()
        return TOTPDevice.objects.create(user=user, name="totp", confirmed=False)


def begun(user) -> TOTPDevice | None:
    """The device that is being set up, or None."""
    fresh = TOTPDevice.objects.filter(created_at__gt=timezone.now() - BEGUN)
    return fresh.filter(user=user, confirmed=False).first()


def secret(device: TOTPDevice) -> str:
    """The key of a device that is being set up, in the letters that people type into their program."""
    return base64.b32encode(device.bin_key).decode().rstrip("=")


def confirm(user, code: str, *, session: str = "") -> list[str]:
    """Take the begun device into use; its recovery codes, which nobody will be shown again.

    Other sessions of the person end; `session` is the key of the one that stays. Raises Refused.
    """
    with transaction.atomic():
        device = begun(user)
        device = device and TOTPDevice.objects.select_for_update().get(pk=device.pk)
        why = _tried(device, code) if device else _("The set-up is too old. Begin again.")
        if not why and device:
            TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            codes = _new_codes(user)
            end_sessions(user, keep=session)
            note_account(user, Act.FACTOR_SET, by=user)
    if why:
        raise Refused(why)
    return codes


def check(user, code: str) -> str:
    """What opened the door, "code" or "recovery"; each opens it once. Raises Refused; that try counts."""
    typed = tidy(code)
    with transaction.atomic():
        model = TOTPDevice if _CODE.fullmatch(typed) else StaticDevice
        device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
        why = _tried(device, typed) if device else _wrong()
        if not why and model is StaticDevice:
            left = StaticToken.objects.filter(device=device).count()
            detail = ngettext("%(count)d left", "%(count)d left", left) % {"count": left}
            note_account(user, Act.CODE_USED, by=user, detail=detail)
    if why:
        raise Refused(why)
    return "recovery" if model is StaticDevice else "code"


def renew_codes(user) -> list[str]:
    """New recovery codes; the old ones are worth nothing. Raises Refused without a device."""
    with transaction.atomic():
        if of(user) is None:
            raise Refused(_("There is no second factor. Set one up first."))
        codes = _new_codes(user)
        note_account(user, Act.CODES, by=user)
    return codes


def remove(user, *, by) -> None:
    """Take the device and its recovery codes away; by somebody else it is a reset, and ends the person's sessions.

    Raises Refused where there is none, or where the person themselves must have one.
    """
    own = by is not None and by.pk == user.pk
    with transaction.atomic():
        if of(user) is None:
            raise Refused(_("This account has no second factor."))
        if own and settings.SECOND_FACTOR == "required":
            raise Refused(_("A second factor is required here. Set up a new device instead."))
        for model in (TOTPDevice, StaticDevice):
            model.objects.filter(user=user).delete()
        if not own:
            end_sessions(user)
        note_account(user, Act.FACTOR_REMOVED if own else Act.FACTOR_RESET, by=by)


def tidy(code: str) -> str:
    """A code as people type it: full-width digits, spaces and hyphens make no difference."""
    return re.sub(r"[\s\-‐−–]", "", unicodedata.normalize("NFKC", code)).lower()[:40]


def _new_codes(user) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _number in range(CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def _tried(device, code: str) -> str:
    """Why the code does not open the door, or "". The device counts the failure, and pauses longer after each."""
    is_allowed, more = device.verify_is_allowed()
    if not is_allowed:
        seconds = max(1, round((more["locked_until"] - timezone.now()).total_seconds()))
        words = ngettext(
            "Too many wrong codes. Wait %(count)d second, then try with a new code.",
            "Too many wrong codes. Wait %(count)d seconds, then try with a new code.",
            seconds,
        )
        return words % {"count": seconds}
    typed = tidy(code)
    is_kind = isinstance(device, StaticDevice) or _CODE.fullmatch(typed)
    return "" if is_kind and device.verify_token(typed) else _wrong()


def _wrong() -> str:
    return _("This code is not right, or it has been used. Wait for the next one and type that.")
