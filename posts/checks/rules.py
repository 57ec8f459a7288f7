"""Patterns of the house as checks: what is met, where it is right, and how long that may take. No database."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from .finding import Finding, Hit, gathered
from .prepared import Prepared

log = logging.getLogger(__name__)

LINE_LIMIT = 5_000  # characters of a line that a regular expression looks at
LINE_SECONDS = 0.05  # for one line; a rule that needs more is given up for this text
RULE_SECONDS = 0.5  # for all lines of one text


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


def findings_of(rule: Rule, text: Prepared) -> Finding | None:
    """What one rule finds in a text; what takes too long is given up, and said in the log."""
    try:
        hits = list(hits_of(rule, text))
    except TimeoutError:
        log.warning("house rule %s took too long on “%s” and was given up", rule.id, text.title[:60])
        return None
    return gathered(rule.id, hits, rule.severity)


def hits_of(rule: Rule, text: Prepared, seconds: float = RULE_SECONDS) -> Iterator[Hit]:
    """The places that a rule meets, within `seconds` of work for the whole text. Raises TimeoutError."""
    left = min(seconds, RULE_SECONDS)
    for name, number, line in _lines(rule, text) if rule.lang in ("", text.lang) else ():
        begun = time.thread_time()
        places = list(_places(rule, line, max(min(LINE_SECONDS, left), 0.001)))
        left -= time.thread_time() - begun
        if left <= 0:
            raise TimeoutError
        for start, end in places:
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
