"""How the house wants its checks: severities, what is switched off, exceptions, and rules of its own."""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from posts.checks import CHECKS, Finding, Hit, Prepared, gathered
from posts.checks.table import VERSION
from posts.models import CheckSetting, HouseRule

log = logging.getLogger(__name__)

PATTERN_LIMIT = 200  # characters (specs/checks.md 2)
LINE_LIMIT = 5_000  # characters of a line that a regular expression looks at
LINE_SECONDS = 0.05  # for one line; a rule that needs more is given up for this text
RULE_SECONDS = 0.5  # for all lines of one text
FIELDS = ("title", "summary", "body")


class BadPattern(ValueError):
    """A pattern that cannot be used; the message says why."""


@dataclass(frozen=True)
class Rule:
    """A house rule made ready. `met` finds its places; `right` are the exceptions, in which it is no fault."""

    id: str
    severity: str
    message: str
    suggestion: str
    fields: tuple[str, ...]
    lang: str
    met: "regex.Pattern[str]"
    right: tuple[str, ...] = ()
    skips_quotations: bool = True


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
    known = {
        name: severity for name, severity in settings.items() if name in CHECKS and not CHECKS[name].locked
    }
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
    source = pattern if kind == HouseRule.Kind.REGEX else regex.escape(pattern.strip())
    try:
        made = regex.compile(source, regex.V0)
        if made.match(""):
            raise BadPattern("meets_nothing")
    except regex.error as error:
        raise BadPattern(str(error)) from None
    return made


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


def findings_of(rule: Rule, text: Prepared) -> Finding | None:
    """What one rule finds in a text; what takes too long is given up, and said in the log."""
    if rule.lang and rule.lang != text.lang:
        return None
    try:
        hits = list(_hits(rule, text))
    except TimeoutError:
        log.warning("house rule %s took too long on “%s” and was given up", rule.id, text.title[:60])
        return None
    return gathered(rule.id, hits, rule.severity)


def _ready(row: HouseRule) -> Rule | None:
    try:
        return rule_of(row)
    except BadPattern:
        log.warning("house rule %s cannot be used: %s", row.pk, row.pattern)
        return None


def _hits(rule: Rule, text: Prepared) -> Iterator[Hit]:
    left = RULE_SECONDS
    for name, number, line in _lines(rule, text):
        for start, end in _places(rule, line, min(LINE_SECONDS, left)):
            words = line[max(0, start - 15) : end + 15]
            params = {"s": line[start:end], "suggestion": rule.suggestion, "message": rule.message}
            yield Hit(number, words, name, params=params)


def _places(rule: Rule, line: str, seconds: float) -> Iterator[tuple[int, int]]:
    line = line[:LINE_LIMIT]
    right = [found.span() for words in rule.right for found in regex.finditer(regex.escape(words), line)]
    for found in rule.met.finditer(line, timeout=seconds):
        start, end = found.span()
        if not any(first <= start and end <= last for first, last in right):
            yield start, end


def _lines(rule: Rule, text: Prepared) -> Iterator[tuple[str, int, str]]:
    for name in ("title", "summary"):
        if name in rule.fields:
            yield name, 0, getattr(text, name)
    if "body" in rule.fields:
        yield from (("body", number, line) for number, line in enumerate(text.unquoted, 1) if line)
