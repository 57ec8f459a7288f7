"""A scheduled text at another moment: its schedule is cancelled and it is published anew, both or neither."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from posts.models import Revision

from .perform import perform
from .refused import Refused


def reschedule(revision: Revision, *, by, at: datetime, comment: str = "") -> Revision:
    """Publish a scheduled revision at another moment, in one transaction; the approval and its seal stay.

    `at` is an aware datetime. Raises Refused with the reason of the step that is not possible; then nothing has
    changed. History holds both steps.
    """
    if revision.live_from == at:
        raise Refused(_("The article is scheduled for that very moment already."))
    with transaction.atomic():
        freed = perform("cancel", revision, by=by, comment=comment, quiet=True)
        return perform("publish", freed, by=by, at=at, comment=comment)
