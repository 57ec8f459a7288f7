"""What the sanitiser is going to drop from a body, counted for the report (I-75)."""

import re

from .scan import outside_code
from .surroundings import Surroundings

_ELEMENT = re.compile(r"<[a-z](?:[^<>\"']|\"[^\"<>]*+\"|'[^'<>]*+')*+>", re.I)
_LIST = re.compile(r"\{:[^{}\n]*+\}")  # kramdown's attribute lists pass attributes through as well
_SCRIPT = re.compile(r"""(?:\]\(\s*<?|(?:href|src|action)\s*=\s*["']?\s*)(?:javascript|vbscript):""", re.I)
_ATTRIBUTES = {
    "dropped.style": re.compile(r"""[\s"']style\s*=""", re.I),
    "dropped.handler": re.compile(r"""[\s"']on[a-z]{3,}\s*=""", re.I),
}


def count(body: str, around: Surroundings) -> dict[str, int]:
    """rule -> how often; only what is there."""
    found = dict.fromkeys([*_ATTRIBUTES, "dropped.script_address"], 0)

    def look(text: str, start: int) -> str:
        for pattern in (_ELEMENT, _LIST):
            for holder in pattern.finditer(text):
                for rule, attribute in _ATTRIBUTES.items():
                    found[rule] += len(attribute.findall(holder[0]))
        found["dropped.script_address"] += len(_SCRIPT.findall(text))
        return text

    outside_code(body, look, html=around.html)
    return {rule: times for rule, times in found.items() if times}
