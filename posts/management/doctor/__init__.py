"""The doctor: what may be wrong with an installation and its data, each with its cause and the next step.

A part is a function that yields Findings; PARTS is the table, WALKS what looks through all texts. Nothing is changed.
"""

from .finding import ERROR, FINE, WARNING, Finding
from .parts import PARTS, examined
from .rendered import pages
from .stock import WALKS

__all__ = ["ERROR", "FINE", "PARTS", "WALKS", "WARNING", "Finding", "examined", "pages"]
