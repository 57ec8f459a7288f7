"""What a finding says to a person, in the language of the moment."""

from django.utils.translation import gettext as _

from posts.checks import CHECKS, Finding
from posts.checks.names import NAMES


def sentence(finding: Finding) -> str:
    """What is wrong and what to do, with the words it is about."""
    return said(finding.id, dict(finding.params), finding.count, finding.snippet)


def said(check_id: str, params: dict, count: int, snippet: str) -> str:
    """The same for a finding that was kept."""
    params = {"n": count, "s": snippet, "suggestion": "", "message": "", **params}
    if check_id in CHECKS:
        return _(CHECKS[check_id].message) % _Forgiving(params)
    if params["message"]:
        return str(params["message"])
    if params["suggestion"]:
        return _("House rule: “%(s)s” (%(n)s times). Write “%(suggestion)s”.") % params
    return _("House rule: “%(s)s” (%(n)s times).") % params


def plain(check_id: str) -> str:
    """What a check says, of no text in particular."""
    return _(CHECKS[check_id].message) % _Forgiving() if check_id in CHECKS else check_id


def named(check_id: str) -> str:
    """What a check is called in lists; its id for one that is not in the table."""
    return _(NAMES[check_id]) if check_id in NAMES else check_id


class _Forgiving(dict):
    """A message of an older version may ask for what a kept finding does not know."""

    def __missing__(self, key):
        return "…"
