"""How often signing in may fail. django-axes keeps the failures in the database; the limits are here (decision 29)."""

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce

from . import known, told

ACCOUNT_LIMIT = 50  # failures of one account from all addresses; its known browsers are let through
MACHINE_LIMIT = 50  # failures from one address with all accounts: an office shares one


class Limits(AxesDatabaseHandler):
    """Five failures of one account from one address; fifty of one account, or from one address, for strangers.

    So a stranger can shut an account for the address they sit at and, with many addresses, for browsers that have
    never signed in to it: never for the browser its owner uses.
    """

    def get_failures(self, request, credentials=None) -> int:
        """The failures of this account from this address, and the full limit where another limit is reached."""
        name = get_client_username(request, credentials)
        of_account, from_here = Q(username=name), Q(ip_address=request.axes_ip_address)
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        sums = recent.filter(of_account | from_here).aggregate(
            pair=_failures(of_account & from_here),
            account=_failures(of_account),
            machine=_failures(from_here),
        )
        is_wide = sums["account"] >= ACCOUNT_LIMIT or sums["machine"] >= MACHINE_LIMIT
        if is_wide and not known.is_known(request, name):
            return max(sums["pair"], settings.AXES_FAILURE_LIMIT)
        return sums["pair"]

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        """As axes', and the owner is told when the failure was the one that shuts the account for an address."""
        if request is None:
            return
        was_locked = getattr(request, "axes_locked_out", False)
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request.axes_locked_out and not was_locked:
            told.locked_out(get_client_username(request, credentials), request.axes_ip_address)


def ends(request, credentials=None):
    """When what shuts the request out is over, at the latest: the last failure that counts, and the pause after it."""
    of_account = Q(username=get_client_username(request, credentials))
    from_here = Q(ip_address=request.axes_ip_address)
    recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
    pair = recent.filter(of_account & from_here).aggregate(count=_failures(Q()), last=Max("attempt_time"))
    is_narrow = pair["count"] >= settings.AXES_FAILURE_LIMIT
    last = (
        pair["last"]
        if is_narrow
        else recent.filter(of_account | from_here).aggregate(last=Max("attempt_time"))["last"]
    )
    return (last or request.axes_attempt_time) + settings.AXES_COOLOFF_TIME


def _failures(of: Q) -> Coalesce:
    return Coalesce(Sum("failures_since_start", filter=of), 0)
