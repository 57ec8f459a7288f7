"""manage.py doctor: what is wrong with this installation and its data, and what to do (docs/operations.md)."""

import json
import sys
from collections import Counter
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError
from django.core.validators import ValidationError, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts.management import doctor
from posts.management.doctor import ERROR, FINE, WARNING, Finding, services
from posts.management.terminal import counted, say

LEVELS = {ERROR: gettext_lazy("error"), WARNING: gettext_lazy("warning"), FINE: gettext_lazy("fine")}
LISTED = 20  # findings of one name that are told one by one; the others are counted


class Command(BaseCommand):
    help = _(
        "Examines settings, database, files, services and all texts; says the cause of each fault and the next step. "
        "Changes nothing."
    )
    requires_system_checks: list[str] = []  # they are one of the parts

    def add_arguments(self, parser):
        parser.add_argument("--fast", action="store_true", help=_("without the walk through all texts"))
        parser.add_argument(
            "--pages", action="store_true", help=_("also make each public page anew and compare it")
        )
        parser.add_argument("--json", action="store_true", help=_("for programs"))
        parser.add_argument(
            "--mail", metavar="ADDRESS", help=_("send a mail there, to see whether mail arrives")
        )

    def handle(self, *args, **options):
        self.counts: Counter[str] = Counter()
        found = self._counted(self._found(options))
        say(self.stdout, _as_json(found) if options["json"] else self._as_text(found))
        if self.counts[ERROR]:
            sys.exit(1)

    def _found(self, options: dict) -> Iterator[Finding]:
        if address := options["mail"]:
            _checked(address)
        parts = doctor.PARTS | ({"mail": lambda: services.mail(address)} if address else {})
        broken = set()
        for name, part in parts.items():
            for one in doctor.examined(name, part):
                broken |= {name} if one.level == ERROR else set()
                yield one
        if options["fast"] or "migrations" in broken:
            return
        walks = doctor.WALKS | ({"pages": doctor.pages} if options["pages"] else {})
        for name, walk in walks.items():
            with counted(_("Reading"), options) as tick:
                yield from doctor.examined(name, lambda walk=walk, tick=tick: walk(tick))

    def _counted(self, found: Iterator[Finding]) -> Iterator[Finding]:
        for one in found:
            self.counts[one.level] += 1
            yield one

    def _as_text(self, found: Iterator[Finding]) -> Iterator[str]:
        told: Counter[str] = Counter()
        for one in found:
            told[one.name] += 1
            if told[one.name] <= LISTED:
                yield from _lines(one)
        for name, count in told.items():
            if count > LISTED:
                yield _("%(name)s: %(count)d more") % {"name": name, "count": count - LISTED}
        yield _("%(errors)d errors, %(warnings)d warnings") % {
            "errors": self.counts[ERROR],
            "warnings": self.counts[WARNING],
        }


def _checked(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise CommandError(_("--mail needs one mail address."), returncode=2) from None


def _lines(one: Finding) -> Iterator[str]:
    place = _(" (article %(post)d, text %(revision)d)") % vars(one) if one.revision else ""
    yield f"{LEVELS[one.level]}  [{one.name}] {one.cause}{place}"
    if one.remedy:
        yield f"    → {one.remedy}"


def _as_json(found: Iterator[Finding]) -> Iterator[str]:
    """A list of one finding a line."""
    yield "["
    for place, one in enumerate(found):
        yield ("," if place else "") + json.dumps(one.as_json(), ensure_ascii=False)
    yield "]"
