"""The house's own rules and how it wants its checks: changed by who may publish; then all verdicts are written anew."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from posts import quality, roles
from posts.checks import CHECKS, SEVERITIES, is_locked
from posts.models import CheckSetting, HouseRule

from .refused import Refused, races_refused

DEFAULT = "default"
CHOICES = (DEFAULT, *SEVERITIES, CheckSetting.OFF)


def may_keep_house(by) -> bool:
    """Whether somebody may change rules and settings of the checks."""
    return roles.may(by, "publish")


def save_rule(rule: HouseRule, *, by, proof: str = "") -> HouseRule:
    """Store a rule. One that is switched on was tried as it stands (`proof`, of quality.proof) or was on so already.

    Raises Refused, BadPattern.
    """
    _allow(by)
    quality.compiled(rule.kind, rule.pattern)
    if rule.is_active and not (_was_on(rule) or quality.is_proven(rule, proof)):
        raise Refused(_("Test the rule as it stands now before it is switched on."))
    with races_refused(), transaction.atomic():
        rule.changed_by = by
        rule.save()
        quality.forget()
    return rule


def delete_rule(rule: HouseRule, *, by) -> None:
    """Take a rule away; its findings go with the next look at each text. Raises Refused."""
    _allow(by)
    with transaction.atomic():
        rule.delete()
        quality.forget()


def set_checks(wanted: Mapping[str, str], *, by) -> list[tuple[CheckSetting, str, str]]:
    """Set checks to a severity, `off`, or `default`; [(row, before, now)] of those that changed. Raises Refused."""
    _allow(by)
    for check_id, severity in wanted.items():
        if check_id not in CHECKS or severity not in CHOICES:
            raise Refused(_("There is no such check. Reload the page."))
        if is_locked(check_id) and severity != DEFAULT:
            raise Refused(_("“%(check)s” cannot be changed: it protects readers.") % {"check": check_id})
    with transaction.atomic():
        rows = {row.check_id: row for row in CheckSetting.objects.select_for_update()}
        made = [_set(rows.get(name), name, severity, by) for name, severity in wanted.items()]
        changed = [one for one in made if one[1] != one[2]]
        if changed:
            quality.forget()
    return changed


def _set(row: CheckSetting | None, name: str, severity: str, by) -> tuple[CheckSetting, str, str]:
    before = row.severity if row else DEFAULT
    row = row or CheckSetting(check_id=name, severity=severity)
    if before == severity:
        return row, before, severity
    if severity == DEFAULT:
        CheckSetting.objects.filter(pk=row.pk).delete()
    else:
        row.severity, row.changed_by = severity, by
        row.save()
    return row, before, severity


def _was_on(rule: HouseRule) -> bool:
    stored = HouseRule.objects.filter(pk=rule.pk, is_active=True).first() if rule.pk else None
    return stored is not None and quality.tries_alike(stored, rule)


def _allow(by) -> None:
    if not may_keep_house(by):
        raise Refused(_("Only who may publish changes the rules of the house."))
