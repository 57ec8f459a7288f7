"""The parts of an installation in the order in which they are looked at; what fails to answer is a finding itself."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from posts.transfer.wording import printable

from . import database, files, machinery, services
from . import settings as installed
from .finding import Finding, error

Part = Callable[[], Iterator[Finding]]

PARTS: dict[str, Part] = {
    "settings": installed.look,
    "django": installed.deployment,
    "database": database.look,
    "migrations": database.migrations,
    "clock": database.clock,
    "cache": services.cache_answers,
    "mail": services.mail,
    "media": files.media,
    "disk": files.space,
    "modes": files.modes,
    "static": files.static,
    "search": machinery.search,
    "outbox": machinery.outbox,
    "pages": machinery.pages,
}


def examined(name: str, part: Part) -> Iterator[Finding]:
    """What the part finds; that it cannot be looked at is an error too, and never the end of the examination."""
    try:
        yield from part()
    except Exception as fault:  # whatever it is, the other parts are looked at
        yield error(
            name,
            _("This could not be looked at: %(reason)s")
            % {"reason": printable(f"{type(fault).__name__}: {fault}")},
            _("Mend what is named above first, then look again."),
        )
