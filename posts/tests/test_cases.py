"""docs/security.md against the tests: what it names exists, and carries the number of the case it holds."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([A-G]\d\d) \| (.*?) \| (.*?) \|$", re.M)
NAMED = re.compile(r"`((?:posts/tests|e2e)/[\w/]+\.py)(?:::(\w+))?`")
DECIDED = re.compile(r"\[decision (\d+)\]\((decisions/[\w-]+\.md)\)")


def broken(case: str, held: str) -> list[str]:
    """What is wrong with the right cell of a row: nothing named, or a name that leads nowhere."""
    tests, decisions = NAMED.findall(held), DECIDED.findall(held)
    if not tests and not decisions:
        return [f"{case}: neither a test nor a decision"]
    wrong = [f"{case}: no {path}" for _number, path in decisions if not (ROOT / "docs" / path).is_file()]
    for path, name in tests:
        text = (ROOT / path).read_text("utf-8") if (ROOT / path).is_file() else ""
        if f"def {name or f'test_{case}'}" not in text:
            wrong.append(f"{case}: no test {name or f'test_{case}…'} in {path}")
    return wrong


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs" / "security.md").read_text("utf-8"))


@pytest.mark.parametrize("case,held", [(case, held) for case, _what, held in rows()])
def test_case_is_held(case, held):
    assert broken(case, held) == []


def test_no_case_is_missing():
    last = {"A": 20, "B": 43, "D": 14, "E": 33, "F": 14, "G": 14}
    wanted = {
        f"{group}{number:02}" for group, most in last.items() for number in range(group != "A", most + 1)
    }
    wanted |= {f"C{number:02}" for number in (*range(1, 17), 22, *range(25, 37), *range(40, 50))}
    assert wanted <= {case for case, _what, _held in rows()}


def test_control_a_name_that_leads_nowhere_is_seen():
    assert broken("E07", "`posts/tests/test_cases.py::test_nothing_of_the_kind`")
    assert broken("E07", "`posts/tests/test_cases.py`")  # no test there carries the number
    assert broken("E07", "trust us")
