"""How the house wants its checks: severities, what is switched off, exceptions, and rules of its own."""

import hashlib
import json
import logging
import re
from dataclasses import dataclass, field

import regex

from posts.checks import CHECKS, is_locked
from posts.checks.rules import LINE_SECONDS, Rule
from posts.checks.table import VERSION
from posts.models import CheckSetting, HouseRule

log = logging.getLogger(__name__)

PATTERN_LIMIT = 200  # characters (specs/checks.md 2)
FIELDS = ("title", "summary", "body")


# What no pattern may say: it calls itself, or repeats so often that the machine's memory ends while it is compiled
# (`(?:(?:a{1000}){1000}){1000}` took all there was: measured).
_CALLS = re.compile(r"(?<!\\)\(\?(?:R|[+-]?\d|&|P>)")
_REPEATS = re.compile(r"(?<!\\)\{(\d*)(?:,(\d*))?\}")
REPEATS = 2_000  # all counted repeats of a pattern multiplied


class BadPattern(ValueError):
    """A pattern that cannot be used. The message is a code (empty, too_long, meets_nothing, calls, repeats), or what
    the library says of it."""


@dataclass(frozen=True)
class House:
    """All of it at one moment; `digest` changes with any of it."""

    off: frozenset[str] = frozenset()
    severities: dict[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    digest: str = ""


def the_house() -> House:
    """What is in force now: two queries."""
    settings = dict(CheckSetting.objects.values_list("check_id", "severity"))
    rows = list(HouseRule.objects.filter(is_active=True).order_by("pk"))
    known = {name: how for name, how in settings.items() if name in CHECKS and not is_locked(name)}
    said = [VERSION, sorted(known.items()), [(r.pk, r.changed_at.isoformat()) for r in rows]]
    return House(
        off=frozenset(name for name, severity in known.items() if severity == CheckSetting.OFF),
        severities={name: severity for name, severity in known.items() if severity != CheckSetting.OFF},
        rules=tuple(filter(None, map(_ready, rows))),
        digest=hashlib.blake2b(json.dumps(said).encode(), digest_size=12).hexdigest(),
    )


def compiled(kind: str, pattern: str) -> "regex.Pattern[str]":
    """The pattern of a rule; a term or phrase stands for itself. Raises BadPattern."""
    if not pattern.strip():
        raise BadPattern("empty")
    if len(pattern) > PATTERN_LIMIT:
        raise BadPattern("too_long")
    if kind == HouseRule.Kind.REGEX:
        _look_at(pattern)
    source = pattern if kind == HouseRule.Kind.REGEX else regex.escape(pattern.strip())
    try:
        made = regex.compile(source, regex.V0)
        meets_nothing = made.match("", timeout=LINE_SECONDS)
    except TimeoutError:
        raise BadPattern("repeats") from None
    except (regex.error, ValueError, LookupError, ArithmeticError, RuntimeError, MemoryError) as error:
        raise BadPattern(str(error) or type(error).__name__) from None
    if meets_nothing:
        raise BadPattern("meets_nothing")
    return made


def _look_at(pattern: str) -> None:
    if _CALLS.search(pattern):
        raise BadPattern("calls")
    product = 1
    for least, most in _REPEATS.findall(pattern):
        product *= max(1, int((most or least or "1")[:9]))
    if product > REPEATS:
        raise BadPattern("repeats")


def rule_of(row: HouseRule) -> Rule:
    """A row made ready. Raises BadPattern."""
    return Rule(
        id=row.check_id,
        severity=row.severity,
        message=row.message,
        suggestion=row.suggestion,
        fields=tuple(row.fields) or FIELDS,
        lang=row.lang,
        met=compiled(row.kind, row.pattern),
        right=tuple(filter(None, map(str.strip, row.exceptions.splitlines()))),
    )


def _ready(row: HouseRule) -> Rule | None:
    try:
        return rule_of(row)
    except BadPattern:
        log.warning("house rule %s cannot be used: %s", row.pk, row.pattern)
        return None
