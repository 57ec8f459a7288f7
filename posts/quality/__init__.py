"""The checks among articles: house rules, neighbours, verdicts, and the gate. Public words only."""

from posts.checks.rules import findings_of

from .gate import REFUSES, refused, standing, warned
from .house import BadPattern, House, compiled, rule_of, the_house
from .judging import (
    basis,
    forget,
    index,
    is_fresh,
    judge,
    judge_alone,
    keep,
    key,
    last_said,
    may_warn,
    refresh,
)
from .neighbours import boilerplate, in_stock
from .settled import settled
from .stock import Report, check_stock
from .together import Kept, Tally, Text, complete, foreseen, keep_alone, tally
from .trial import Trial, is_proven, proof, tried, tries_alike

__all__ = [
    "REFUSES",
    "BadPattern",
    "House",
    "Kept",
    "Report",
    "Tally",
    "Text",
    "Trial",
    "basis",
    "boilerplate",
    "check_stock",
    "compiled",
    "complete",
    "findings_of",
    "foreseen",
    "forget",
    "in_stock",
    "index",
    "is_fresh",
    "is_proven",
    "judge",
    "judge_alone",
    "keep",
    "keep_alone",
    "last_said",
    "key",
    "may_warn",
    "proof",
    "refresh",
    "refused",
    "rule_of",
    "settled",
    "standing",
    "tally",
    "the_house",
    "tried",
    "tries_alike",
    "warned",
]
