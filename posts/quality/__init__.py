"""The checks among articles: house rules, neighbours, verdicts, and the gate. Public words only."""

from .gate import REFUSES, is_locked, refused, standing, warned
from .house import BadPattern, House, compiled, findings_of, rule_of, the_house
from .judging import basis, forget, index, is_fresh, judge, keep, key, last_said, refresh
from .neighbours import boilerplate, in_stock
from .settled import settled

__all__ = [
    "REFUSES",
    "BadPattern",
    "House",
    "basis",
    "boilerplate",
    "compiled",
    "findings_of",
    "forget",
    "in_stock",
    "index",
    "is_fresh",
    "is_locked",
    "judge",
    "keep",
    "last_said",
    "key",
    "refresh",
    "refused",
    "rule_of",
    "settled",
    "standing",
    "the_house",
    "warned",
]
